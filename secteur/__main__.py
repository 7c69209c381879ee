"""
Write a fictional sector: `python -m secteur --nombre 165 --sortie DIR --fec`.

One folder for each organisation, named by its SIREN: a balance générale and a JSON of cells for each
exercice, and its FEC when asked; `organismes.json` says who is who.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import lru_cache
from pathlib import Path

from liasse import Plan, compile_model, load_model
from secteur.ecrire import ecrire
from secteur.organismes import EXERCICES, FAMILLES, organismes
from secteur.vie import vivre

MODELES = Path(__file__).parents[1] / "modeles"


@lru_cache(maxsize=8)
def plan_de(famille: str) -> Plan:
    """Return the widest plan of a family: that of the federation for cooperatives."""
    questionnaire = "qdis_coop" if famille == "COOP" else "etats_reglementaires"
    return compile_model(load_model(MODELES, questionnaire, "2022"), famille)


def main(arguments: list[str]) -> int:
    """Write the files."""
    parser = argparse.ArgumentParser(prog="python -m secteur", description="Un secteur fictif.")
    parser.add_argument("--nombre", type=int, default=12, help="combien d'organismes")
    parser.add_argument("--graine", type=int, default=2022, help="même graine, mêmes octets")
    parser.add_argument("--familles", nargs="+", default=list(FAMILLES), choices=FAMILLES)
    parser.add_argument("--exercices", nargs="+", type=int, default=list(EXERCICES), choices=EXERCICES)
    parser.add_argument("--sortie", type=Path, required=True, help="où écrire")
    parser.add_argument("--fec", action="store_true", help="écrire aussi les FEC")
    options = parser.parse_args(arguments)
    qui = []
    for organisme in organismes(options.nombre, options.graine, options.familles):
        for exercice in vivre(organisme):
            if exercice.livre.annee in options.exercices:
                ecrire(organisme, exercice, options.sortie, plan_de(organisme.famille), fec=options.fec)
        qui.append(
            {
                "siren": organisme.siren,
                "nom": organisme.nom,
                "famille": organisme.famille,
                "activites": sorted(organisme.activites),
                "logements": organisme.logements,
            }
        )
    texte = json.dumps(qui, ensure_ascii=False, indent=1)
    (options.sortie / "organismes.json").write_text(f"{texte}\n", encoding="utf-8")
    print(f"{len(qui)} organismes fictifs dans {options.sortie}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
