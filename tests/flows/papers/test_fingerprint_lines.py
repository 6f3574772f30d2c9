"""What `cartrove fingerprint` prints of very many ways, and of none."""

from __future__ import annotations

import pytest

from flows.papers.fingerprint import MOST_LINES, find_fingerprints, fingerprint_lines
from schemas.errors import UsageError


def test_very_many_ways_are_counted_and_not_listed() -> None:
    lines = list(fingerprint_lines(find_fingerprints("proportion", ["79"], None, None, None)))
    assert len(lines) == MOST_LINES + 1
    assert lines[-1].endswith("more; say --interval or --of to tell them apart")


def test_a_total_that_is_no_number_is_told() -> None:
    with pytest.raises(UsageError, match="expected a number of subjects"):
        find_fingerprints("survival", ["71.6"], ("44.2", "99.0"), None, "many")
