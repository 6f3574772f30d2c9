"""By which rule a value is printed so."""

from __future__ import annotations

import pytest

from transforms.printed.digits import as_printed, rounding_that_gives


@pytest.mark.parametrize(
    ("printed", "value", "rule"),
    [
        ("91.3", 91.304347, "half-up"),
        ("70.6", 70.588235, "half-up"),
        ("70.5", 70.588235, "truncate"),
        ("2.5", 2.45, "half-up"),
        ("2.4", 2.45, "half-even"),
        ("0.045", 0.04485309, "half-up"),
        ("47.0", 47.04, "half-up"),
        ("47.0", 47.06, "truncate"),
        ("-0.029", -0.02900635, "half-up"),
        ("100", 100.0, "half-up"),
        ("<0.001", 0.0004, "bound"),
        ("<0.001", 0.0014, None),
        ("not reached", None, "none"),
        ("20.8", None, None),
        ("not reached", 20.8, None),
        ("91.3", 91.4, None),
    ],
)
def test_rounding_of_a_value(printed: str, value: float | None, rule: str | None) -> None:
    assert rounding_that_gives(printed, value) == rule


def test_bounds_may_be_rounded_outward() -> None:
    assert rounding_that_gives("66", 66.91, "low") == "truncate"
    assert rounding_that_gives("92", 91.23, "high") == "outward"
    assert rounding_that_gives("92", 91.23) is None


def test_a_sum_of_halves_is_rounded_as_written_not_as_stored() -> None:
    """0.285 is stored a little below; a paper rounds what it sees."""
    assert rounding_that_gives("0.29", 0.285) == "half-up"


def test_the_pipelines_value_has_the_digits_of_the_paper() -> None:
    assert as_printed("91.3", 91.304347) == "91.3"
    assert as_printed("not reached", None) == "not reached"
