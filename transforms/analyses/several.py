"""P values adjusted for the number of tests, family by family; the plain ones stay where they are.

Belongs here: which rows a family is made of. What cannot be tested is no member of it, and is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, get_args

from schemas.protocol import Protocol, SeveralTests
from schemas.protocol.further import TestsOf
from schemas.reasons import reason
from transforms.analyses.rows import ResultRow
from transforms.statistics import Adjustment, NotEstimable, adjust_p_values

SECTION, ADJUSTED = "several_tests", "adjusted_p"
# Between the keys of the row that was adjusted: section, analysis, statistic, measure.
OF = "/"
ADJUSTMENTS: Final[dict[str, Adjustment]] = {name.lower(): name for name in get_args(Adjustment)}


def several_rows(protocol: Protocol, rows: Sequence[ResultRow]) -> Iterator[ResultRow]:
    """A row per test of every family, with its adjusted p value; the estimate is the plain one."""
    for name, family in protocol.several_tests.items():
        yield from _adjusted(f"{SECTION}.{name}", family, rows)


def _adjusted(analysis_id: str, family: SeveralTests, rows: Sequence[ResultRow]) -> Iterator[ResultRow]:
    found: list[ResultRow] = []
    missing = 0
    for place, tests in enumerate(family.tests, 1):
        own = [row for row in rows if _belongs(row, tests)]
        missing += sum(row.status == "not estimable" for row in own)
        tested = [row for row in own if row.p_value is not None]
        if not own:
            empty = ResultRow(analysis_id, SECTION, ADJUSTED, measure=OF.join(("", tests.analysis, str(place), "")))
            yield empty.filled(NotEstimable(reason("no_row_fits")))
        found += [row for row in tested if row not in found]
    said = [reason("tests_left_out", n=missing, of=missing + len(found))] if missing else []
    values = [row.p_value for row in found if row.p_value is not None]
    adjusted = adjust_p_values(values, method=ADJUSTMENTS[family.adjustment]) if values else ()
    for row, p_value in zip(found, adjusted, strict=True):
        yield replace(
            row, analysis_id=analysis_id, section=SECTION, statistic=ADJUSTED, measure=_named(row), estimate=row.p_value,
            p_value=p_value, p_method=family.adjustment, method=row.p_method, ci_low=None, ci_high=None, ci_level=None,
            unit="p", events=None, at_risk=None, status="estimated",
        ).beware(*said)  # fmt: skip


def _belongs(row: ResultRow, tests: TestsOf) -> bool:
    """Whether a row is a test of the family, or one that could not be carried out."""
    of_analysis = row.analysis_id == tests.analysis and (row.p_value is not None or row.status == "not estimable")
    return of_analysis and all(getattr(row, name) == value for name, value in tests.keys.items())


def _named(row: ResultRow) -> str:
    """The keys that tell the row apart from others of its study, and are not kept as they are."""
    return OF.join((row.section, row.analysis_id, row.statistic, row.measure))
