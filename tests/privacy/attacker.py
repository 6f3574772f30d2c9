"""Who reads two nights of a report and wants the counts that it does not show: all that is printed, as equations over whole numbers.

He knows the rule by which counts are printed, how tables hang together (levels and grades add up, an event of one curve is one of another) and that
subjects and deaths only become more. A count is his where only one number solves all of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from transforms.figures.canvas import COLORS
from transforms.reports.printed_tables import PageTable, tables_of

MOST = 500
Range = tuple[int, int]
# What a printed count can be, and what a dash can.
Rule = Callable[[int], Range]
CELL = re.compile(r"(?:(?P<count>\d+)|–)(?:/(?P<of>\d+))?(?: \([\d.]+%\))?$")


@dataclass
class Counts:
    """Unknown whole numbers with their bounds, and what sums of them have to be."""

    ranges: dict[str, Range] = field(default_factory=dict)
    sums: list[tuple[dict[str, int], float, float]] = field(default_factory=list)

    def name(self, name: str, bounds: Range = (0, MOST)) -> str:
        """A number that is at least and at most so much; told again, both hold."""
        low, high = self.ranges.get(name, (0, MOST))
        self.ranges[name] = (max(low, bounds[0]), min(high, bounds[1]))
        return name

    def equal(self, whole: str, parts: Sequence[str], *, at_most: int = 0) -> None:
        """The parts add up to the whole, or to at most so many fewer."""
        weights = {whole: 1}
        for part in parts:
            weights[part] = weights.get(part, 0) - 1
        self.sums.append((weights, 0, at_most))

    def no_less(self, later: str, earlier: str) -> None:
        """One is at least the other."""
        self.sums.append(({later: 1, earlier: -1}, 0, MOST))

    def pinned(self, smallest: int) -> dict[str, int]:
        """The counts of 1 to the smallest less one of which only one value is left. AssertionError where nothing solves it: he has read wrongly."""
        names = list(self.ranges)
        place = {name: number for number, name in enumerate(names)}
        entries = [
            (row, place[name], weight)
            for row, (weights, _, _) in enumerate(self.sums)
            for name, weight in weights.items()
        ]
        rows, columns, weights = (np.array(values) for values in zip(*entries, strict=True))
        matrix = csr_array((weights, (rows, columns)), shape=(len(self.sums), len(names)))
        constraint = LinearConstraint(matrix, [low for _, low, _ in self.sums], [high for _, _, high in self.sums])
        bounds = Bounds(*map(list, zip(*self.ranges.values(), strict=True)))

        def extreme(name: str, sign: int) -> int:
            wish = np.zeros(len(names))
            wish[place[name]] = sign
            solved = milp(wish, constraints=constraint, bounds=bounds, integrality=np.ones(len(names)))
            assert solved.success, f"{name}: {solved.message}"
            return round(sign * solved.fun)

        found = {}
        for name, (low, _) in self.ranges.items():
            if low < smallest and 0 < (least := extreme(name, 1)) < smallest and extreme(name, -1) == least:
                found[name] = least
        return found


@dataclass(frozen=True)
class Reader:
    """How an attacker understands what is printed. shown: what a printed count can be. hidden: what a dash can be."""

    shown: Rule
    hidden: Range
    at_risk: Rule

    def range_of(self, text: str) -> Range:
        found = CELL.match(text)
        assert found, text
        return self.hidden if found["count"] is None else self.shown(int(found["count"]))

    def range_of_whole(self, text: str) -> Range:
        found = CELL.match(text)
        assert found and found["of"], text
        return self.shown(int(found["of"]))


def read_page(page: str, night: str, reader: Reader, counts: Counts) -> None:
    """Add all that a page tells to the equations of a night."""
    tables = tables_of(page)
    for table in tables:
        if table.rows[0][0] == "Response":
            _response(table, night, reader, counts)
        elif table.rows[0][0] == "Group":
            _by_group(table, night, reader, counts)
        elif table.rows[0][0] == "Adverse event":
            _adverse_events(table, night, reader, counts)
        elif table.rows[0][0].startswith("Worst grade"):
            _grades(table, night, reader, counts)
        elif table.rows[0][0] == "Characteristic":
            _baseline(table, night, reader, counts)
        elif table.title.startswith("Survival") and any(row[0] == "Events" for row in table.rows):
            _endpoint(table, night, reader, counts)
    _curves(page, night, reader, counts)


def _response(table: PageTable, night: str, reader: Reader, counts: Counts) -> None:
    """Responses add up to those infused, and to those evaluable; CR and CRi to CR/CRi."""
    for column, who in enumerate(table.rows[0][1::2]):
        parts = []
        for row in table.rows[1:]:
            if not row[1 + 2 * column] or "MRD" in row[0]:
                continue
            # The same subjects respond, whoever is the denominator.
            name = counts.name(f"{night} {table.title} {row[0]}", reader.range_of(row[1 + 2 * column]))
            whole = counts.name(f"{night} {table.title} {who}", reader.range_of_whole(row[1 + 2 * column]))
            if row[0] != "CR/CRi":
                parts.append(name)
        counts.equal(whole, parts)
    made = [f"{night} {table.title} {name}" for name in ("CR/CRi", "CR", "CRi")]
    if all(name in counts.ranges for name in made):
        counts.equal(made[0], made[1:])


def _by_group(table: PageTable, night: str, reader: Reader, counts: Counts) -> None:
    """Responders of the levels add up to no more than all responders, subjects to no more than all."""
    title = table.title.partition(", by ")[0]
    parts, wholes = [], []
    for row in table.rows[1:]:
        parts.append(counts.name(f"{night} {table.title} {row[0]}", reader.range_of(row[1])))
        wholes.append(counts.name(f"{night} {table.title} {row[0]} of", reader.range_of_whole(row[1])))
    responders = f"{night} {title} CR/CRi"
    if responders in counts.ranges:
        counts.equal(responders, parts, at_most=MOST)


def _adverse_events(table: PageTable, night: str, reader: Reader, counts: Counts) -> None:
    for row in table.rows[1:]:
        for column, what in ((1, "any"), (3, "severe")):
            # What is unknown stands behind the count.
            text = row[column].partition(",")[0]
            counts.name(f"{night} {table.title} {row[0]} {what}", reader.range_of(text))


def _grades(table: PageTable, night: str, reader: Reader, counts: Counts) -> None:
    """Worst grades add up to whoever had the event, those from 3 on to severe ones."""
    for row in table.rows[1:]:
        # A breakdown that is not shown may hold noughts.
        names = [
            counts.name(
                f"{night} {table.title} {row[0]} {grade}", (0, MOST) if text == "–" else reader.shown(int(text))
            )
            for grade, text in zip(table.rows[0][1:], row[1:], strict=True)
        ]
        if (whole := f"{night} {table.title} {row[0]} any") in counts.ranges:
            counts.equal(whole, names)
            severe = [name for name in names if name.endswith(("Grade 3", "Grade 4", "Grade 5"))]
            counts.no_less(f"{night} {table.title} {row[0]} severe", counts.name(f"{whole} severe sum"))
            counts.equal(f"{whole} severe sum", severe)


def _baseline(table: PageTable, night: str, reader: Reader, counts: Counts) -> None:
    """Levels and those missing add up to all subjects."""
    (told,) = re.findall(r"N = (\d+)", table.rows[0][1])
    whole = counts.name(f"{night} subjects", reader.shown(int(told)))
    parts: list[str] = []
    for row in [*table.rows[1:], ["", "", "0"]]:
        if row[2]:
            if len(parts) > 1:
                counts.equal(whole, parts)
            parts = [
                counts.name(f"{night} {row[0]} missing", (0, MOST) if row[2] == "–" else reader.shown(int(row[2])))
            ]
            title = row[0]
        elif row[1]:
            parts.append(counts.name(f"{night} {title} {row[0]}", reader.range_of(row[1])))


def _endpoint(table: PageTable, night: str, reader: Reader, counts: Counts) -> None:
    """Subjects and events of an endpoint, or of its levels, which add up to no more than those of all."""
    endpoint, _, group = table.title.partition(", ")[2].partition(" by ")
    levels = table.rows[0][1:] if group else [""]
    for row in table.rows[1:]:
        if row[0] not in ("Subjects", "Events"):
            continue
        names = [
            counts.name(f"{night} {endpoint} {group} {level} {row[0]}", reader.range_of(cell))
            for level, cell in zip(levels, row[1:], strict=False)
        ]
        if group:
            counts.equal(f"{night} {endpoint}   {row[0]}", names, at_most=MOST)


@dataclass(frozen=True)
class Drawn:
    """A curve of a figure: at each step the month, the probability, and how many are shown at risk there where a number stands."""

    title: str
    number: int
    points: tuple[tuple[float, float], ...]


def drawn_curves(page: str) -> Iterator[Drawn]:
    """Every curve that is drawn, read back from the coordinates of its line."""
    for title, svg in re.findall(r'<svg role="img" aria-label="([^"]*)"(.*?)</svg>', page, re.DOTALL):
        ticks = re.findall(
            r'font-size: 9px[^>]*text-anchor: middle[^>]*x="([\d.]+)" y="([\d.]+)"[^>]*>(\d+)</text>', svg
        )
        frame = re.findall(r'<path d="M ([\d.]+) ([\d.]+) \nL ([\d.]+) [\d.]+ \nL [\d.]+ ([\d.]+)', svg)
        if len(ticks) < 2 or len(frame) < 2:
            continue
        left, bottom, right, top = map(float, frame[1])
        last = float(ticks[-1][2])
        for number, color in enumerate(COLORS):
            lines = re.findall(rf'<path d="([^"]*)" clip-path[^>]*stroke: {color}; stroke-width: 1.7', svg)
            if lines:
                at = [tuple(map(float, point)) for point in re.findall(r"[ML] ([\d.]+) ([\d.]+)", lines[0])]
                yield Drawn(
                    title, number, tuple(((x - left) / (right - left) * last, (bottom - y) / (bottom - top) * 1.02) for x, y in at)
                )  # fmt: skip


def _curves(page: str, night: str, reader: Reader, counts: Counts) -> None:
    """Of a curve that starts with all subjects, how many have had the event by each step, from its height and the number at the start."""
    for curve in drawn_curves(page):
        subjects = f"{night} {curve.title}   Subjects"
        if subjects not in counts.ranges or curve.number:
            continue
        low, high = counts.ranges[subjects]
        if low != high:
            continue
        # Without a rounded number at the start the first step is a whole number of subjects.
        heights = [height for _, height in curve.points]
        first = next((height for height in heights if abs(height - heights[0]) > 1e-4), None)
        if first is not None:
            events = abs(first - heights[0]) * low
            if abs(events - round(events)) < 0.02:
                counts.name(f"{night} {curve.title} first step", (round(events), round(events)))


def compare_nights(counts: Counts, earlier: str, later: str) -> None:
    """Subjects and events of a later night are no fewer, and the difference is a count too."""
    for name in [
        name for name in counts.ranges if name.startswith(earlier) and name.endswith(("Subjects", "Events", "subjects"))
    ]:
        other = later + name.removeprefix(earlier)
        if other in counts.ranges:
            counts.no_less(other, name)
            counts.equal(other, [name, counts.name(f"{name} more by {later}")])


def functions_of_shown(page: str) -> Mapping[str, list[str]]:
    """Percentages that are not those of the counts beside them, by table: each would say more than the counts do."""
    found: dict[str, list[str]] = {}
    for table in tables_of(page):
        for row in table.rows[1:]:
            for count, share in pairwise(row):
                told = re.fullmatch(r"(\d+)/(\d+)", count)
                percent = re.match(r"([\d.]+) \(", share)
                if told and percent and f"{100 * int(told[1]) / int(told[2]):.1f}" != percent[1]:
                    found.setdefault(table.title, []).append(row[0])
    return found
