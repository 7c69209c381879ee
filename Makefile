# Every habit of the house.  A fresh machine needs Python 3.11 or later with venv, make and git.
# `make help` lists the targets; each one sets the environment up when it has to.

PYTHON  ?= python3
VENV    ?= .venv
WORKERS ?= 2

BIN     := $(VENV)/bin
UV      := $(BIN)/uv
RUN     := $(BIN)/python -m

LOCKED  := $(VENV)/.locked
READY   := $(VENV)/.ready
SOURCES := src tests bench demo docs secteur
ENGLISH := README.md CHANGELOG.md demo/README.md docs/architecture.md docs/deployment.md docs/decisions

export VIRTUAL_ENV := $(abspath $(VENV))
export PYTHONUTF8  := 1
export UV_NO_PROGRESS := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo demo-reset demo-cli test test-fast test-all check fmt modele golden bench captures lock clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ── Environment ──────────────────────────────────────────────────────────────────────────────────

setup: $(READY) ## the locked environment in .venv; every other target calls it when needed

$(UV): requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or later is needed; \`$(PYTHON)\` is missing or older." >&2; \
	  echo "Install it, or name it: make setup PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "\`$(PYTHON)\` has no venv module; on Debian: apt-get install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(RUN) pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

$(LOCKED): requirements.lock $(UV)
	@$(UV) pip sync --quiet --require-hashes requirements.lock
	@rm -f $(READY)
	@touch $@

# The project itself: editable, built with the locked hatchling, nothing fetched.
$(READY): pyproject.toml $(LOCKED)
	@$(UV) pip install --quiet --offline --no-deps --no-build-isolation --editable .
	@touch $@

lock: $(READY) ## re-resolve the two lock files (UPGRADE=--upgrade to move versions)
	$(UV) pip compile $(UPGRADE) --quiet --universal --generate-hashes --custom-compile-command 'make lock' \
	  --python-version 3.11 requirements-uv.in -o requirements-uv.lock
	$(UV) pip compile $(UPGRADE) --quiet --universal --generate-hashes --custom-compile-command 'make lock' \
	  --python-version 3.11 --all-extras pyproject.toml -o requirements.lock

# The tests of the ministry's door, in a session of their own: one process serves one door.
MINISTERE := PORTAIL=ministere $(RUN) pytest tests/harmonia/ministere tests/harmonia/test_portail_permissions.py

# ── What proves the product ──────────────────────────────────────────────────────────────────────

test: check ## what CI runs: every check, then every test, with the coverage of liasse
	@sh outils/paquets.sh
	@sh tests/e2e/install.sh
	@$(MINISTERE) -n $(WORKERS) --cov=harmonia --cov-report=
	@$(RUN) pytest -n $(WORKERS) --dist loadgroup -m "not slow" --hypothesis-profile=ci --cov=liasse --cov=harmonia --cov-append \
	  --cov-report=term-missing:skip-covered --cov-fail-under=95
	@$(RUN) pytest -q tests/faults

test-fast: $(READY) ## the inner loop, under a minute
	@$(MINISTERE) -n $(WORKERS) -q -m "not slow and not navigateur"
	@$(RUN) pytest -n $(WORKERS) -q -m "not slow and not navigateur" --hypothesis-profile=fast

# How many processes are killed at random moments; PANNES_GRAINE is the seed of another draw.
PANNES ?= 200

test-all: check ## test, with the long property profile, the LibreOffice oracle, the readers fuzzed, 200 processes killed
	@sh outils/paquets.sh
	@sh tests/e2e/install.sh
	@sh tests/oracle/install.sh
	@$(MINISTERE) -n $(WORKERS)
	@ORACLE=libreoffice PANNES=$(PANNES) $(RUN) pytest -n $(WORKERS) --dist loadgroup --hypothesis-profile=long --cov=liasse --cov-fail-under=95
	@$(BIN)/python tests/fuzz/fuzz_readers.py --files 100000

check: $(READY) ## style, types, floors, spelling, model files
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/ruff format --check --quiet $(SOURCES) || { $(BIN)/ruff format --check $(SOURCES); exit 1; }
	@$(BIN)/mypy
	@found=$$($(BIN)/lint-imports --no-logo) || { echo "$$found"; exit 1; }
	@$(BIN)/codespell $(ENGLISH)
	@$(BIN)/liasse fmt --check
	@$(BIN)/liasse modele

golden: $(READY) ## compare the golden files; GOLDEN=accept writes them
	@GOLDEN=$(GOLDEN) $(RUN) pytest -q tests/golden

bench: $(READY) ## measure, print, and write bench/results.json
	@$(RUN) bench

bench-web: $(READY) ## people who type, sign and verify, on each portal, and a Rapatriement, the generator on the same cores; seven minutes
	@$(RUN) bench.web
	@PORTAIL=ministere $(RUN) bench.web
	@$(RUN) bench.web.rapatriement

# ── Habits ───────────────────────────────────────────────────────────────────────────────────────

fmt: $(READY) ## format Python and model files, rewrite the generated pages of docs
	@$(BIN)/ruff check --fix-only --quiet $(SOURCES)
	@$(BIN)/ruff format --quiet $(SOURCES)
	@$(BIN)/liasse fmt
	@$(RUN) docs.generate

modele: $(READY) ## load, compile and lint every millésime
	@$(BIN)/liasse modele

demo: $(READY) ## both portals on one PostgreSQL, a database each, with a fictional sector; Ctrl-C stops them
	@sh outils/paquets.sh || echo "Without them everything works but printing." >&2
	@$(RUN) harmonia.launch demo

demo-reset: $(READY) ## remove the data of the demonstration
	@$(RUN) harmonia.launch reset

DEMO := demo/coop-exemple

demo-cli: $(READY) ## verify the shipped fictional cooperative on the command line
	@$(BIN)/liasse verifier $(DEMO)-2022.fec.txt --famille COOP --exercice 2022 \
	  --cellules $(DEMO)-2022.cellules.json --precedent $(DEMO)-2021.balance.csv \
	  --cellules-precedent $(DEMO)-2021.cellules.json || test $$? -eq 1

captures: $(READY) ## take the pictures of docs/captures again
	@sh tests/e2e/install.sh
	@$(RUN) docs.captures

clean: ## remove the environment and what the tools left
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage .coverage.*
	@rm -rf htmlcov build dist bench/results.json
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
