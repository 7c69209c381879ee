"""The HTML report: alone, well formed, accessible."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from liasse.outputs import html
from liasse.outputs.html import render
from tests.liasse.outputs.conftest import DEFECTIVE, SOLDES, Make

VOID = frozenset({"meta", "br", "input", "link", "img", "hr"})
FALSE = SOLDES | {"211": 30_000, "2811": -40_000, "489": -2_550}


class Outline(HTMLParser):
    """Reads a page, holding it to balanced tags, and keeps what tests look at."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tables: list[list[str]] = []
        self.bare_headers = 0
        self.feed(page)
        self.faults += [f"{tag} reste ouvert" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Push a tag."""
        given = dict(attrs)
        self.ids.extend(value for name, value in attrs if name == "id" and value)
        self.links.extend(value or "" for name, value in attrs if name in {"href", "src"})
        if tag == "table":
            self.tables.append([])
        if self.tables and tag in {"caption", "th"}:
            self.tables[-1].append(tag)
        if tag == "th" and "scope" not in given:
            self.bare_headers += 1
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Pop a tag, which must be the last one opened."""
        last = self.open.pop() if self.open else "rien"
        if last != tag:
            self.faults.append(f"{tag} ferme {last}, ligne {self.getpos()[0]}")


@pytest.fixture
def page(make: Make) -> str:
    """Return a page with everything in it."""
    return render(make(FALSE, before=SOLDES, report=DEFECTIVE, remarques=("<Attention> : l'exercice 2022.",)))


def test_the_page_is_well_formed(page: str) -> None:
    """Every tag closes the last one opened."""
    assert [] == Outline(page).faults


def test_the_page_stands_alone(page: str) -> None:
    """No script, no resource: every link leads inside."""
    assert [] == [link for link in Outline(page).links if not link.startswith("#")]
    assert "<script" not in page
    assert "url(" not in page
    assert "@import" not in page


def test_every_link_leads_somewhere(page: str) -> None:
    """Findings to cells, cells to findings, contents to sections."""
    outline = Outline(page)
    assert set() == {link.removeprefix("#") for link in outline.links} - set(outline.ids)


def test_no_two_elements_share_an_id(page: str) -> None:
    """Or links would be ambiguous."""
    ids = Outline(page).ids
    assert sorted(set(ids)) == sorted(ids)


def test_every_table_has_a_caption_and_scoped_headers(page: str) -> None:
    """Real table semantics."""
    outline = Outline(page)
    assert 0 == outline.bare_headers
    assert [] == [kinds for kinds in outline.tables if "caption" not in kinds or "th" not in kinds]


def test_what_comes_from_files_is_escaped(page: str) -> None:
    """Labels of accounts, remarks."""
    assert "&lt;489&gt; &amp; Cie" in page
    assert "<489>" not in page
    assert "&lt;Attention&gt;" in page


def test_a_finding_leads_to_its_cells_and_back(page: str) -> None:
    """The flagged line has a shape and words, not a colour alone."""
    assert '<a class="cell" href="#ACT.AT.NET">ACT.AT.NET</a>' in page
    assert 'id="ACT.AT.NET"' in page
    assert re.search(
        r'<a class="state bloquant" href="#anomalie-2"[^>]*><span aria-hidden="true">■</span>', page
    )


def test_the_verdict_comes_with_its_shape_and_colour(page: str, make: Make) -> None:
    """Blocking, or all is well."""
    assert re.search(
        r'<p class="verdict bloquant"><span aria-hidden="true">■</span> 3 anomalies bloquantes \(1 ligne de ',
        page,
    )
    assert '<p class="verdict conforme"><span aria-hidden="true">✓</span> Aucune anomalie' in render(make())


def test_a_doubt_about_the_reading_is_said_beside_the_totals(page: str, make: Make) -> None:
    """In the summary, above the aggregates, under each statement; and as the first anomaly."""
    words = "Totaux à ne pas retenir : 1 ligne de balance.csv n&#39;est pas reprise, ou pas en entier."
    assert 2 + page.count('<div class="statement"') == page.replace("\xa0", " ").count(words)
    assert '<span class="code">IMPORT</span> Le fichier est lu en entier' in page
    assert "Totaux à ne pas retenir" not in render(make())


def test_pointless_controls_are_counted_and_listed(make: Make) -> None:
    """« Sans objet » is neither satisfied nor impossible to judge."""
    page = render(make())
    assert "4 contrôles satisfaits, 1 sans objet, " in page
    assert "<dt>Le cas que ces contrôles visent ne se présente pas.</dt><dd>K050</dd>" in page


def test_the_year_before_has_its_column(page: str, make: Make) -> None:
    """Only when there is one."""
    assert '<th scope="col" class="num">2021</th>' in page
    assert "2021" not in render(make())


def test_an_aggregate_unfolds_its_explanation(page: str) -> None:
    """Formula, reference, components, and the link to the cell."""
    assert "<details><summary>Fonds de roulement net global</summary>" in page
    assert "<code>FRNG</code> = <code>PAS.P010.N + PAS.P120.N + PAS.P330.N - ACT.A110.NET</code>" in page
    assert "Sans objet pour la famille COOP." in page


def test_a_closed_cell_is_not_an_empty_one(page: str) -> None:
    """A720 has no depreciation."""
    assert '<td class="closed"></td>' in page


def test_defects_are_listed_up_to_twenty_of_a_kind(page: str) -> None:
    """The others are counted."""
    assert 20 == page.count("Constat de I113.")
    assert "… et 11 autres défauts du même code." in page


def test_all_judged_is_said(make: Make) -> None:
    """No empty list."""
    assert "Tout a pu être jugé." in render(make())


def test_cells_alone_make_a_page(make: Make) -> None:
    """Without balance, with what could not be judged."""
    page = render(make({}, cells={"ID.MOIS.N": 12}))
    assert [] == Outline(page).faults
    assert "Il manque une balance ou un FEC." in page


def luminance(colour: str) -> float:
    """Return the relative luminance of `#rrggbb` (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", ["ink", "soft", "accent", "block", "justify", "inform", "good"])
@pytest.mark.parametrize("ground", ["#fdfcf8", "#fff1b8"])
def test_every_ink_contrasts_with_the_paper(name: str, ground: str) -> None:
    """At least 4.5 to 1, on the paper and on a highlighted cell."""
    css = (Path(html.__file__).parent / "templates" / "rapport.css").read_text(encoding="utf-8")
    found = re.search(rf"--{name}: (#[0-9a-f]{{6}})", css)
    assert found is not None
    assert 4.5 <= (luminance(ground) + 0.05) / (luminance(found[1]) + 0.05)
