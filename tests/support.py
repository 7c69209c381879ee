"""What tests build small models and filings with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from hypothesis import settings

from liasse import Balance, Evaluation, Facts, Model, Plan, compile_model, evaluate, load_model

MODELES = Path(__file__).parents[1] / "modeles"

CHART = """compte;libelle;valide_de;valide_a;couche;reference;certitude;note
101;Capital;2022;;PCG;PCG;found;
12;Résultat;2022;;PCG;PCG;found;
512;Banques;2022;;PCG;PCG;found;
601;Achats;2022;;PCG;PCG;found;
701;Ventes;2022;;PCG;PCG;found;
702;Ventes de SEM;2022;2025;SEM;PCG;found;
"""

HEADER = """questionnaire = "essai"
millesime = "2022"
titre = "Modèle d'essai"
exercices = { de = 2022, a = 2025 }
familles = ["COOP", "SEM"]
reference = "Texte d'essai"
certitude = "C"
tables = ["BIL"]
"""

TABLE = """titre = "Bilan d'essai"
unite = "euro"
colonne = "N"

[colonnes]
N  = { titre = "N" }
N1 = { titre = "N-1", formule = "exercice_precedent(N)" }

[lignes]
"""


def write_model(root: Path, files: Mapping[str, str]) -> Path:
    """Write a model `essai/2022` under *root*; *files* adds to, or replaces, the smallest one."""
    smallest = {
        "modele.toml": HEADER,
        "tables/BIL.toml": TABLE + 'A = { libelle = "Banque", N = "debiteur(512)" }\n',
    }
    (root / "plan_comptes").mkdir(parents=True, exist_ok=True)
    (root / "plan_comptes" / "plan_comptes.csv").write_text(CHART, encoding="utf-8")
    for name, text in {**smallest, **files}.items():
        path = root / "essai" / "2022" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def essai(root: Path, files: Mapping[str, str]) -> Model:
    """Write and load a model `essai/2022`."""
    return load_model(write_model(root, files), "essai", "2022")


def plan_of(root: Path, lignes: str = "", **files: str) -> Plan:
    """Compile, for COOP, a model whose table BIL has *lignes*; `files` may add `agregats` or `controles`."""
    written = {"tables/BIL.toml": TABLE + lignes}
    folders = {
        "agregats": "agregats/a.toml",
        "controles": "controles/c.toml",
        "parametres": "parametres.toml",
    }
    written |= {folders[name]: text for name, text in files.items()}
    return compile_model(essai(root, written), "COOP")


def evaluation_of(
    plan: Plan,
    soldes: Mapping[str, int] | None = None,
    cells: Mapping[str, int] | None = None,
    precedent: Evaluation | None = None,
) -> Evaluation:
    """Evaluate closing balances (debit minus credit, cents) and typed cells for exercice 2022."""
    balance = Balance.from_soldes(soldes) if soldes is not None else None
    return evaluate(plan, Facts(2022, balance, cells or {}, precedent))


@lru_cache
def shipped_model(questionnaire: str, millesime: str) -> Model:
    """Return a shipped model, read once."""
    return load_model(MODELES, questionnaire, millesime)


@lru_cache
def shipped_plan(questionnaire: str, millesime: str, famille: str = "COOP") -> Plan:
    """Return the plan of a shipped model, compiled once for each family."""
    return compile_model(shipped_model(questionnaire, millesime), famille)


def model_2022() -> Model:
    """Return the shipped model of the regulatory statements."""
    return shipped_model("etats_reglementaires", "2022")


def plan_2022(famille: str = "COOP") -> Plan:
    """Return the shipped plan of the regulatory statements."""
    return shipped_plan("etats_reglementaires", "2022", famille)


def examples(share: float) -> settings:
    """Return how many examples a property is tried on: a share of what the profile of Hypothesis asks."""
    asked = (settings.default or settings()).max_examples
    return settings(max_examples=max(2, round(asked * share)))
