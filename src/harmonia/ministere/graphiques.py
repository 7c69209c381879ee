"""The chart of the follow-up: a bar per group, cut by situation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from harmonia.instruction.suivi import SITUATIONS, Decompte, Situation
from harmonia.portail.graphiques import BAD, INK, THEME, Spec

STRONG: Final = "#24467a"
COLOURS: Final = {
    Situation.A_TEMPS: STRONG,
    Situation.TARDIF: "#7d97c0",
    Situation.INSUFFISANT: "#c08a2c",
    Situation.ATTENDU: "#d5dbe5",
    Situation.RETARD: BAD,
}
MOST: Final = 30
"""Bars of a chart; the table beside holds every group."""


def shown(groups: Sequence[Decompte]) -> list[Decompte]:
    """Return the groups that are drawn: those that owe the most, when there are many."""
    kept = sorted(groups, key=lambda one: (-one.manquants, -one.attendus))[:MOST]
    return [one for one in groups if one in kept]


def follow_spec(groups: Sequence[Decompte]) -> Spec:
    """Return the bars of the groups: from left to right, what is done, then what is missing."""
    rows = []
    for group in shown(groups):
        level = 0
        for situation in Situation:
            count = group.situations[situation]
            rows.append(
                {
                    "groupe": group.titre,
                    "bas": level,
                    "haut": level + count,
                    "dit": str(count) if count else "",
                    "nombre": count,
                    "couleur": COLOURS[situation],
                    "encre": "#fff" if situation in {Situation.A_TEMPS, Situation.RETARD} else INK,
                }
            )
            level += count
    widest = max((group.attendus for group in groups), default=1)
    y = {
        "field": "groupe",
        "type": "ordinal",
        "sort": [group.titre for group in groups],
        "axis": {"title": None, "ticks": False, "domain": False, "labelLimit": 260},
    }
    x = {"field": "bas", "type": "quantitative", "axis": {"title": None, "tickMinStep": 1, "grid": False}}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": 620,
        "height": {"step": 30},
        "data": {"values": rows},
        "layer": [
            {
                "mark": {"type": "bar", "height": {"band": 0.72}, "stroke": "#fff", "strokeWidth": 1},
                "encoding": {
                    "y": y,
                    "x": x,
                    "x2": {"field": "haut"},
                    "color": {"field": "couleur", "type": "nominal", "scale": None},
                },
            },
            {
                "transform": [
                    {"filter": f"datum.nombre > {widest / 40}"},
                    {"calculate": "(datum.bas + datum.haut) / 2", "as": "milieu"},
                ],
                "mark": {"type": "text", "fontSize": 12, "fontWeight": 600},
                "encoding": {
                    "y": y,
                    "x": {"field": "milieu", "type": "quantitative"},
                    "text": {"field": "dit"},
                    "color": {"field": "encre", "type": "nominal", "scale": None},
                },
            },
        ],
        "config": THEME,
    }


def say_follow(whole: Decompte, groups: Sequence[Decompte]) -> str:
    """Say what the chart shows."""
    late = max(groups, key=lambda one: one.situations[Situation.RETARD], default=whole)
    said = f"{whole.transmis} organismes sur {whole.attendus} ont transmis ({whole.taux} %)"
    missing = late.situations[Situation.RETARD]
    if not missing:
        return f"{said} ; aucun n'est en retard."
    return f"{said} ; le plus de retards : {late.titre}, {missing}."


LEGEND: Final = tuple((situation.value, SITUATIONS[situation]) for situation in Situation)
"""The situations, as the page names their colours."""
