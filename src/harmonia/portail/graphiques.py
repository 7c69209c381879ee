"""
Charts: Vega-Lite specifications of one theme, drawn as SVG on the server.

A chart never goes alone: its page gives it a title, a sentence and a table of the same figures.  The drawing
holds the few glyphs of its font that it needs, so that it looks the same as an image, in a page or in a PDF.
"""

from __future__ import annotations

import base64
import io
import re
import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from harmonia.portail.restitution import Bar, Fall, Pair
from harmonia.portail.templatetags.montants import euros

Spec = dict[str, Any]
MINUS: Final = "\u2212"

FONT: Final = "Harmonia"
"""Source Sans 3 under a name of one word: an attribute of SVG takes no digit."""
INK: Final = "#1b2327"
SOFT: Final = "#4a5960"
RULE: Final = "#cfd8d6"
STRONG: Final = "#0d5c56"
GOOD: Final = "#5c9a94"
BAD: Final = "#b9696f"
RESOURCES: Final = ("#0d5c56", "#2f7a73", "#5c9a94", "#89b8b3", "#b0d0cc", "#cfe3e0")
USES: Final = ("#6d4a1f", "#8d6531", "#ab8349", "#c4a26d", "#d8c096", "#e8d9bd")

THEME: Final[Spec] = {
    "background": None,
    "font": FONT,
    "padding": 4,
    "view": {"stroke": None},
    "axis": {
        "labelFont": FONT,
        "labelFontSize": 13,
        "labelColor": SOFT,
        "titleFont": FONT,
        "domainColor": RULE,
        "tickColor": RULE,
        "gridColor": "#e6ebea",
        "labelLimit": 220,
    },
    "text": {"font": FONT, "fontSize": 13, "color": INK},
}
"""The look of every chart: text and rules first, one strong colour."""

_FONTS: Final = Path(__file__).parent / "static" / "harmonia" / "fonts"
_lock: Final = threading.Lock()
_MILLION: Final = 100_000_000


def _millions(cents: int) -> str:
    """Write cents as millions of euros, two decimals."""
    return f"{cents / _MILLION:.2f}".replace(".", ",").replace("-", MINUS)


def waterfall_spec(steps: Sequence[Fall]) -> Spec:
    """Return the waterfall of the operating analysis: totals stand on zero, steps on the last level."""
    rows = [
        {
            "ordre": rank,
            "nom": step.libelle,
            "bas": min(step.debut, step.fin) / _MILLION,
            "haut": max(step.debut, step.fin) / _MILLION,
            "dit": _millions(step.montant)
            if step.total or step.montant < 0
            else f"+{_millions(step.montant)}",
            "sorte": "total" if step.total else "plus" if step.montant >= 0 else "moins",
        }
        for rank, step in enumerate(steps)
    ]
    x = {
        "field": "nom",
        "type": "ordinal",
        "sort": {"field": "ordre"},
        "axis": {"title": None, "labelAngle": 0, "ticks": False, "labelExpr": "split(datum.label, ' ')"},
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 820,
        "height": 300,
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "bar", "width": {"band": 0.72}},
                "encoding": {
                    "x": x,
                    "y": {
                        "field": "bas",
                        "type": "quantitative",
                        "axis": {"title": None, "format": ".1f", "tickCount": 5, "labelExpr": _FRENCH_AXIS},
                    },
                    "y2": {"field": "haut"},
                    "color": {
                        "field": "sorte",
                        "type": "nominal",
                        "scale": {"domain": ["total", "plus", "moins"], "range": [STRONG, GOOD, BAD]},
                        "legend": None,
                    },
                },
            },
            {
                "mark": {"type": "rule", "color": SOFT, "strokeWidth": 1},
                "encoding": {"y": {"datum": 0}},
            },
            {
                "mark": {"type": "text", "dy": -8, "baseline": "bottom", "fontWeight": 600},
                "encoding": {
                    "x": x,
                    "y": {"field": "haut", "type": "quantitative"},
                    "text": {"field": "dit"},
                },
            },
        ],
        "config": THEME,
    }


_FRENCH_AXIS: Final = "replace(replace(datum.label, '.', ','), '-', '\u2212')"


_LABELS: Final[tuple[tuple[str, int, Spec], ...]] = (
    ("court", -9, {"fontSize": 12}),
    ("dit", 8, {"fontSize": 13, "fontWeight": 600}),
)
"""What stands in a segment: its name, then its amount."""

_ROOM: Final = 0.05
"""The smallest segment that is written in, as a part of the widest bar."""


def structure_spec(pairs: Sequence[Pair]) -> Spec:
    """Return the stacked pair of the financial situation: what gives, what takes, for each exercice."""
    rows, labels = [], []
    for pair in pairs:
        for side, bars, colours in (
            ("Ressources", pair.ressources, RESOURCES),
            ("Emplois", pair.emplois, USES),
        ):
            name = f"{side} {pair.exercice}"
            labels.append(name)
            rows.extend(_stacked(name, bars, colours))
    widest = max((row["haut"] for row in rows), default=1.0)
    y = {"field": "cote", "type": "ordinal", "sort": labels, "axis": {"title": None, "ticks": False}}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 820,
        "height": {"step": 62},
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "bar", "height": {"band": 0.8}, "stroke": "#fff", "strokeWidth": 1},
                "encoding": {
                    "y": y,
                    "x": {
                        "field": "bas",
                        "type": "quantitative",
                        "axis": {"title": None, "tickCount": 6, "grid": False, "labelExpr": _FRENCH_AXIS},
                    },
                    "x2": {"field": "haut"},
                    "color": {"field": "couleur", "type": "nominal", "scale": None},
                },
            },
            *_labels(y, widest),
        ],
        "config": THEME,
    }


def _labels(y: Spec, widest: float) -> list[Spec]:
    """Return the layers that write in the segments that are wide enough."""
    layers: list[Spec] = []
    for field, dy, style in _LABELS:
        mark: Spec = {"type": "text", "align": "left", "dx": 5, "dy": dy, **style}
        encoding: Spec = {
            "y": y,
            "x": {"field": "bas", "type": "quantitative"},
            "text": {"field": field},
            "color": {"field": "encre", "type": "nominal", "scale": None},
        }
        layers.append(
            {
                "transform": [{"filter": f"datum.large > {widest * _ROOM}"}],
                "mark": mark,
                "encoding": encoding,
            }
        )
    return layers


def _stacked(side: str, bars: Sequence[Bar], colours: Sequence[str]) -> list[Spec]:
    rows: list[Spec] = []
    total = sum(bar.montant for bar in bars) or 1
    level = 0
    for rank, bar in enumerate(sorted(bars, key=lambda bar: -bar.montant)):
        room = max(4, int(bar.montant / total * 118))
        name = bar.libelle if len(bar.libelle) <= room else f"{bar.libelle[: room - 1]}…"
        rows.append(
            {
                "cote": side,
                "court": name,
                "dit": _millions(bar.montant),
                "bas": level / _MILLION,
                "haut": (level + bar.montant) / _MILLION,
                "large": bar.montant / _MILLION,
                "couleur": colours[min(rank, len(colours) - 1)],
                "encre": "#fff" if rank < 2 else INK,
            }
        )
        level += bar.montant
    return rows


# ── Drawing ──────────────────────────────────────────────────────────────────────────────────────


def draw(spec: Spec, titre: str, phrase: str) -> str:
    """Return a chart as SVG, with its title and its sentence for those who do not see it."""
    import vl_convert  # noqa: PLC0415 - it starts an engine of its own: in the process that draws, not before

    with _lock:
        drawn: str = vl_convert.vegalite_to_svg(spec)
    return _accessible(drawn, titre, phrase)


_OPEN: Final = re.compile(r"<svg [^>]*>")


def _accessible(drawn: str, titre: str, phrase: str) -> str:
    said = f"<title>{_escaped(titre)}</title><desc>{_escaped(phrase)}</desc>"
    style = f"<defs><style>{_font_face(_glyphs(drawn))}</style></defs>"
    opened = _OPEN.search(drawn)
    if opened is None:
        return drawn
    head = opened[0].replace("<svg ", '<svg role="img" ', 1)
    return f"{drawn[: opened.start()]}{head}{said}{style}{drawn[opened.end() :]}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _glyphs(drawn: str) -> str:
    return "".join(sorted(set(re.sub(r"<[^>]*>", "", drawn))))


@lru_cache(maxsize=64)
def _font_face(glyphs: str) -> str:
    """Return the font cut down to some glyphs, as a style that holds it."""
    from fontTools import subset  # noqa: PLC0415 - heavy, and only where a chart is drawn
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    font = TTFont(_FONTS / "source-sans-3-latin-wght-normal.woff2")
    options = subset.Options()
    options.flavor, options.layout_features = "woff2", ["kern", "tnum", "lnum"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=glyphs)
    cutter.subset(font)
    font.flavor = "woff2"
    stream = io.BytesIO()
    font.save(stream)
    body = base64.b64encode(stream.getvalue()).decode()
    return (
        f'@font-face{{font-family:"{FONT}";font-weight:200 900;'
        f"src:url(data:font/woff2;base64,{body}) format('woff2')}}"
        "text{font-variant-numeric:tabular-nums lining-nums}"
    )


# ── Sentences ────────────────────────────────────────────────────────────────────────────────────


def say_waterfall(steps: Sequence[Fall]) -> str:
    """Say what the waterfall shows."""
    levels = {step.libelle: step.fin for step in steps if step.total}
    return (
        f"Des marges de {euros(levels['Total des marges'])} €, il reste {euros(levels['Autofin. courant'])} €"
        f" d'autofinancement courant, puis {euros(levels['Autofin. net HLM'])} € d'autofinancement net HLM."
    )


def say_structure(pairs: Sequence[Pair]) -> str:
    """Say what the stacked pair shows."""
    if not pairs:
        return "La situation financière se dessine dès que le bilan est rempli."
    last = pairs[0]
    total = sum(bar.montant for bar in last.ressources)
    first = max(last.ressources, key=lambda bar: bar.montant, default=Bar("", 0))
    use = max(last.emplois, key=lambda bar: bar.montant, default=Bar("", 0))
    return (
        f"En {last.exercice}, {euros(total)} € de ressources, d'abord « {first.libelle} »"
        f" ({euros(first.montant)} €) ; le premier emploi est « {use.libelle} » ({euros(use.montant)} €)."
    )
