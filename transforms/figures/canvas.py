"""A figure to SVG text that is equal for equal input, and the look all figures share.

Only the object interface is used, never pyplot, whose global state is not safe between threads.
"""

from __future__ import annotations

import io
import re
from typing import Any, Final

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

# Colour-blind safe (Okabe and Ito), dark first.
COLORS: Final = ("#0b4f6c", "#d1495b", "#edae49", "#66a182", "#8d6a9f", "#777777")
INK: Final = "#22313a"
GRID: Final = "#e3e8ea"
STYLE: Final[dict[Any, Any]] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "text.color": INK,
    # Labels stay text: small, searchable, and shown in a font of the reader, Chinese too.
    "svg.fonttype": "none",
    "svg.hashsalt": "cartrove",
}


def new_figure(width: float, height: float) -> Figure:
    """An empty figure in the shared look; sizes in inches."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height))
    FigureCanvasSVG(figure)
    return figure


def svg_text(figure: Figure, title: str) -> str:
    """The figure as an <svg> element that scales to its place and names itself to screen readers."""
    buffer = io.StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = svg.replace("DejaVu Sans", "inherit").replace("'inherit'", "inherit")
    return re.sub(r"<svg ", f'<svg role="img" aria-label="{_attribute(title)}" ', svg, count=1)


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
