"""
Write the files of this folder: `python -m demo.generate`.

- `coop-exemple-2022.fec.txt`: the ledger of 2022, in the form of article A47 A-1;
- `coop-exemple-2021.balance.csv`: the balance générale of 2021, before closing;
- `coop-exemple-2022.cellules.json`, and the same of 2021: what no ledger tells, cell by cell, in euros.

`--lignes N --sortie FICHIER` writes instead a ledger of 2022 of at least *N* lines, for benches: the
same entries in as many parts as needed, so that every account holds the same.
"""

from __future__ import annotations

import argparse
import calendar
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from demo.annee import live, opening_2021
from demo.comptes import COMPTES
from demo.exercice import Exercice, recuperables
from demo.livre import Ligne, Livre, Piece, share
from demo.scenario import AUXILIAIRES, EMPRUNTS, RESIDENCES

FOLDER = Path(__file__).parent
FEC = "coop-exemple-2022.fec.txt"
BALANCE = "coop-exemple-2021.balance.csv"
CELLULES = "coop-exemple-2022.cellules.json"
CELLULES_2021 = "coop-exemple-2021.cellules.json"

CHAMPS = [
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
]
JOURNAUX = {
    "AN": "À-nouveaux",
    "AC": "Achats",
    "BQ": "Banque",
    "CA": "Caisse",
    "EM": "Emprunts",
    "OD": "Opérations diverses",
    "PA": "Paie",
    "VT": "Quittancement et ventes",
}
LIGNES_IMMOBILISEES = {
    "A040": ("205",),
    "A110": ("2113",),
    "A120": ("212",),
    "A130": ("21311", "2138"),
    "A140": ("21411",),
    "A150": ("21315",),
    "A160": ("2154",),
    "A170": ("2182", "2183", "2184"),
    "A210": ("2312",),
    "A220": ("231311",),
    "A230": ("2383",),
    "A310": ("2611",),
    "A350": ("2743", "2751"),
}
IMMOBILISATIONS = {compte: line for line, comptes in LIGNES_IMMOBILISEES.items() for compte in comptes}
RATIO_2020 = "9.87"
"""Autofinancement net of 2020 over products, in %: what the mean of three years wants."""
MOUVEMENTS = {
    "Mise en service de travaux": "VIR",
    "Sortie des deux logements vendus": "CES",
    "Composants remplacés": "HS",
}
"""What an entry on fixed assets is, by its label; the others are acquisitions."""


@cache
def exercices() -> tuple[Exercice, Exercice]:
    """Return 2021 and 2022, lived."""
    before = live(2021, opening_2021())
    return before, live(2022, before.livre.closing())


def decimal(cents: int, mark: str = ",") -> str:
    """
    Write cents in euros.

    >>> decimal(-1234567)
    '-12345,67'
    """
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}{mark}{abs(cents) % 100:02d}"


def parts(piece: Piece, copies: int) -> Iterator[Piece]:
    """Split an entry into balanced parts that add up to it; the last line takes the cents."""
    if copies == 1 or piece.journal == "AN":
        yield piece
        return
    *leading, last = piece.lignes
    shares = [share(ligne.montant, [1] * copies) for ligne in leading]
    for amounts in zip(*shares, strict=True):
        lignes = [
            Ligne(ligne.compte, amount, ligne.auxiliaire)
            for ligne, amount in zip(leading, amounts, strict=True)
            if amount
        ]
        if sum(amounts):
            lignes.append(Ligne(last.compte, -sum(amounts), last.auxiliaire))
        yield Piece(piece.jour, piece.journal, piece.libelle, tuple(lignes))


def fec_lines(livre: Livre, copies: int = 1) -> Iterator[str]:
    """Write the ledger, entry by entry, in the order of the FEC."""
    yield "\t".join(CHAMPS)
    numero = 0
    for whole in livre.sorted_pieces():
        for piece in parts(whole, copies):
            numero += 1
            jour = f"{piece.jour:%Y%m%d}"
            last = calendar.monthrange(piece.jour.year, piece.jour.month)[1]
            valid = f"{piece.jour:%Y%m}{last}"
            reference = f"{piece.journal}{numero:06d}"
            entry = (piece.journal, JOURNAUX[piece.journal], f"{numero:06d}", jour)
            for ligne in piece.lignes:
                auxiliary = (ligne.auxiliaire, AUXILIAIRES.get(ligne.auxiliaire, ""))
                amounts = (decimal(max(ligne.montant, 0)), decimal(max(-ligne.montant, 0)))
                account = (ligne.compte, COMPTES[ligne.compte], *auxiliary)
                tail = ("", "", valid, "", "")
                yield "\t".join((*entry, *account, reference, jour, piece.libelle, *amounts, *tail))


def balance_lines(livre: Livre) -> Iterator[str]:
    """Write the balance générale: opening, movements, closing, each debit and credit."""
    sides = [
        f"{what} {side}" for what in ("À-nouveaux", "Mouvements", "Solde") for side in ("débit", "crédit")
    ]
    yield ";".join(("Compte", "Libellé", *sides))
    ouvertures: defaultdict[str, int] = defaultdict(int)
    for (compte, _), montant in livre.ouverture.items():
        ouvertures[compte] += montant
    for compte in sorted({*ouvertures, *livre.debits, *livre.credits}):
        ouverture, debit, credit = ouvertures[compte], livre.debits[compte], livre.credits[compte]
        solde = ouverture + debit - credit
        amounts = (max(ouverture, 0), max(-ouverture, 0), debit, credit, max(solde, 0), max(-solde, 0))
        yield ";".join((compte, COMPTES[compte], *(decimal(amount) for amount in amounts)))


def cells(exercice: Exercice) -> dict[str, str]:
    """Return the typed cells: recoverable charges, loans, fixed assets, allocation, identity."""
    livre = exercice.livre
    found: dict[str, str] = {"ID.MOIS.N": "12"}
    found["ID.LOGEMENTS.N"] = str(sum(residence.logements for residence in RESIDENCES))
    found["ID.LOGEMENTS_LOUES.N"] = str(sum(residence.logements for residence in RESIDENCES) - 19)
    amounts = {f"CRC.{line}.R": cents for line, cents in recuperables(exercice.rang).items()}
    resultat = -livre.solde("6", "7")
    amounts["SIEG.RES_SIEG.N"] = resultat * 83 // 100
    amounts["SIEG.RES_HSIEG.N"] = resultat - amounts["SIEG.RES_SIEG.N"]
    amounts |= _allocation(livre) | _loans(exercice) | _fixed_assets(livre)
    if exercice.rang == 0:
        found["T03.RATIO.N1"] = RATIO_2020
    return found | {cell: decimal(cents, ".") for cell, cents in amounts.items()}


def _allocation(livre: Livre) -> dict[str, int]:
    """Return T02: what the general assembly made of the result of the year before."""
    piece = next(piece for piece in livre.pieces if piece.libelle.startswith("Affectation du résultat"))
    taken = {ligne.compte: -ligne.montant for ligne in piece.lignes}
    before = -livre.ouverture["110", ""]
    return {
        "T02.O110.N": before,
        "T02.O120.N": -taken["120"],
        "T02.A1061.N": taken["1061"],
        "T02.A10685.N": taken["10685"],
        "T02.A1068.N": taken["10688"],
        "T02.A457.N": taken["457"],
        "T02.A110.N": before + taken["110"],
    }


def _loans(exercice: Exercice) -> dict[str, int]:
    """Return T08R: what is owed, by destination."""
    found: defaultdict[str, int] = defaultdict(int)
    for emprunt in EMPRUNTS:
        dette = exercice.dettes[emprunt.code]
        row = f"T08R.{emprunt.rubrique}"
        found[f"{row}.OUVERTURE"] += dette.ouverture
        found[f"{row}.REALISATIONS"] += dette.realise
        found[f"{row}.REMB"] += dette.rembourse
        found[f"{row}.ANTICIPES"] += dette.anticipe
        found[f"{row}.INTERETS"] += dette.interets
    deposits = ("1651", "1654", "1658")
    found["T08R.R6.OUVERTURE"] = -sum(opening_amount(exercice.livre, compte) for compte in deposits)
    found["T08R.R6.REALISATIONS"] = sum(exercice.livre.credits[compte] for compte in deposits)
    found["T08R.R6.REMB"] = sum(exercice.livre.debits[compte] for compte in deposits)
    return dict(sorted(found.items()))


def opening_amount(livre: Livre, compte: str) -> int:
    """Return the opening balance of *compte*, auxiliaries together."""
    return sum(montant for (numero, _), montant in livre.ouverture.items() if numero == compte)


def _fixed_assets(livre: Livre) -> dict[str, int]:
    """Return T04: what came in and out of each gross asset."""
    found: defaultdict[str, int] = defaultdict(int)
    for compte, line in IMMOBILISATIONS.items():
        found[f"T04.{line}.A"] += opening_amount(livre, compte)
    for piece in livre.pieces:
        internal = any(ligne.compte == "7221" for ligne in piece.lignes)
        kind = MOUVEMENTS.get(piece.libelle, "CRE" if internal else "ACQ")
        for ligne in piece.lignes:
            if ligne.compte in IMMOBILISATIONS:
                line = IMMOBILISATIONS[ligne.compte]
                side = "B" if ligne.montant > 0 else "C"
                found[f"T04.{line}.{side}_{kind}"] += abs(ligne.montant)
    return dict(sorted(found.items()))


def render() -> dict[str, bytes]:
    """Return the bytes of each file of this folder."""
    before, year = exercices()
    return {
        FEC: "".join(f"{line}\r\n" for line in fec_lines(year.livre)).encode(),
        BALANCE: "".join(f"{line}\r\n" for line in balance_lines(before.livre)).encode("cp1252"),
        CELLULES: _json(cells(year)),
        CELLULES_2021: _json(cells(before)),
    }


def _json(found: dict[str, str]) -> bytes:
    return f"{json.dumps(found, ensure_ascii=False, indent=2)}\n".encode()


def write_large(lignes: int, sortie: Path) -> int:
    """Write a ledger of at least *lignes* lines, streaming; return how many there are, header left out."""
    livre = exercices()[1].livre
    opening = len(livre.opening().lignes)
    base = sum(len(piece.lignes) for piece in livre.pieces)
    copies = max(1, -(-(lignes - opening) // base))
    written = -1
    with sortie.open("w", encoding="utf-8", newline="") as out:
        for line in fec_lines(livre, copies):
            out.write(f"{line}\r\n")
            written += 1
    return written


def main(arguments: list[str]) -> int:
    """Write the files, or one large ledger."""
    parser = argparse.ArgumentParser(prog="python -m demo.generate", description="The fictional cooperative.")
    parser.add_argument("--lignes", type=int, help="write one ledger of at least so many lines")
    parser.add_argument("--sortie", type=Path, help="where to write it")
    options = parser.parse_args(arguments)
    if options.lignes:
        sortie = options.sortie or FOLDER / "grand.fec.txt.tmp"
        print(f"{sortie}: {write_large(options.lignes, sortie)} lignes")
        return 0
    for name, content in render().items():
        (FOLDER / name).write_bytes(content)
        print(f"{name}: {len(content)} octets")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
