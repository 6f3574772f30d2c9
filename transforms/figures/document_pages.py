"""A document of headings, paragraphs and tables as pages of A4, drawn by what draws the figures: no browser, no other library.

Belongs here: where a line stands and when a page ends. No words: all texts are given.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import matplotlib as mpl
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from transforms.figures.canvas import COLORS, GRID, INK, PRINT_DPI, STYLE, new_figure, width_of

WIDTH, HEIGHT, MARGIN = 8.27, 11.69, 0.7
SIZE, LINE = 7.5, 0.145
HEADING = 12.0
# Results that a reader has to find at once.
ALARMING = {"failed": COLORS[1], "not run": "#8a6d00", "not available": "#8a6d00", "passed": "#2f6b4f"}


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, a figure (PNG), or a table whose columns have relative widths; a row of one cell stands across it."""

    heading: str = ""
    paragraph: str = ""
    header: Sequence[str] = ()
    widths: Sequence[float] = ()
    rows: Sequence[Sequence[str]] = ()
    figure: bytes = b""
    subheading: str = ""


class _Pages:
    """Pages that are filled from the top."""

    def __init__(self, pages: PdfPages, footer: str) -> None:
        self._pages, self._footer, self._number = pages, footer, 0
        self._figure: Figure | None = None
        self._y = 0.0

    def need(self, height: float) -> bool:
        """See that there is room for so much (inches); whether a page was begun for it."""
        if self._figure is not None and self._y - height > MARGIN:
            return False
        self.close()
        self._number += 1
        self._figure, self._y = new_figure(WIDTH, HEIGHT), HEIGHT - MARGIN
        self._text(MARGIN, 0.4, self._footer, 6.5, INK)
        self._text(WIDTH - MARGIN - 0.2, 0.4, str(self._number), 6.5, INK)
        return True

    def close(self) -> None:
        if self._figure is not None:
            self._pages.savefig(self._figure)  # type: ignore[no-untyped-call]  # matplotlib gives it no types
        self._figure = None

    def down(self, height: float) -> None:
        self._y -= height

    def write(self, x: float, text: str, size: float = SIZE, color: str = INK, weight: str = "normal") -> None:
        self._text(x, self._y - size / 72, text, size, color, weight)

    def rule(self) -> None:
        if self._figure is not None:
            across = [MARGIN / WIDTH, 1 - MARGIN / WIDTH]
            self._figure.add_artist(mpl.lines.Line2D(across, [self._y / HEIGHT] * 2, color=GRID, linewidth=0.6))

    def picture(self, png: bytes) -> None:
        """A figure across the page, no wider than it and no higher than half of it."""
        pixels = mpl.image.imread(io.BytesIO(png))
        high, wide = pixels.shape[0], pixels.shape[1]
        width = min(WIDTH - 2 * MARGIN, HEIGHT / 2 * wide / high, wide / PRINT_DPI)
        height = width * high / wide
        self.need(height + LINE)
        if self._figure is not None:
            axes = self._figure.add_axes((MARGIN / WIDTH, (self._y - height) / HEIGHT, width / WIDTH, height / HEIGHT))
            axes.imshow(pixels, aspect="auto", interpolation="none")
            axes.set_axis_off()
        self.down(height + LINE)

    def _text(self, x: float, y: float, text: str, size: float, color: str, weight: str = "normal") -> None:
        if self._figure is not None:
            # A dollar sign would begin a formula.
            self._figure.text(
                x / WIDTH, y / HEIGHT, text.replace("$", r"\$"), fontsize=size, color=color, fontweight=weight
            )


def draw_document(title: str, blocks: Sequence[Block], footer: str, made: datetime) -> bytes:
    """The document as PDF; equal for equal input. footer: beneath every page. made: its moment of creation."""
    buffer = io.BytesIO()
    about = {"Title": title, "CreationDate": made}
    with mpl.rc_context({**STYLE, "pdf.fonttype": 42}), PdfPages(buffer, metadata=about) as file:
        pages = _Pages(file, footer)
        pages.need(0.5)
        pages.write(MARGIN, title, 16, INK, "bold")
        pages.down(0.45)
        for block in blocks:
            _draw(block, pages)
        pages.close()
    return buffer.getvalue()


def _draw(block: Block, pages: _Pages) -> None:
    if block.heading:
        pages.need(1.6)
        pages.down(0.12)
        pages.write(MARGIN, block.heading, HEADING, INK, "bold")
        pages.down(0.3)
    for line in wrapped(block.subheading, WIDTH - 2 * MARGIN) if block.subheading else ():
        pages.need(5 * LINE)
        pages.write(MARGIN, line, SIZE + 1, INK, "bold")
        pages.down(LINE + 0.04)
    for line in wrapped(block.paragraph, WIDTH - 2 * MARGIN):
        pages.need(LINE)
        pages.write(MARGIN, line)
        pages.down(LINE)
    if block.paragraph:
        pages.down(0.1)
    if block.figure:
        pages.picture(block.figure)
    if block.header:
        _draw_table(block, pages)


def _draw_table(block: Block, pages: _Pages) -> None:
    whole = (WIDTH - 2 * MARGIN) / sum(block.widths)
    widths = [width * whole for width in block.widths]
    pages.need(4 * LINE)
    _draw_row(block.header, widths, pages, bold=True)
    for row in block.rows:
        if len(row) == 1:
            pages.need(2 * LINE)
            _draw_row(row, [sum(widths)], pages, bold=True)
            continue
        cells = [wrapped(cell, width - 0.08) for cell, width in zip(row, widths, strict=True)]
        # The header comes again on every page; a row that is longer than a page goes on without it.
        if pages.need(LINE * min(max(map(len, cells)), 50) + 0.05):
            _draw_row(block.header, widths, pages, bold=True)
        _draw_row(row, widths, pages)
    pages.down(0.12)


def _draw_row(row: Sequence[str], widths: Sequence[float], pages: _Pages, *, bold: bool = False) -> None:
    cells = [wrapped(cell, width - 0.08) for cell, width in zip(row, widths, strict=True)]
    if row[0]:
        pages.rule()
    for line in range(max(map(len, cells))):
        pages.need(LINE)
        x = MARGIN
        for cell, width in zip(cells, widths, strict=True):
            if line < len(cell):
                pages.write(
                    x, cell[line], SIZE, INK if bold else ALARMING.get(cell[line], INK), "bold" if bold else "normal"
                )
            x += width
        pages.down(LINE)
    pages.down(0.03)


def wrapped(text: str, width: float) -> list[str]:
    """Lines no wider than so much (inches); a word that is wider is cut."""
    lines, line = list[str](), ""
    # Some letters are wider than the average that a width is told by.
    width /= 1.12
    for word in _pieces(text, width):
        longer = f"{line} {word}" if line else word
        if line and width_of(longer, SIZE) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line] if line else lines or [""]


def _pieces(text: str, width: float) -> Iterator[str]:
    for word in text.split():
        rest = word
        while width_of(rest, SIZE) > width:
            fits = max(1, next(n for n in range(len(rest), 0, -1) if n == 1 or width_of(rest[:n], SIZE) <= width))
            yield rest[:fits]
            rest = rest[fits:]
        yield rest
