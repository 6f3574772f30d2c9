"""Each malformed text ends in one clear sentence or with every row accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.malformed.damage import Malformed
from tests.malformed.ends import assert_it_ends_well
from tests.malformed.texts import compressed, cut_texts, redcap, texts, values

CASES = [*texts(), *cut_texts(), *values(), *compressed(), *redcap()]


@pytest.mark.parametrize("malformed", CASES, ids=lambda malformed: malformed.name)
def test_it_is_refused_in_a_sentence_or_asked_about_row_by_row(
    malformed: Malformed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_it_ends_well(malformed, tmp_path, capsys)
