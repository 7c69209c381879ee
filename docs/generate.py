"""
Write the pages of this folder that come from the code and the models: `python -m docs.generate`.

- `erreurs.md`: the codes of import reports and of model problems;
- `controles.md`: the controls of each model;
- `statuts.md`: the steps of a dossier and what moves it.

`make fmt` runs it; `tests/test_consistency.py` refuses a page that is behind.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import harmonia
from harmonia.dossiers.workflow import Workflow, read_workflow
from liasse import Model, available, load_model
from liasse.errors import MODEL_CODES
from liasse.imports.codes import CODES, IssueCode
from liasse.model.rules import Control

FOLDER = Path(__file__).parent
SOURCE = Path(harmonia.__file__).parent
MODELES = FOLDER.parent / "modeles"
NOTE = "<!-- Page écrite par `python -m docs.generate` : ne la modifiez pas à la main. -->"
FAMILIES = {
    "I0": "Tous les fichiers",
    "I1": "Fichier des écritures comptables (FEC)",
    "I2": "Balance générale",
    "I3": "Dépôt (JSON, XML) et classeur",
}
DOORS = {"federation": "Sur le portail de la fédération", "ministere": "Sur le portail du ministère"}
GRAVITES = {"bloquant": "bloquant", "a_justifier": "à justifier", "information": "information"}


def one_line(text: str) -> str:
    """Return *text* fit for a cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")


def erreurs() -> Iterator[str]:
    """Yield the page of codes."""
    yield "# Les codes d'erreur"
    yield ""
    yield NOTE
    yield ""
    yield "Un code ne change jamais de sens et n'est jamais réemployé."
    yield "Les codes `K…` sont ceux des contrôles : voir [controles.md](controles.md)."
    yield ""
    yield "## À la lecture d'un fichier"
    yield ""
    yield "- `inutilisable` : rien ne peut être lu."
    yield "- `erreur` : une ligne ou une valeur est laissée de côté, et c'est dit."
    yield "- `avertissement` : lu, mais pas comme la norme le demande."
    yield "- `information` : un choix que le lecteur a fait."
    for prefix, title in FAMILIES.items():
        yield ""
        yield f"### {title}"
        yield ""
        yield "| Code | Gravité | Ce qui ne va pas | Pourquoi | Que faire |"
        yield "| --- | --- | --- | --- | --- |"
        yield from (_import_row(issue) for code, issue in CODES.items() if code.startswith(prefix))
    yield ""
    yield "## Dans un modèle"
    yield ""
    yield "Ces problèmes s'adressent à qui écrit les modèles."
    yield "Ils sont donnés tous ensemble, chacun avec sa place."
    yield ""
    yield "| Code | Problème |"
    yield "| --- | --- |"
    for code, title in sorted(MODEL_CODES.items()):
        yield f"| {code} | {one_line(title)} |"


def _import_row(issue: IssueCode) -> str:
    cells = (issue.code, issue.severity.value, issue.titre, issue.explication, issue.remede)
    return f"| {' | '.join(one_line(cell) for cell in cells)} |"


def controles() -> Iterator[str]:
    """Yield the page of controls."""
    yield "# Les contrôles"
    yield ""
    yield NOTE
    yield ""
    yield "Un contrôle dit ce qui doit être vrai."
    yield "Certitude : F trouvé dans un texte, P en partie, M usage de la profession, C convention du projet."
    for questionnaire, millesime in available(MODELES):
        model = load_model(MODELES, questionnaire, millesime)
        yield ""
        yield f"## {model.titre}"
        yield ""
        yield "| Code | Gravité | Ce qui doit être vrai | Que faire sinon | Référence | Certitude |"
        yield "| --- | --- | --- | --- | --- | --- |"
        own = (one for one in model.controles if one.place.file.startswith(f"{questionnaire}/{millesime}/"))
        for control in sorted(own, key=lambda control: control.identifier):
            yield _control_row(model, control)


def _control_row(model: Model, control: Control) -> str:
    scope = sorted(control.familles) if control.familles else []
    title = control.titre
    if scope and set(scope) != set(model.familles):
        title = f"{title} ({', '.join(scope)})"
    cells = (
        control.identifier,
        GRAVITES[control.gravite.value],
        title,
        control.instruction,
        control.reference,
        control.certitude,
    )
    return f"| {' | '.join(one_line(cell) for cell in cells)} |"


def statuts() -> Iterator[str]:
    """Yield the page of the steps and actions of a dossier, door by door."""
    yield "# Les étapes d'un dossier"
    yield ""
    yield NOTE
    for name, title in DOORS.items():
        yield from _door(title, f"src/harmonia/{name}/etapes.toml", read_workflow(SOURCE / name))


def _door(title: str, path: str, flow: Workflow) -> Iterator[str]:
    yield ""
    yield f"## {title}"
    yield ""
    yield f"Décrites dans `{path}`."
    yield "Seul `4_Fiabilisation` est un nom officiel ; les autres sont des conventions."
    yield ""
    yield "| Étape | Qui agit | Les valeurs changent | Ce qui vient ensuite |"
    yield "| --- | --- | --- | --- |"
    for etape in flow.etapes.values():
        changes = "oui" if etape.modifiable else "non"
        yield f"| `{etape.code}` {etape.titre} | {etape.acteur} | {changes} | {one_line(etape.suite)} |"
    yield ""
    yield "| Action | De | Vers | Par | Il faut | Motif |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for action in flow.actions.values():
        yield (
            f"| {action.titre} | {', '.join(f'`{code}`' for code in action.de)} | `{action.vers}`"
            f" | {', '.join(sorted(action.qui))} | {', '.join(action.exige) or '–'}"
            f" | {'oui' if action.motif else 'non'} |"
        )


def pages() -> dict[str, str]:
    """Return the text of each page, by file name."""
    return {
        "erreurs.md": "\n".join(erreurs()) + "\n",
        "controles.md": "\n".join(controles()) + "\n",
        "statuts.md": "\n".join(statuts()) + "\n",
    }


def main() -> int:
    """Write the pages that changed."""
    for name, text in pages().items():
        path = FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"docs/{name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
