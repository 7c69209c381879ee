"""Laws of the readers: how lines are written, ordered or cut never changes what they add up to."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from hypothesis import given
from hypothesis import strategies as st

from liasse.imports.fec import iter_ecritures, read_fec
from liasse.imports.fec_columns import OFFICIAL
from liasse.imports.recognise import read_file
from liasse.imports.report import Lecture
from liasse.ledger.balance import Balance, LigneBalance
from tests.support import examples


@dataclass(frozen=True)
class Line:
    """One fictional ledger line."""

    journal: str
    numero: int
    day: int
    compte: str
    auxiliaire: str
    debit: int
    credit: int


JOURNALS = {"AN": "À nouveaux", "VE": "Quittancement", "OD": "Opérations diverses", "BQ": "Banque"}
COMPTES = {
    "101300": "Capital fictif",
    "213100": "Immeubles « Les Érables »",
    "411100": "Locataires",
    "401000": "Fournisseurs",
    "512000": "Banque imaginaire",
    "704300": "Loyers",
    "615100": "Entretien",
}
AUXILIARIES = {"411100": ("L001", "L002", "L003"), "401000": ("F01",)}

amounts = st.integers(min_value=1, max_value=10**9)


@st.composite
def entries(draw: st.DrawFn, numero: int) -> list[Line]:
    """Draw a balanced entry of two to four lines."""
    journal = draw(st.sampled_from(sorted(JOURNALS)))
    day = draw(st.integers(1, 28))
    debits = draw(st.lists(amounts, min_size=1, max_size=3))
    lines = [draw(lines_of(journal, numero, day, debit, 0)) for debit in debits]
    return [*lines, draw(lines_of(journal, numero, day, 0, sum(debits)))]


@st.composite
def lines_of(draw: st.DrawFn, journal: str, numero: int, day: int, debit: int, credit: int) -> Line:
    """Draw the account of a line."""
    compte = draw(st.sampled_from(sorted(COMPTES)))
    auxiliaire = draw(st.sampled_from(AUXILIARIES.get(compte, ("",))))
    return Line(journal, numero, day, compte, auxiliaire, debit, credit)


@st.composite
def ledgers(draw: st.DrawFn) -> list[Line]:
    """Draw a ledger of one to eight balanced entries."""
    count = draw(st.integers(1, 8))
    return [line for numero in range(1, count + 1) for line in draw(entries(numero))]


@dataclass(frozen=True)
class Form:
    """One way to write a FEC."""

    separator: str = "\t"
    eol: str = "\r\n"
    encoding: str = "utf-8"
    decimal: str = ","
    mode: str = "debit_credit"
    case: str = "official"
    blank_zero: bool = False
    extra: int = 0
    reverse: bool = False
    sign_last: bool = False


forms = st.builds(
    Form,
    separator=st.sampled_from("\t|;,"),
    eol=st.sampled_from(["\r\n", "\n", "\r"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "iso-8859-15", "cp1252"]),
    decimal=st.sampled_from(",."),
    mode=st.sampled_from(["debit_credit", "D/C", "+1/-1", "signed"]),
    case=st.sampled_from(["official", "upper", "lower", "accents"]),
    blank_zero=st.booleans(),
    extra=st.integers(0, 4),
    reverse=st.booleans(),
    sign_last=st.booleans(),
)


def cents(value: int, form: Form) -> str:
    """Write an amount as a form has it."""
    if not value and form.blank_zero:
        return ""
    text = f"{abs(value) // 100}{form.decimal}{abs(value) % 100:02d}"
    if value >= 0:
        return text
    return f"{text}-" if form.sign_last else f"-{text}"


def amount_fields(line: Line, form: Form) -> dict[str, str]:
    """Write the amounts of a line."""
    net = line.debit - line.credit
    plain = replace(form, blank_zero=False)
    if form.mode == "signed":
        return {"Montant": cents(net, plain)}
    if form.mode == "D/C":
        return {"Montant": cents(abs(net), plain), "Sens": "D" if net >= 0 else "C"}
    if form.mode == "+1/-1":
        return {"Montant": cents(abs(net), plain), "Sens": "+1" if net >= 0 else "-1"}
    if not net:
        return {"Debit": cents(0, plain), "Credit": cents(0, plain)}
    return {"Debit": cents(line.debit, form), "Credit": cents(line.credit, form)}


def record(line: Line, form: Form) -> dict[str, str]:
    """Write a line as field name to text."""
    date = f"2022{line.day % 12 + 1:02d}{line.day:02d}"
    fields = dict.fromkeys(OFFICIAL.values(), "")
    del fields["Debit"], fields["Credit"]
    fields |= {
        "JournalCode": line.journal,
        "JournalLib": JOURNALS[line.journal],
        "EcritureNum": str(line.numero),
        "EcritureDate": date,
        "CompteNum": line.compte,
        "CompteLib": COMPTES[line.compte],
        "CompAuxNum": line.auxiliaire,
        "PieceRef": f"P{line.numero}",
        "PieceDate": date,
        "EcritureLib": "Échéance n° 3",
        "ValidDate": date,
    }
    extra = {f"Rubrique{index}": "libre" for index in range(form.extra)}
    return fields | amount_fields(line, form) | extra


ACCENTED = {"Debit": "Débit", "Credit": "Crédit", "EcritureNum": "Écriture Num", "PieceRef": "Pièce Ref"}


def header(name: str, form: Form) -> str:
    """Write a field name."""
    cases = {
        "official": name,
        "upper": name.upper(),
        "lower": name.lower(),
        "accents": ACCENTED.get(name, name),
    }
    return cases[form.case]


def encode(lines: Sequence[Line], form: Form) -> bytes:
    """Write a ledger as a flat FEC."""
    rows = [record(line, form) for line in lines]
    names = sorted(rows[0], reverse=True) if form.reverse else list(rows[0])
    out = io.StringIO()
    writer = csv.writer(out, delimiter=form.separator, lineterminator=form.eol)
    writer.writerow([header(name, form) for name in names])
    writer.writerows([row[name] for name in names] for row in rows)
    return out.getvalue().encode(form.encoding)


def to_xml(lines: Sequence[Line]) -> bytes:
    """Write a ledger as an XML FEC, one entry per line number."""
    head = "<?xml version='1.0' encoding='iso-8859-15'?><comptabilite><exercice>"
    out = [f"{head}<DateCloture>2022-12-31</DateCloture>"]
    for line in lines:
        row = record(line, Form())
        date = f"{row['EcritureDate'][:4]}-{row['EcritureDate'][4:6]}-{row['EcritureDate'][6:]}"
        row |= {"EcritureDate": date, "PieceDate": date, "ValidDate": date}
        own = ("CompteNum", "CompteLib", "CompAuxNum", "Debit", "Credit")
        fields = {name: f"<{name}>{escape(value)}</{name}>" for name, value in row.items() if value}
        above = "".join(
            text for name, text in fields.items() if name not in (*own, "JournalCode", "JournalLib")
        )
        inside = "".join(fields.get(name, "") for name in own)
        journal = fields["JournalCode"] + fields["JournalLib"]
        out.append(f"<journal>{journal}<ecriture>{above}<ligne>{inside}</ligne></ecriture></journal>")
    return ("\n".join(out) + "</exercice></comptabilite>").encode("iso-8859-15")


def expected_balance(lines: Sequence[Line]) -> Balance:
    """Add the lines up, plainly."""
    has_opening = any(line.journal == "AN" for line in lines)
    sums: dict[str, dict[str, int]] = defaultdict(lambda: {"o": 0, "d": 0, "c": 0})
    auxiliaires: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for line in lines:
        one = sums[line.compte]
        if line.journal == "AN":
            one["o"] += line.debit - line.credit
        else:
            one["d"] += line.debit
            one["c"] += line.credit
        if line.auxiliaire:
            auxiliaires[line.compte][line.auxiliaire] += line.debit - line.credit
    lignes = tuple(
        LigneBalance(
            compte,
            one["o"] + one["d"] - one["c"],
            COMPTES[compte],
            one["o"] if has_opening else None,
            one["d"],
            one["c"],
        )
        for compte, one in sorted(sums.items())
    )
    pairs = {compte: tuple(sorted(each.items())) for compte, each in sorted(auxiliaires.items())}
    return Balance(lignes, has_ouverture=has_opening, has_mouvements=True, auxiliaires=pairs)


def read_bytes(content: bytes, name: str = "000000000FEC20221231.txt") -> Lecture:
    """Read a content as a file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return read_file(path)


def errors(lecture: Lecture) -> list[str]:
    """Return the codes of what was left out."""
    return [issue.code for issue in lecture.report.issues if issue.severity in ("erreur", "inutilisable")]


@given(ledgers(), forms)
@examples(4)
def test_every_way_of_writing_a_fec_gives_the_same_balance(lines: list[Line], form: Form) -> None:
    """Separator, end of line, encoding, decimal mark, Montant/Sens, header and column order do not count."""
    lecture = read_bytes(encode(lines, form))
    assert ([], expected_balance(lines)) == (errors(lecture), lecture.balance)


@given(ledgers())
def test_the_xml_form_gives_the_same_balance(lines: list[Line]) -> None:
    """A FEC in XML and the same FEC at plat are one ledger."""
    lecture = read_bytes(to_xml(lines), "fec.xml")
    assert ([], expected_balance(lines)) == (errors(lecture), lecture.balance)


@given(ledgers(), st.randoms(use_true_random=False))
def test_permuting_lines_changes_nothing(lines: list[Line], random: object) -> None:
    """The order of the lines does not count."""
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    lecture = read_bytes(encode(shuffled, Form()))
    codes = {issue.code for issue in lecture.report.issues}
    assert (expected_balance(lines), False) == (lecture.balance, "I120" in codes)


@given(ledgers(), st.data())
def test_splitting_a_line_changes_nothing(lines: list[Line], data: st.DataObject) -> None:
    """A line and its two halves are one fact."""
    index = data.draw(st.integers(0, len(lines) - 1))
    line = lines[index]
    part = data.draw(st.integers(0, line.debit + line.credit))
    first = replace(line, debit=min(part, line.debit), credit=min(part, line.credit))
    second = replace(line, debit=line.debit - first.debit, credit=line.credit - first.credit)
    lecture = read_bytes(encode([*lines[:index], first, second, *lines[index + 1 :]], Form()))
    assert expected_balance(lines) == lecture.balance


@given(ledgers())
def test_drilling_down_gives_back_what_the_balance_adds_up(lines: list[Line]) -> None:
    """The ledger lines of an account add up to its line of the balance."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "000000000FEC20221231.txt"
        path.write_bytes(encode(lines, Form()))
        balance = read_fec(path).balance
        found = {
            ligne.compte: sum(e.debit - e.credit for e in iter_ecritures(path, [ligne.compte]))
            for ligne in balance or ()
        }
    assert {ligne.compte: ligne.solde for ligne in expected_balance(lines)} == found


@dataclass(frozen=True)
class BalanceForm:
    """One way to write a balance générale."""

    headers: tuple[str, ...]
    separator: str = ";"
    decimal: str = ","
    thousands: str = ""
    encoding: str = "utf-8"
    title: bool = False
    total: bool = False


FULL = (
    (
        "Compte",
        "Intitulé",
        "AN débit",
        "AN crédit",
        "Mouvement débit",
        "Mouvement crédit",
        "Solde débit",
        "Solde crédit",
    ),
    (
        "account",
        "label",
        "opening_debit",
        "opening_credit",
        "period_debit",
        "period_credit",
        "closing_debit",
        "closing_credit",
    ),
    (
        "N° de compte",
        "Libellé",
        "Ouverture D",
        "Ouverture C",
        "Mvts D",
        "Mvts C",
        "Solde débiteur",
        "Solde créditeur",
    ),
    ("Cpte", "Libellé du compte", "Débit", "Crédit", "Débit", "Crédit", "Débit", "Crédit"),
)
balance_forms = st.builds(
    BalanceForm,
    headers=st.sampled_from(FULL),
    separator=st.sampled_from("\t|;,"),
    decimal=st.sampled_from(",."),
    thousands=st.sampled_from(["", " ", "\u00a0", "\u202f"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16"]),
    title=st.booleans(),
    total=st.booleans(),
)


def spaced(value: int, form: BalanceForm) -> str:
    """Write an amount with its thousands separator; zero is blank."""
    if not value:
        return ""
    whole = f"{value // 100:,}".replace(",", form.thousands)
    return f"{whole}{form.decimal}{value % 100:02d}"


def encode_balance(balance: Balance, form: BalanceForm) -> bytes:
    """Write a balance générale."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=form.separator, lineterminator="\r\n")
    rows = []
    for ligne in balance:
        opening = ligne.ouverture or 0
        numbers = [max(opening, 0), max(-opening, 0), ligne.debit or 0, ligne.credit or 0]
        numbers += [max(ligne.solde, 0), max(-ligne.solde, 0)]
        texts = [spaced(number, form) for number in numbers]
        rows.append(([ligne.compte, ligne.libelle], numbers, texts if any(numbers) else ["0,00"] * 6))
    if form.title:
        writer.writerow(["Organisme imaginaire"])
        writer.writerow(["Balance générale au 31/12/2022"])
    writer.writerow(form.headers)
    for names, _, texts in rows:
        writer.writerow([*names, *texts])
    if form.total:
        totals = [sum(numbers[index] for _, numbers, _ in rows) for index in range(6)]
        writer.writerow(["", "TOTAL GÉNÉRAL", *[spaced(total, form) for total in totals]])
    text = out.getvalue()
    return (text.replace("\u202f", "\u00a0") if form.encoding == "cp1252" else text).encode(form.encoding)


@given(ledgers(), balance_forms)
@examples(4)
def test_every_layout_of_a_balance_gives_the_same_balance(lines: list[Line], form: BalanceForm) -> None:
    """Header language, separators, decimal mark, thousands, encoding, titles and totals do not count."""
    expected = expected_balance(lines)
    lecture = read_bytes(encode_balance(expected, form), "balance.csv")
    found = {ligne.compte: (ligne.solde, ligne.debit, ligne.credit) for ligne in lecture.balance or ()}
    assert ([], {e.compte: (e.solde, e.debit, e.credit) for e in expected}) == (errors(lecture), found)


@given(ledgers())
def test_a_fec_and_its_balance_are_the_same_facts(lines: list[Line]) -> None:
    """What is computed from a FEC can be written as a balance and read back."""
    fec = read_bytes(encode(lines, Form()))
    assert fec.balance is not None
    back = read_bytes(encode_balance(fec.balance, BalanceForm(FULL[0])), "balance.csv")
    assert back.balance is not None
    assert [ligne.solde for ligne in fec.balance] == [ligne.solde for ligne in back.balance]
