"""Which colours of cells say something: those that tell a cell apart from the others of its column.

A header in colour, a column in one colour and a table whose every other row is shaded are layout, and nobody has to be asked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from transforms.readers.workbook.worksheet import Place

# Rows shaded in turn repeat after two or three, and nearly all of them are.
TURNS = (2, 3)
NEARLY_ALL = 0.8
PLAIN = ""


def telling_colors(filled: Iterable[Place], looks: Mapping[Place, str]) -> list[Place]:
    """The cells whose look differs from that of their column; `looks` holds the looks other than plain.

    Cells without content are left out: whole columns are coloured far beyond their last row.
    """
    columns = {column for _, column in looks}
    rows: dict[int, list[int]] = defaultdict(list)
    for row, column in filled:
        if column in columns:
            rows[column].append(row)
    return sorted(place for column, found in rows.items() for place in _telling(column, sorted(found), looks))


def _telling(column: int, rows: list[int], looks: Mapping[Place, str]) -> list[Place]:
    shown = [looks.get((row, column), PLAIN) for row in rows]
    usual = Counter(shown).most_common(1)[0][0]
    layout = {look for look in set(shown) if look == usual or _in_turns(look, shown)}
    return [(row, column) for row, look in zip(rows, shown, strict=True) if look not in layout and look != PLAIN]


def _in_turns(look: str, shown: list[str]) -> bool:
    places = [i for i, other in enumerate(shown) if other == look]
    return len(places) > 1 and any(
        len({place % turn for place in places}) == 1 and len(places) >= NEARLY_ALL * (len(shown) // turn)
        for turn in TURNS
    )
