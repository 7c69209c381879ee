"""The page of a table, as an accountant uses it: with the keyboard, with Excel beside, with a bad network."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Person
from tests.e2e.grid import CUT, cell, open_table, paste, saved, shown
from tests.e2e.portal import PASSWORD, Portal

pytestmark = [pytest.mark.navigateur]


def lose(route: Route, lost: list[int]) -> None:
    """Let the server serve the first request, and lose its answer; those that follow leave later."""
    if not lost:
        lost.append(1)
        route.fetch()
    route.abort()


# ── The keyboard ─────────────────────────────────────────────────────────────────────────────────


def test_amounts_are_typed_with_the_keyboard_alone(person: Person) -> None:
    """Type, Enter, F2, Escape, Delete, undo and redo; totals follow; it is all there after a reload."""
    page = person("saisie")
    open_table(page, "T02")
    first = page.locator("td.e").first.get_attribute("data-k")
    assert first is not None
    open_table(page, "T02", first)
    keys = page.keyboard
    expect(cell(page, first)).to_be_focused()
    before = shown(page, first)
    keys.type("(1 234,5)")
    keys.press("Enter")
    saved(page)
    assert "-1 234,50" == shown(page, first)
    keys.press("ArrowUp")
    keys.press("F2")
    keys.type("9")
    keys.press("Escape")
    assert "-1 234,50" == shown(page, first)
    keys.press("Delete")
    saved(page)
    keys.press("Control+z")
    expect(cell(page, first)).to_contain_text("1\u202f234,50")
    keys.press("Control+z")
    saved(page)
    assert before == shown(page, first)
    keys.press("Control+y")
    saved(page)
    page.reload()
    assert "-1 234,50" == shown(page, first)


def test_a_small_sum_is_done_in_the_cell_and_filled_down(person: Person) -> None:
    """Exact, rounded once; what is not a sum is refused as any other word."""
    page = person("saisie")
    open_table(page, "CRP", "CRP.R211.N")
    former = [shown(page, f"CRP.R21{n}.N") for n in (1, 2, 3)]
    page.keyboard.type("=1 200+3*(40,5-2)/7")
    page.keyboard.press("Enter")
    saved(page)
    assert "1 216,50" == shown(page, "CRP.R211.N")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Control+d")
    saved(page)
    assert ["1 216,50"] * 3 == [shown(page, f"CRP.R21{n}.N") for n in (1, 2, 3)]
    expect(page.locator("#bande-valeur")).to_have_text("Somme 3\u202f649,50")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")
    saved(page)
    assert former == [shown(page, f"CRP.R21{n}.N") for n in (1, 2, 3)]


def test_a_wrong_amount_is_refused_in_words_and_kept_to_be_corrected(person: Person) -> None:
    """Nothing typed is lost, not even what cannot be an amount."""
    page = person("double")
    open_table(page, "CRP", "CRP.R031.N")
    page.keyboard.type("douze")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1\u00a0saisie refusée")
    expect(page.get_by_role("alert")).to_contain_text("« douze » n'est pas un nombre")
    page.reload()
    expect(cell(page, "CRP.R031.N")).to_have_class(re.compile("bad"))
    assert "douze" == shown(page, "CRP.R031.N")
    cell(page, "CRP.R031.N").click()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    saved(page)
    assert "12,00" == shown(page, "CRP.R031.N")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")


# ── Blocks ───────────────────────────────────────────────────────────────────────────────────────


def test_a_block_from_a_spreadsheet_is_pasted_copied_and_undone(person: Person) -> None:
    """French and English numbers, rows that are missing are added, computed cells are left alone."""
    page = person("seule")
    open_table(page, "Q03")
    page.get_by_role("button", name="Ajouter une ligne").first.click()
    expect(page.locator("tr[data-row]:focus-within")).to_have_count(1)
    rows = page.locator("table[data-section='Q03.OP'] tr[data-row]")
    count = rows.count()
    paste(page, 'T1\tLes Tilleuls\tneuf\t12\nT2\tLes Chênes\tVEFA\t1 200\nT3\t"L\'Orme"\tVEFA\t7\n')
    expect(rows).to_have_count(count + 2)
    saved(page)
    last = rows.nth(count + 1).locator("td[data-k]")
    assert ["T3", "L'Orme", "VEFA", "7"] == [last.nth(at).inner_text() for at in range(4)]
    rows.nth(count - 1).locator("td[data-k]").nth(6).click()
    paste(page, "1 234 567,89\t1234567.89\n(1 234)\t-\n")
    saved(page)
    line = rows.nth(count - 1).locator("td[data-k]")
    assert ["1\u202f234\u202f567,89"] * 2 == [line.nth(at).inner_text() for at in (6, 7)]
    assert "\u22121\u202f234,00" == rows.nth(count).locator("td[data-k]").nth(6).inner_text()
    page.keyboard.press("Control+c")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "1234567,89\t1234567,89\n-1234,00\t" == copied
    page.keyboard.press("Control+z")
    saved(page)
    assert "" == line.nth(6).inner_text()
    for _ in range(2):
        page.keyboard.press("Control+z")
        page.wait_for_timeout(400)
    expect(rows).to_have_count(count)


def test_rows_are_inserted_removed_and_brought_back_with_the_keyboard(person: Person) -> None:
    """Alt+Insert, Alt+Delete, undo; the totals under the rows follow."""
    page = person("saisie")
    open_table(page, "Q03")
    rows = page.locator("table[data-section='Q03.OP'] tr[data-row]")
    count = rows.count()
    first = rows.first.locator("td[data-k]").first
    name = first.inner_text()
    total = cell(page, "Q03.OP_TOTAL.C07")
    sum_before = total.inner_text()
    first.click()
    page.keyboard.press("Alt+Insert")
    expect(rows).to_have_count(count + 1)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Alt+Delete")
    expect(rows).to_have_count(count)
    assert name not in [one.split("\n")[0] for one in rows.locator("td.key").all_inner_texts()]
    expect(total).not_to_have_text(sum_before)
    page.keyboard.press("Control+z")
    expect(rows).to_have_count(count + 1)
    expect(rows.first.locator("td[data-k]").first).to_contain_text(name)
    page.keyboard.press("Control+z")
    expect(rows).to_have_count(count)
    expect(total).to_have_text(sum_before)


def test_a_table_is_taken_back_and_declared_neant_again(person: Person) -> None:
    """The grid opens, and closes again, and says so."""
    page = person("saisie")
    open_table(page, "Q11")
    declared = page.get_by_text("Néant déclaré.")
    expect(declared).to_be_visible()
    page.get_by_role("button", name="Reprendre la table").click()
    expect(declared).to_be_hidden()
    page.locator("#grille[data-pret]").wait_for()
    page.locator("td.e").first.click()
    page.keyboard.press("F2")
    expect(page.locator(".editor")).to_be_focused()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Déclarer néant").click()
    expect(declared).to_be_visible()
    expect(page.locator(".body[data-modifiable]")).to_have_count(0)


# ── The network, the session, the page ───────────────────────────────────────────────────────────


def test_typing_goes_on_when_the_network_is_cut(person: Person) -> None:
    """It says so, keeps everything through a reload of the script, and sends it when the network is back."""
    page = person("comptable", tolerate=CUT)
    open_table(page, "CRP", "CRP.R041.N")
    page.context.set_offline(True)
    for amount in ("10", "20", "30"):
        page.keyboard.type(amount)
        page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Hors ligne\u00a0: 3\u00a0saisies en attente")
    assert "10,00" == shown(page, "CRP.R041.N")
    page.context.set_offline(False)
    saved(page)
    page.reload()
    assert ["10,00", "20,00", "30,00"] == [shown(page, f"CRP.R04{n}.N") for n in (1, 2, 3)]


def test_rows_are_added_and_removed_while_the_network_is_away(person: Person, portal: Portal) -> None:
    """Drawn at once, typed into, undone; kept through a reload, and sent once the network is back."""
    page = person("saisie", tolerate=CUT)
    open_table(page, "Q08")
    rows = page.locator("table[data-section='Q08.OP'] tr[data-row]")
    count = rows.count()
    page.context.route("**/rangs/", lambda route: route.abort())
    page.context.set_offline(True)
    page.locator(".row-add[data-section='Q08.OP']").click()
    paste(page, "Z1\tLes Ormes\nZ2\tLes Frênes\n")
    expect(rows).to_have_count(count + 2)
    expect(page.get_by_role("status")).to_contain_text("Hors ligne\u00a0: 6\u00a0saisies en attente")
    rows.nth(count + 1).locator("td[data-k]").first.click()
    page.keyboard.press("Alt+Delete")
    expect(rows).to_have_count(count + 1)
    page.keyboard.press("Control+z")
    expect(rows.last.locator("td[data-k]").first).to_have_text("Z2")
    rows.last.locator("td[data-k]").first.click()
    page.keyboard.press("Alt+Delete")
    page.context.set_offline(False)
    page.reload()
    expect(rows).to_have_count(count + 1)
    expect(rows.last.locator("td[data-k]").nth(1)).to_have_text("Les Ormes")
    page.context.unroute("**/rangs/")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    saved(page)
    page.reload()
    expect(rows).to_have_count(count + 1)
    assert ["Z1", "Les Ormes"] == rows.last.locator("td[data-k]").all_inner_texts()[:2]
    rows.last.locator("td[data-k]").first.click()
    page.keyboard.press("Alt+Delete")
    saved(page)
    kept = portal.query("SELECT count(*) FROM dossiers_valeur WHERE texte LIKE %s AND valeur > 0", "Les %mes")
    assert [(0,)] == kept


def test_the_answer_of_an_added_row_may_be_lost(person: Person) -> None:
    """The server added it, the browser did not hear: sent again, it is there once."""
    page = person("saisie", tolerate=CUT)
    open_table(page, "Q08")
    rows = page.locator("table[data-section='Q08.OP'] tr[data-row]")
    count = rows.count()
    lost: list[int] = []
    page.context.route("**/rangs/", lambda route: lose(route, lost))
    page.locator(".row-add[data-section='Q08.OP']").click()
    page.keyboard.type("Z3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("saisies en attente")
    page.context.unroute("**/rangs/")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    saved(page)
    page.reload()
    expect(rows).to_have_count(count + 1)
    expect(rows.last.locator("td[data-k]").first).to_have_text("Z3")
    rows.last.locator("td[data-k]").first.click()
    page.keyboard.press("Alt+Delete")
    saved(page)


def test_what_waits_survives_a_closed_page(person: Person, portal: Portal) -> None:
    """The page is closed while the network is away; opened again, it sends what it kept."""
    page = person("comptable", tolerate=CUT)
    open_table(page, "CRP", "CRP.R051.N")
    page.context.set_offline(True)
    page.keyboard.type("77")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1\u00a0saisie en attente")
    page.context.route("**/saisies/", lambda route: route.abort())
    page.context.set_offline(False)
    page.reload()
    expect(cell(page, "CRP.R051.N")).to_have_class(re.compile("wait"))
    assert "77,00" == shown(page, "CRP.R051.N")
    page.context.unroute("**/saisies/")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    saved(page)
    found = portal.query("SELECT count(*) FROM dossiers_journal WHERE cle = 'CRP.R051.N' AND nouvelle = 7700")
    assert [(1,)] == found


def test_an_answer_lost_on_the_way_doubles_nothing(person: Person, portal: Portal) -> None:
    """The server wrote, the browser did not hear: what was typed since goes over one's own value."""
    page = person("comptable", tolerate=CUT)
    open_table(page, "CRP", "CRP.R055.N")
    lost: list[int] = []
    page.context.route("**/saisies/", lambda route: lose(route, lost))
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1\u00a0saisie en attente")
    page.keyboard.press("ArrowUp")
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    page.context.unroute("**/saisies/")
    page.evaluate("window.dispatchEvent(new Event('online'))")
    saved(page)
    found = portal.query(
        "SELECT nouvelle FROM dossiers_journal WHERE cle = 'CRP.R055.N' AND origine = 'saisie' ORDER BY id"
    )
    assert [(100,), (200,)] == found


def test_an_expired_session_asks_to_sign_in_again_and_loses_nothing(person: Person) -> None:
    """Typing goes on; signed in again in another tab, the page sends what it kept."""
    page = person("direction", tolerate="401|Failed to load")
    open_table(page, "CRP", "CRP.R211.N")
    page.context.clear_cookies(name="harmonia_federation")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Se reconnecter")
    expect(link).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Session expirée")
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    with page.context.expect_page() as opened:
        link.click()
    other = opened.value
    other.fill("input[name=login]", "direction")
    other.fill("input[name=password]", PASSWORD)
    other.get_by_role("main").locator("button[type=submit]").first.click()
    other.wait_for_url(lambda url: "login" not in url)
    other.close()
    page.bring_to_front()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    saved(page)
    expect(link).to_be_hidden()
    page.reload()
    assert ["5,00", "6,00"] == [shown(page, f"CRP.R21{n}.N") for n in (1, 2)]


def test_what_was_typed_stays_when_the_dossier_is_closed_meanwhile(person: Person, portal: Portal) -> None:
    """Presented by somebody else while one types: it is said, and the entry stays to be read."""
    page = person("comptable", tolerate="409|Failed to load")
    open_table(page, "CRP", "CRP.R411.N")
    dossier = int(re.findall(r"/dossiers/(\d+)/", page.url)[0])
    former = portal.query("SELECT etape, rang FROM dossiers_dossier WHERE id = %s", dossier)[0]
    portal.query("UPDATE dossiers_dossier SET etape = '3_Validation', rang = 3 WHERE id = %s", dossier)
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Validation")
    expect(page.get_by_role("status")).to_contain_text(
        "Dossier fermé à la saisie\u00a0: 1\u00a0saisie en attente"
    )
    page.get_by_role("button", name="Voir").click()
    expect(page.get_by_role("dialog")).to_contain_text("CRP.R411.N")
    portal.query("UPDATE dossiers_dossier SET etape = %s, rang = %s WHERE id = %s", *former, dossier)
    page.get_by_role("dialog").get_by_role("button", name="Fermer").click()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    saved(page)


# ── Two people ───────────────────────────────────────────────────────────────────────────────────


def test_two_people_see_each_other_and_choose_between_two_values(person: Person) -> None:
    """Names, cells, values as they come; a conflict shows both and one chooses."""
    sacha, camille = person("saisie"), person("comptable", tolerate=CUT)
    key = "CRP.R311.N"
    open_table(sacha, "CRP", key)
    open_table(camille, "CRP", key)
    expect(camille.get_by_label("Personnes présentes")).to_contain_text("Sacha Saisie")
    expect(cell(camille, key).locator(".flag")).to_have_text("Sacha Saisie")
    camille.context.route("**/evenements/", lambda route: route.abort())  # Camille hears nothing for a while
    sacha.keyboard.type("100")
    sacha.keyboard.press("Enter")
    saved(sacha)
    camille.keyboard.type("200")
    camille.keyboard.press("Enter")
    expect(camille.get_by_role("status")).to_contain_text("1\u00a0conflit à trancher")
    assert "200,00" == shown(camille, key)
    camille.keyboard.press("ArrowUp")
    camille.keyboard.press("Enter")
    choice = camille.get_by_role("dialog")
    expect(choice).to_contain_text("100,00")
    expect(choice).to_contain_text("200,00")
    expect(choice).to_contain_text("Sacha Saisie")
    choice.get_by_role("button", name="Garder la mienne").click()
    saved(camille)
    expect(cell(sacha, key)).to_contain_text("200,00")
    camille.context.unroute("**/evenements/")


def test_what_changes_under_an_open_edit_is_a_conflict(person: Person) -> None:
    """Camille sees the old value while typing; Sacha's arrives meanwhile: neither is lost."""
    sacha, camille = person("saisie"), person("comptable")
    key = "CRP.R312.N"
    open_table(sacha, "CRP", key)
    open_table(camille, "CRP", key)
    camille.keyboard.press("F2")
    camille.keyboard.type("9")
    sacha.keyboard.type("100")
    sacha.keyboard.press("Enter")
    saved(sacha)
    expect(cell(camille, key)).to_have_attribute("data-v", re.compile("[0-9]"), timeout=15_000)
    camille.keyboard.press("Enter")
    expect(camille.get_by_role("status")).to_contain_text("1\u00a0conflit à trancher")
    camille.get_by_role("button", name="Voir").click()
    camille.get_by_role("dialog").get_by_role("button", name="Prendre celle-ci").click()
    expect(cell(camille, key)).to_contain_text("100,00")
    assert "100,00" == shown(sacha, key)


# ── The drawer, the search, the eyes ─────────────────────────────────────────────────────────────


def test_the_drawer_explains_and_leads_to_other_cells(person: Person) -> None:
    """F4 opens it; a component of a total is a door; a former value comes back; a comment is left."""
    page = person("saisie")
    open_table(page, "CRP", "CRP.RT11.N")
    page.keyboard.press("F4")
    drawer = page.get_by_role("complementary", name="Détail")
    expect(drawer).to_contain_text("D'où vient ce chiffre")
    drawer.get_by_role("link", name="Loyers des logements conventionnés").click()
    expect(cell(page, "CRP.R033.N")).to_be_focused()
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    saved(page)
    page.keyboard.press("ArrowUp")
    drawer.get_by_role("button", name="Remettre vide").first.click()
    saved(page)
    assert "4,00" != shown(page, "CRP.R033.N")
    drawer.get_by_label("Ajouter un commentaire").fill("Vu avec le bailleur.")
    drawer.get_by_role("button", name="Ajouter").click()
    expect(drawer).to_contain_text("Vu avec le bailleur.")
    drawer.get_by_role("tab", name="Contrôles").click()
    expect(drawer).to_contain_text("contrôle")


def test_a_line_is_found_by_account_in_another_table(person: Person) -> None:
    """Ctrl+F, an account, Enter: the cell that takes it."""
    page = person("saisie")
    open_table(page, "Q03")
    page.keyboard.press("Control+f")
    page.keyboard.type("7043")
    expect(page.get_by_role("option").first).to_contain_text("R033")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tables/CRP/**")
    expect(cell(page, "CRP.R033.N")).to_be_focused()


@pytest.mark.parametrize("code", ["CRP", "Q03", "Q08", "ID"])
def test_axe_finds_nothing_on_a_table(person: Person, axe: Callable[[Page], list[str]], code: str) -> None:
    """At rest, with both panes of the drawer, in the middle of an edit, with the dialogue of keys."""
    page = person("saisie")
    open_table(page, code)
    assert [] == axe(page)
    page.keyboard.press("F4")
    expect(page.locator("#volet h2")).to_be_visible()
    assert [] == axe(page)
    page.get_by_role("tab", name="Contrôles").click()
    expect(page.locator("#volet .drawer__sub")).to_be_visible()
    assert [] == axe(page)
    page.locator("td.e").first.click()
    page.keyboard.press("F2")
    assert [] == axe(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Touches du clavier").click()
    assert [] == axe(page)


def test_numbers_are_read_in_the_browser_as_on_the_server(person: Person) -> None:
    """The same texts, the same values, the same refusals: what is shown at once is what will be kept."""
    from harmonia.dossiers.entry import read_typed  # noqa: PLC0415 - settings first
    from liasse import Kind, format_french  # noqa: PLC0415

    page = person("saisie")
    open_table(page, "CRP")
    module = page.evaluate(
        "performance.getEntriesByType('resource').map(one => one.name).find(one => /numbers/.test(one))"
    )
    texts = [
        "1 234 567,89", "1234567.89", "(1 234)", "-", "−12", "12-", "1,2,3", "1.234,56", "1,234.56", "1'234",
        "abc", "12 %", "12,345", "0", ",5", "5,", "--5", "(5", "1 €", "", " 7 ", "1.234.567", "1,000", "+4",
    ]  # fmt: skip
    for unit in ("euro", "logement", "pourcent", "taux"):
        found = page.evaluate(
            "async ([module, texts, unit]) => { const {read} = await import(module);"
            " return texts.map(one => read(one, unit, [])).map(one => one.wrong ? null : one.text); }",
            [module, texts, unit],
        )
        typed = [read_typed(text, Kind(unit)) for text in texts]
        expected = [None if one.refus else format_french(one.valeur, unit, symbol=False) for one in typed]
        assert expected == found
