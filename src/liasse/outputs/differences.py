"""The differences between two models, in French sentences for accountants, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

from liasse.amounts import format_french
from liasse.engine.findings import listed
from liasse.model.canonical import AccountChange
from liasse.model.correspondances import Correspondance, NatureCorrespondance
from liasse.model.differences import Comparison, Difference, Group, Objet, Sens
from liasse.model.rules import Gravite, Model
from liasse.outputs.page import BOLD, Page
from liasse.outputs.wording import GRAVITES, count, titled

_TITLES: Final = {
    "modele": "Le modèle",
    "tables": "Tables",
    "agregats": "Agrégats",
    "parametres": "Paramètres",
    "controles": "Contrôles",
    "comptes": "Plan de comptes",
}
_NOUNS: Final = {
    Objet.MODELE: ("Le modèle", ""),
    Objet.TABLE: ("La table", "Les tables"),
    Objet.SECTION: ("La section", "Les sections"),
    Objet.COLONNE: ("La colonne", "Les colonnes"),
    Objet.LIGNE: ("La ligne", "Les lignes"),
    Objet.AGREGAT: ("L'agrégat", "Les agrégats"),
    Objet.PARAMETRE: ("Le paramètre", "Les paramètres"),
    Objet.CONTROLE: ("Le contrôle", "Les contrôles"),
    Objet.COMPTE: ("Le compte", "Les comptes"),
}
_FIELDS: Final = {
    "exercices": "exercices",
    "familles": "familles",
    "comptes_sans_ligne": "comptes sans ligne",
    "unite": "unité",
    "nature": "nature imposée",
    "choix": "choix",
    "classes": "classes de comptes placées",
    "profil": "profil",
    "vides": "traitement des vides",
    "colonne": "colonne principale",
    "cle": "colonne clé",
    "fermees": "colonnes fermées",
    "sans_objet": "condition « sans objet »",
    "sens": "sens",
    "si": "condition",
    "pour": "lignes vérifiées",
    "tolerance": "tolérance",
    "gravite_si": "gravité selon le cas",
    "tait": "contrôles tus",
}
_EVERY: Final = {"exercices": "tous", "familles": "toutes"}
"""What an empty scope means."""
_ONE_CELL: Final = frozenset({"", "N", "T", "BRUT", "NET"})


def sentences(group: Group, comparison: Comparison) -> Iterator[str]:
    """Yield the sentences of a group; the same change on several lines makes one sentence."""
    runs: dict[tuple[object, ...], list[Difference]] = {}
    for item in group.differences:
        runs.setdefault(_likeness(item), []).append(item)
    yield from (_sentence(alike, comparison) for alike in runs.values())


def _likeness(item: Difference) -> tuple[object, ...]:
    """Return what two differences must share to be told together; a reference of its own otherwise."""
    if item.sens is Sens.CHANGEMENT and item.champ not in {"libelle", "titre"}:
        return (item.objet, item.champ, item.partie, item.ancien, item.nouveau)
    return (item.objet, item.reference, item.champ)


def _sentence(alike: Sequence[Difference], comparison: Comparison) -> str:
    first = alike[0]
    if first.sens is not Sens.CHANGEMENT:
        return _comes_or_goes(first)
    return _CHANGES.get(first.champ, _other)(alike, comparison)


def _code(item: Difference) -> str:
    """Return the code as read inside the group: the table is in its title."""
    inside = item.objet in {Objet.LIGNE, Objet.COLONNE, Objet.SECTION}
    return item.reference.partition(".")[2] or item.reference if inside else item.reference


def _subject(alike: Sequence[Difference]) -> str:
    one, many = _NOUNS[alike[0].objet]
    if len(alike) > 1:
        return f"{many} {listed(_code(item) for item in alike)}"
    return f"{one} {_code(alike[0])}" if alike[0].objet is not Objet.MODELE else one


def _titled(item: Difference) -> str:
    return f"{_NOUNS[item.objet][0]} {_code(item)} « {item.libelle} »"


def _comes_or_goes(item: Difference) -> str:
    told = "apparaît" if item.sens is Sens.AJOUT else "disparaît"
    follow = _origin(item) if item.sens is Sens.AJOUT else _destiny(item)
    rule = f" Formule : {item.nouveau}." if item.sens is Sens.AJOUT and item.nouveau else ""
    said = [row for row in item.suites if item.sens is Sens.RETRAIT or not row.de]
    return f"{_titled(item)} {told}{follow}.{rule}{_remarks(said)}"


def _short(reference: str, item: Difference) -> str:
    """Leave out the table when it is that of the line told."""
    table = item.reference.partition(".")[0] + "."
    return reference.removeprefix(table)


_DESTINIES: Final = {
    NatureCorrespondance.SCINDE: "passe dans",
    NatureCorrespondance.REGROUPE: "entre dans",
    NatureCorrespondance.NON_COMPARABLE: "est remplacé, sans comparaison possible, par",
}
_ORIGINS: Final = {
    NatureCorrespondance.SCINDE: "prend une part de",
    NatureCorrespondance.REGROUPE: "réunit",
    NatureCorrespondance.NON_COMPARABLE: "remplace, sans comparaison possible,",
}


def _destiny(item: Difference) -> str:
    told = [
        f"{_DESTINIES.get(nature, 'devient')} {listed(found)}"
        for nature, found in _by_nature([(row.nature, _short(row.vers, item)) for row in item.suites])
    ]
    return f" : ce qu'{_pronoun(item)} portait {', '.join(told)}" if told else ""


def _origin(item: Difference) -> str:
    told = [
        f"{_ORIGINS.get(nature, 'reprend')} {listed(found)}"
        for nature, found in _by_nature([(row.nature, _short(row.de, item)) for row in item.suites])
    ]
    return f" : {_pronoun(item)} {', '.join(told)}" if told else ""


def _by_nature(
    pairs: Iterable[tuple[NatureCorrespondance, str]],
) -> list[tuple[NatureCorrespondance, list[str]]]:
    found: dict[NatureCorrespondance, list[str]] = {}
    for nature, reference in pairs:
        if reference:
            found.setdefault(nature, []).append(reference)
    return list(found.items())


def _pronoun(item: Difference) -> str:
    return "il" if item.objet is Objet.AGREGAT else "elle"


def _remarks(suites: Iterable[Correspondance]) -> str:
    return "".join(f" {text}" for text in dict.fromkeys(row.remarque for row in suites if row.remarque))


def _renamed(alike: Sequence[Difference], _comparison: Comparison) -> str:
    item = alike[0]
    return f"{_subject(alike)} s'intitule désormais « {item.nouveau} » (auparavant « {item.ancien} »)."


def _formula(alike: Sequence[Difference], _comparison: Comparison) -> str:
    item = alike[0]
    place = "" if item.partie in _ONE_CELL else f", {_part(item)}"
    subject = f"{_subject(alike)}{place}{',' if place else ''}"
    if item.comptes is not None:
        return f"{subject} {_moved(item.comptes)}."
    many = len(alike) > 1
    now = f"{subject} {_rule_verb(item, many=many)} {item.nouveau}"
    if not item.ancien:
        return f"{now}."
    if not item.nouveau:
        return f"{subject} {_none(many=many)} plus de formule propre (auparavant {item.ancien})."
    return f"{now} (auparavant {item.ancien})."


def _none(*, many: bool) -> str:
    return "n'ont" if many else "n'a"


def _rule_verb(item: Difference, *, many: bool) -> str:
    if item.objet is Objet.CONTROLE:
        return "vérifient désormais" if many else "vérifie désormais"
    return "se calculent désormais par" if many else "se calcule désormais par"


def _part(item: Difference) -> str:
    return f"pour {item.partie}" if item.objet is Objet.AGREGAT else f"colonne {item.partie}"


def _moved(change: AccountChange) -> str:
    """
    Say which accounts a line takes or leaves.

    >>> _moved(AccountChange(pris=("1525",), laisses=("1572",)))
    'prend désormais 1525 au lieu de 1572'
    """
    told = []
    if change.pris and change.laisses:
        told.append(f"prend désormais {listed(change.pris)} au lieu de {listed(change.laisses)}")
    elif change.pris:
        told.append(f"prend aussi {listed(change.pris)}")
    elif change.laisses:
        told.append(f"ne prend plus {listed(change.laisses)}")
    if change.exclus:
        told.append(f"exclut désormais {listed(change.exclus)}")
    if change.admis:
        told.append(f"n'exclut plus {listed(change.admis)}")
    return ", ".join(told) or "range ses comptes autrement"


def _severity(alike: Sequence[Difference], _comparison: Comparison) -> str:
    item = alike[0]
    before, after = (GRAVITES[Gravite(text)].lower() for text in (item.ancien, item.nouveau))
    told = "sont" if len(alike) > 1 else "est"
    return f"{_subject(alike)} {told} désormais « {after} » (auparavant « {before} »)."


def _flagged(word: str) -> Callable[[Sequence[Difference], Comparison], str]:
    def told(alike: Sequence[Difference], _comparison: Comparison) -> str:
        many, not_one = len(alike) > 1, "n'est"
        if alike[0].nouveau == "oui":
            return f"{_subject(alike)} {'deviennent' if many else 'devient'} {word}."
        return f"{_subject(alike)} {'ne sont' if many else not_one} plus {word}."

    return told


def _line_title(alike: Sequence[Difference], comparison: Comparison) -> str:
    """`titre` is the heading flag of a line, and the title of anything else."""
    if alike[0].objet is Objet.LIGNE:
        return _flagged("un intertitre")(alike, comparison)
    return _renamed(alike, comparison)


def _other(alike: Sequence[Difference], comparison: Comparison) -> str:
    item = alike[0]
    if item.objet is Objet.PARAMETRE and item.champ[:1].isdigit():
        return _dated(item, comparison.nouveau)
    noun = _FIELDS.get(item.champ, item.champ)
    before, after = (
        _span(text) if item.champ == "exercices" else text for text in (item.ancien, item.nouveau)
    )
    every = _EVERY.get(item.champ, "")
    now = f"{noun} {after or every}" if after or every else f"sans {noun}"
    return f"{_subject(alike)} : {now} (auparavant {before or every or 'sans'})."


def _span(text: str) -> str:
    """
    Say a span of exercices.

    >>> _span("2022-2025"), _span("2026-"), _span("")
    ('de 2022 à 2025', 'à partir de 2026', '')
    """
    start, _, end = text.partition("-")
    if start and end:
        return f"de {start} à {end}" if start != end else start
    return f"à partir de {start}" if start else f"jusqu'à {end}" if end else ""


def _dated(item: Difference, model: Model) -> str:
    unite = model.parametres[item.reference].unite
    before, after = (format_french(int(text), unite) if text else "" for text in (item.ancien, item.nouveau))
    when = f"{_titled(item)}, {_span(item.champ)} :"
    return f"{when} {after or 'plus de valeur'} (auparavant {before or 'aucune valeur'})."


_CHANGES: Final[dict[str, Callable[[Sequence[Difference], Comparison], str]]] = {
    "libelle": _renamed,
    "titre": _line_title,
    "formule": _formula,
    "gravite": _severity,
    "total": _flagged("un total"),
}


def title(group: Group) -> str:
    """Return the title of a group: that of its table, with its code."""
    if group.code in _TITLES:
        return _TITLES[group.code]
    return titled(group.code, group.titre)


def name(model: Model) -> str:
    """Return what to call a model in a sentence."""
    return f"{model.questionnaire} {model.millesime}"


def render(comparison: Comparison, page: Page) -> str:
    """Write the sentences, group by group."""
    lines = [page.style(f"De {name(comparison.ancien)} à {name(comparison.nouveau)}", BOLD)]
    total = sum(len(group.differences) for group in comparison.groupes)
    lines.append(count(total, "différence", "différences", none="Aucune différence") + ".")
    for group in comparison.groupes:
        lines += ["", page.style(title(group), BOLD)]
        for text in sentences(group, comparison):
            lines += page.wrap(_unbroken(text), "  – ", "    ")
    return "\n".join(lines) + "\n"


def _unbroken(text: str) -> str:
    """Keep a quotation mark with its word."""
    return text.replace("« ", "«\u00a0").replace(" »", "\u00a0»")


def render_json(comparison: Comparison) -> str:
    """Write the differences as data, with their sentences."""
    content = {
        "ancien": {
            "questionnaire": comparison.ancien.questionnaire,
            "millesime": comparison.ancien.millesime,
        },
        "nouveau": {
            "questionnaire": comparison.nouveau.questionnaire,
            "millesime": comparison.nouveau.millesime,
        },
        "groupes": [
            {
                "code": group.code,
                "titre": title(group),
                "phrases": list(sentences(group, comparison)),
                "differences": [_dict(item) for item in group.differences],
            }
            for group in comparison.groupes
        ],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def _dict(item: Difference) -> dict[str, Any]:
    accounts = item.comptes
    return {
        "objet": str(item.objet),
        "reference": item.reference,
        "libelle": item.libelle,
        "sens": str(item.sens),
        "champ": item.champ,
        "partie": item.partie,
        "ancien": item.ancien,
        "nouveau": item.nouveau,
        "comptes": None
        if accounts is None
        else {
            "pris": list(accounts.pris),
            "laisses": list(accounts.laisses),
            "exclus": list(accounts.exclus),
            "admis": list(accounts.admis),
        },
        "suites": [{"de": row.de, "vers": row.vers, "nature": str(row.nature)} for row in item.suites],
    }
