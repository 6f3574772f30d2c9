"""Every situation of the table is shown by tests there are."""

from __future__ import annotations

import pytest

from tests.breakage.situations import REPOSITORY, SITUATIONS


@pytest.mark.parametrize("place", sorted({place for situation in SITUATIONS for place in situation.shown_by}))
def test_the_tests_that_show_a_situation_exist(place: str) -> None:
    file, _, name = place.partition("::")
    assert f"def {name}" in (REPOSITORY / file).read_text("utf-8")
