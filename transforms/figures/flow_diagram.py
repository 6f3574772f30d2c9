"""The subject flow as boxes: the main line downwards, those who leave it beside, what became of all beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal

BOX_WIDTH, BOX_HEIGHT, GAP = 370, 42, 20
SIDE_X = BOX_WIDTH + 60


@dataclass(frozen=True)
class FlowBox:
    """A box of the flow: one of the line, one beside it (excluded), or an outcome, which follows no other."""

    label: str
    count: int
    place: Literal["line", "excluded", "outcome"] = "line"


def draw_flow(boxes: Sequence[FlowBox], title: str) -> str:
    """The flow as SVG, drawn box by box."""
    parts: list[str] = []
    y, previous_bottom = 4.0, None
    for box in boxes:
        if box.place == "outcome":
            continue
        if box.place == "excluded" and previous_bottom is not None:
            top = previous_bottom - BOX_HEIGHT
            parts += [
                _arrow(BOX_WIDTH, top + BOX_HEIGHT / 2, SIDE_X, top + BOX_HEIGHT / 2),
                _box(box, SIDE_X, top),
            ]
            continue
        if previous_bottom is not None:
            parts.append(_arrow(BOX_WIDTH / 2, previous_bottom, BOX_WIDTH / 2, y))
        parts.append(_box(box, 0, y))
        previous_bottom = y + BOX_HEIGHT
        y += BOX_HEIGHT + GAP
    outcomes = [box for box in boxes if box.place == "outcome"]
    for number, box in enumerate(outcomes):
        parts.append(_box(box, (number % 2) * SIDE_X, y + (number // 2) * (BOX_HEIGHT + GAP / 2)))
    width, height = SIDE_X + BOX_WIDTH, y + ((len(outcomes) + 1) // 2) * (BOX_HEIGHT + GAP / 2)
    return (
        f'<svg class="flow" role="img" aria-label="{escape(title)}" viewBox="-2 0 {width + 4} {height}" '
        'xmlns="http://www.w3.org/2000/svg"><defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4" '
        'orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="#22313a"/></marker></defs>' + "".join(parts) + "</svg>"
    )


def _box(box: FlowBox, x: float, y: float) -> str:
    return (
        f'<rect x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="5" fill="#fff" stroke="#0b4f6c" stroke-width="1.3"/>'
        f'<text x="{x + 14}" y="{y + 27}" font-size="14" fill="#22313a">{escape(box.label)}</text>'
        f'<text x="{x + BOX_WIDTH - 14}" y="{y + 28}" font-size="16" font-weight="600" text-anchor="end" fill="#0b4f6c">{box.count}</text>'
    )


def _arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="#22313a" stroke-width="1.2" marker-end="url(#tip)"/>'
