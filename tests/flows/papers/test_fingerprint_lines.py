"""What `cartrove fingerprint` prints of very many ways, and of none."""

from __future__ import annotations

import pytest

from flows.papers.fingerprint import MOST_LINES, find_fingerprints, fingerprint_lines
from schemas.errors import UsageError


def test_very_many_ways_are_counted_and_not_listed() -> None:
    lines = list(fingerprint_lines(find_fingerprints("proportion", ["79"], None, None, None)))
    assert len(lines) == MOST_LINES + 1
    assert lines[-1].endswith("more; say --interval or --of to tell them apart")


@pytest.mark.parametrize(
    ("value", "interval"),
    [
        ("71.6 (44.2-99.0)", None),
        ("71.6% (95% CI, 44.2-99.0)", None),
        ("71.6 %, 95 % confidence interval 44.2 to 99.0", None),
        ("71.6", "44.2-99.0"),
        ("71.6", "44.2, 99.0"),
    ],
)
def test_a_figure_is_read_as_papers_print_it(value: str, interval: str | None) -> None:
    (line,) = fingerprint_lines(find_fingerprints("survival", [value], interval, None, "11"))
    assert line == "Kaplan-Meier, plain interval, one event each with 11, 10, 8 at risk"


@pytest.mark.parametrize(
    ("value", "interval", "p_value"),
    [("many", None, None), ("71.6 (44.2)", None, None), ("71.6", "44.2", None), ("71.6", "44.2-99.0", "small")],
)
def test_what_is_no_figure_is_told(value: str, interval: str | None, p_value: str | None) -> None:
    with pytest.raises(UsageError, match="as printed, as in"):
        find_fingerprints("survival", [value], interval, p_value, "11")


def test_a_total_that_is_no_number_is_told() -> None:
    with pytest.raises(UsageError, match="expected a number of subjects"):
        find_fingerprints("survival", ["71.6"], "44.2-99.0", None, "many")
