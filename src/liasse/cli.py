"""Command line (provisional: only `modele`)."""
from __future__ import annotations
import sys
import time
from pathlib import Path
from functools import lru_cache
from liasse.compiler.passes import compile_model
from liasse.engine.examples import example_problems
from liasse.errors import ModelError
from liasse.source.loader import available, load_model

def main() -> int:
    root = Path(__file__).parents[2] / "modeles"
    code = 0
    for q, m in available(root):
        try:
            model = load_model(root, q, m)
            plan_of = lru_cache(lambda f: compile_model(model, f))
            for f in model.familles:
                plan_of(f)
        except ModelError as e:
            print(e); code = 1; continue
        problems = list(example_problems(model, plan_of))
        for p in problems:
            print(p, "\n")
        plan = plan_of("COOP")
        print(q, m, len(plan.slots), "slots", len(plan.steps), "steps", len(plan.checks), "checks", len({c.code for c in model.controles}), "controls", len(model.exemples), "examples", len(problems), "problems")
    return code

if __name__ == "__main__":
    sys.exit(main())
