"""A figure to SVG text that is equal for equal input, and the look all figures share.

Only the object interface is used, never pyplot, whose global state is not safe between threads.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager, get_font

# Colour-blind safe (Okabe and Ito), dark first.
COLORS: Final = ("#0b4f6c", "#d1495b", "#edae49", "#66a182", "#8d6a9f", "#777777")
INK: Final = "#22313a"
GRID: Final = "#e3e8ea"
PRINT_DPI: Final = 300
WIDE: Final = 0x2E80  # from here on characters of East Asia


def chinese_font() -> Path:
    """The font file asked for what DejaVu has not, Chinese labels above all; it comes with the package zhplot.

    The package is not imported: it would change matplotlib's settings for everybody.
    """
    places = (find_spec("zhplot") or _missing("zhplot")).submodule_search_locations or []
    return Path(places[0]) / "fonts" / "NotoSansSC-Regular.ttf"


def _missing(package: str) -> Any:
    raise ModuleNotFoundError(f"{package}: expected to be installed, as the font of Chinese labels; run `uv sync`")


@cache
def _fonts() -> list[str]:
    path = str(chinese_font())
    fontManager.addfont(path)
    # It has one weight, which serves where a bold one is asked for; else matplotlib complains each time.
    fontManager.ttflist += [replace(font, weight="bold") for font in fontManager.ttflist if font.fname == path]
    return ["DejaVu Sans", get_font(path).family_name]


STYLE: Final[dict[Any, Any]] = {
    # Both by name: of a generic family matplotlib takes the first font alone, whatever glyphs it lacks.
    "font.family": _fonts(),
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


def width_of(text: str, size: float = 8) -> float:
    """About how wide a text is drawn (inches): a Chinese character is as wide as it is high, a Latin one about half."""
    return sum(1.0 if ord(letter) > WIDE else 0.56 for letter in text) * size / 72


def new_figure(width: float, height: float) -> Figure:
    """An empty figure in the shared look; sizes in inches."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height))
    FigureCanvasSVG(figure)
    return figure


@dataclass(frozen=True)
class DrawnFigure:
    """A figure for print: its title, the same drawing as SVG, PNG (300 dpi) and PDF, and as it stands on the page."""

    title: str
    svg: bytes
    png: bytes
    pdf: bytes
    page: str = ""


_drawn: ContextVar[list[DrawnFigure] | None] = ContextVar("drawn", default=None)


@contextmanager
def figures_for_print() -> Iterator[list[DrawnFigure]]:
    """Every figure that is drawn meanwhile, for print as well; their labels are then outlines, whatever fonts a reader has."""
    drawn: list[DrawnFigure] = []
    token = _drawn.set(drawn)
    try:
        yield drawn
    finally:
        _drawn.reset(token)


def _for_print(figure: Figure, title: str) -> DrawnFigure:
    with mpl.rc_context({**STYLE, "svg.fonttype": "path", "pdf.fonttype": 42}):
        return DrawnFigure(title, _saved(figure, "svg"), _saved(figure, "png"), _saved(figure, "pdf"))


def _saved(figure: Figure, kind: str) -> bytes:
    buffer = io.BytesIO()
    # No moment of creation, so that equal input gives equal files.
    no_date = {"png": {"Software": None}, "pdf": {"CreationDate": None}, "svg": {"Date": None}}[kind]
    figure.savefig(buffer, format=kind, dpi=PRINT_DPI, metadata=no_date, facecolor="white", bbox_inches="tight")
    return buffer.getvalue()


def svg_text(figure: Figure, title: str) -> str:
    """The figure as an <svg> element that scales to its place and names itself to screen readers."""
    buffer = io.StringIO()
    with mpl.rc_context(STYLE):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None}, transparent=True)
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = _own_names(re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL), title)
    # On the page, labels are in the reader's own font.
    svg = re.sub(r"font-family: [^;\"]*", "font-family: inherit", svg)
    page = re.sub(r"<svg ", f'<svg role="img" aria-label="{_attribute(title)}" ', svg, count=1)
    if (drawn := _drawn.get()) is not None:
        drawn.append(replace(_for_print(figure, title), page=page))
    return page


def _own_names(svg: str, title: str) -> str:
    """Names of parts that no other figure of the page has, and only of parts that others refer to."""
    used = set(re.findall(r'(?:url\(|href=")#([^)"]+)', svg))
    own = hashlib.sha256(f"{title} {svg}".encode()).hexdigest()[:8]

    def named(found: re.Match[str]) -> str:
        return f' id="{own}{found[1]}"' if found[1] in used else ""

    svg = re.sub(r' id="([^"]*)"', named, svg)
    return re.sub(r'(url\(|href=")#', rf"\g<1>#{own}", svg)


def _attribute(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
