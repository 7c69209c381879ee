"""
The whole year of a cooperative in one story: from the invitation of a new person to the return accepted.

The cooperative is one that nobody else plays: its dossier of the year is empty, that of last year is closed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

import pytest
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from tests.e2e.conftest import Person, sign_in, watch
from tests.e2e.grid import cell, paste, saved
from tests.e2e.papers import Papers, papers_of
from tests.e2e.portal import Portal

pytestmark = [pytest.mark.navigateur]

Axe = Callable[[Page], list[str]]
NEW: Final = "noe.neuf@harmonia.example"
CHOSEN: Final = "trois chevaux bleus en juillet"
WORDS: Final = "Livraison de deux opérations en fin d'exercice."
TYPED: Final = "Q07"
PASTED: Final = (
    "CRC", "T02", "T04", "T08R",
    "Q01", "Q02", "Q03", "Q04", "Q05", "Q06", "Q08", "Q09", "Q10", "Q12", "Q13",
)  # fmt: skip
NEANT: Final = "Q11"
EMPTY: Final = (
    "SELECT o.siren, o.id, d.id FROM dossiers_dossier d JOIN organismes_organisme o ON o.id = d.organisme_id"
    " JOIN campagnes_campagne c ON c.id = d.campagne_id WHERE c.exercice = 2022 AND d.rang = 1"
    " AND NOT EXISTS (SELECT 1 FROM organismes_rattachement r WHERE r.organisme_id = o.id"
    " AND r.administrateur)"
)
KEYS: Final = (
    "tables => tables.map(table => [table.dataset.section, Array.from(table.tBodies[0].rows, tr => "
    "Array.from(tr.querySelectorAll('td:not(.accounts)'), td => td.dataset.k ?? ''))"
    ".filter(row => row.some(Boolean))])"
)
"""The section of each table of the page, and the cells of its rows; an empty key is a closed cell."""


def test_from_the_invitation_to_the_return(
    portal: Portal, person: Person, context_of: Callable[..., BrowserContext], axe: Axe
) -> None:
    """Invited, logged in, imported, typed, verified, justified, signed twice, read, asked back."""
    portal.start(portal.worker)
    siren, organisme, dossier = (str(one) for one in portal.query(EMPTY)[0])
    papers, root = papers_of(siren, 2022), f"/dossiers/{dossier}/"
    link = invited(portal, person("federation"), organisme)
    page, faults = context_of().new_page(), list[str]()
    watch(page, faults)
    accept(page, link, axe)
    analyst = person("analyste", tolerate="404")

    bring_balance(page, papers)
    for code in PASTED:
        paste_table(page, f"{root}tables/{code}/", papers)
    type_table(page, f"{root}tables/{TYPED}/", papers)
    declare_nothing(page, f"{root}tables/{NEANT}/")
    verify_and_justify(page, portal, root, papers.warnings, axe)

    sees_nothing(analyst, root)
    head = person(f"coop{siren}")
    sign_and_validate(page, head, root, axe)
    assert [(1,)] == portal.query(
        "SELECT count(*) FROM dossiers_transition WHERE dossier_id = %s AND action = 'valider'", dossier
    )
    reads_the_values(analyst, root, papers)
    ask_to_return(head, analyst, root)
    sees_nothing(analyst, root)
    analyst.goto(f"{root}versions/1/")
    expect(analyst.get_by_role("heading", level=1)).to_contain_text("Version 1")
    page.goto(f"{root}tables/{TYPED}/")
    expect(page.locator(".body[data-modifiable]")).to_have_count(1)
    assert [] == faults


# ── Somebody new ─────────────────────────────────────────────────────────────────────────────────


def invited(portal: Portal, admin: Page, organisme: str) -> str:
    """Invite from the page of the cooperative, with a double click; return the link of the one mail."""
    admin.goto(f"/organismes/{organisme}/")
    admin.get_by_label("Adresse électronique").fill(NEW)
    admin.get_by_label("Prénom").fill("Noé")
    admin.get_by_label("Nom (facultatif)", exact=True).fill("Neuf")
    for profil in ("remplit et vérifie les tables", "saisit, puis signe les comptes"):
        admin.get_by_label(profil).check()
    admin.get_by_role("button", name="Inviter").dblclick()
    expect(admin.get_by_role("status")).to_contain_text(f"L'invitation part pour {NEW}")
    found = re.search(r"http\S+/invitation/\S+", portal.mail_to(NEW))
    assert found is not None
    return found[0]


def accept(page: Page, link: str, axe: Axe) -> None:
    """Choose a password, sign in, and reach the dossier; the link serves no more."""
    page.goto(link)
    assert [] == axe(page)
    expect(page.get_by_label("Identifiant")).to_have_value("noe.neuf")
    page.get_by_label("Mot de passe", exact=True).fill(CHOSEN)
    page.get_by_label("Mot de passe, une seconde fois").fill(CHOSEN)
    page.get_by_role("button", name="Ouvrir mon compte").dblclick()
    expect(page.get_by_role("status")).to_contain_text("l'identifiant « noe.neuf »")
    sign_in(page, "noe.neuf", CHOSEN)
    again = page.request.get(link)
    assert 410 == again.status
    assert "Ce lien ne sert plus" in again.text()


# ── What is brought, pasted, typed ───────────────────────────────────────────────────────────────


def bring_balance(page: Page, papers: Papers) -> None:
    """From the menu of the dossier: read in the background, previewed, applied."""
    page.goto("/")
    page.get_by_role("link", name="QDIS 2022").click()
    page.locator("summary", has_text="Modifier le dossier").click()
    page.get_by_role("link", name=re.compile("^Importer")).click()
    file: FilePayload = {"name": "balance.csv", "mimeType": "text/csv", "buffer": papers.balance}
    page.set_input_files("#fichier", files=[file])
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.get_by_role("heading", name="Ce qui va changer")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name=re.compile("^Appliquer")).click()
    expect(page.get_by_text("la balance générale")).to_be_visible()


def paste_table(page: Page, address: str, papers: Papers) -> None:
    """Paste every section of a table from the spreadsheet."""
    open_at(page, address)
    for section, keys in page.locator("table.grid").evaluate_all(KEYS):
        if not section:
            paste_columns(page, keys, papers)
        elif papers.rows(section):
            paste_rows(page, section, papers)
    saved(page)


def paste_rows(page: Page, section: str, papers: Papers) -> None:
    """Add a first row by its button; the block brings the others."""
    page.locator(f".row-add[data-section='{section}']").click()
    rows = page.locator(f"table[data-section='{section}'] tr[data-row]")
    expect(rows).to_have_count(1)
    names = rows.first.locator("td[data-k]").evaluate_all("cells => cells.map(td => td.dataset.k)")
    texts = papers.row_block(section, [name.rpartition(".")[2] for name in names])
    rows.first.locator("td[data-k]").first.click()
    paste(page, tsv(texts))
    expect(rows).to_have_count(len(texts))
    expect(rows.last.locator("td[data-k]").first).to_have_text(texts[-1][0])


def paste_columns(page: Page, keys: list[list[str]], papers: Papers) -> None:
    """Paste the rectangle that holds every text of a section; from the first cell of its first column."""
    texts = papers.block(keys)
    columns = [at for line in texts for at, text in enumerate(line) if text]
    if columns:
        first = min(columns)
        top = next(at for at, line in enumerate(keys) if line[first])
        paste_at(page, keys[top][first], [line[first:] for line in texts[top:]])


def paste_at(page: Page, key: str, texts: list[list[str]]) -> None:
    """Paste a block whose first corner is a cell."""
    cell(page, key).click()
    paste(page, tsv(texts))


def tsv(texts: list[list[str]]) -> str:
    """Write a block as spreadsheets copy it."""
    return "".join("\t".join(line) + "\n" for line in texts)


def type_table(page: Page, address: str, papers: Papers) -> None:
    """Type every amount of a table, Tab after each, as one who has the paper beside."""
    open_at(page, address)
    keys = page.locator("td.e").evaluate_all("cells => cells.map(td => td.dataset.k)")
    cell(page, keys[0]).click()
    for key in keys:
        expect(cell(page, key)).to_be_focused()
        page.keyboard.type(papers.text(key))
        page.keyboard.press("Tab")
    saved(page)


def declare_nothing(page: Page, address: str) -> None:
    """Say that a table has nothing to say."""
    open_at(page, address)
    page.get_by_role("button", name="Déclarer néant").click()
    expect(page.get_by_text("Néant déclaré.")).to_be_visible()


def open_at(page: Page, address: str) -> None:
    """Open a table and wait for its scripts."""
    page.goto(address)
    page.locator("#grille[data-pret]").wait_for()


# ── What is verified, justified, signed ──────────────────────────────────────────────────────────


def verify_and_justify(page: Page, portal: Portal, root: str, warnings: int, axe: Axe) -> None:
    """From the foot of the home page: the sealed report, a warning explained, then those of its control."""
    page.goto(root)
    page.get_by_role("button", name="Lancer la vérification").click()
    expect(page.get_by_text(re.compile("Dernier rapport scellé le"))).to_be_visible()
    assert [(1,)] == portal.query(
        "SELECT count(*) FROM dossiers_rapportscelle WHERE dossier_id = %s", int(root.split("/")[2])
    )
    expect(page.locator(".verdict")).to_contain_text(f"{warnings} à justifier")
    open_first(page)
    assert [] == axe(page)
    page.get_by_role("button", name="Justifier", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Justification enregistrée")
    expect(page.locator("details.anomaly--warn")).to_have_count(warnings - 1)
    open_first(page)
    page.get_by_role("button", name=f"Justifier les {warnings - 1} lignes de ce contrôle").click()
    expect(page.locator("details.anomaly--warn")).to_have_count(0)


def open_first(page: Page) -> None:
    """Open the first warning that waits, and say why it is right."""
    row = page.locator("details.anomaly--warn").first
    row.locator("summary").click()
    row.get_by_label("Justifier", exact=True).fill(WORDS)


def sign_and_validate(page: Page, head: Page, root: str, axe: Axe) -> None:
    """Presented, signed by the comptable, validated with a double click by the hiérarchique."""
    page.goto(root)
    page.get_by_role("button", name="Présenter à la validation").click()
    expect(page.get_by_role("heading", name=re.compile("Étape 3"))).to_be_visible()
    assert [] == axe(page)
    page.get_by_role("button", name="Signer (responsable comptable)").click()
    expect(page.get_by_role("status")).to_contain_text("Votre signature est enregistrée")
    expect(page.get_by_role("button", name="Valider (responsable hiérarchique)")).to_have_count(0)
    head.goto(root)
    head.get_by_role("button", name="Valider (responsable hiérarchique)").dblclick()
    expect(head.get_by_role("status")).to_contain_text("La fédération peut maintenant le lire")


# ── What the federation reads ────────────────────────────────────────────────────────────────────


def sees_nothing(analyst: Page, root: str) -> None:
    """No page of the dossier that holds a value, whatever its address."""
    for place in ("", "tables/CRP/", "verification/", "verification/sf/", "exporter/depot.json"):
        answer = analyst.request.get(f"{root}{place}")
        assert 404 == answer.status, place


def reads_the_values(analyst: Page, root: str, papers: Papers) -> None:
    """From the follow-up to a figure typed by Noé."""
    analyst.goto(f"{root}tables/{TYPED}/")
    key = f"{TYPED}.L180.N"
    expect(cell(analyst, key)).to_have_text(papers.text(key))
    expect(analyst.locator(".body[data-modifiable]")).to_have_count(0)


def ask_to_return(head: Page, analyst: Page, root: str) -> None:
    """Asked and refused, asked again and accepted; each side reads the reason of the other."""
    for answer, motif in (
        ("Refuser le retour", "Les chiffres sont justes."),
        ("Accepter le retour en saisie", ""),
    ):
        head.goto(root)
        act(head, "Demander un retour en saisie", "La table 8 est à revoir.")
        analyst.goto(root)
        expect(analyst.get_by_text("La table 8 est à revoir.").first).to_be_visible()
        act(analyst, answer, motif)
        head.goto(root)
        if motif:
            head.get_by_text("Ce qui s'est passé").click()
            expect(head.get_by_text(motif)).to_be_visible()
    expect(head.get_by_role("heading", name=re.compile("Étape 2"))).to_be_visible()


def act(page: Page, action: str, motif: str) -> None:
    """Press the button of an action; with a reason, open its box first."""
    if not motif:
        page.get_by_role("button", name=action).click()
    else:
        page.locator("summary", has_text=action).click()
        box = page.locator("details[open]", has_text=action)
        box.get_by_label("Motif").fill(motif)
        box.get_by_role("button", name="Confirmer").click()
    expect(page.get_by_role("status").first).to_be_visible()
