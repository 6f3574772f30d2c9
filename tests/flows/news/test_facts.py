"""What a night compares itself with: the headlines of one study alone are those among all studies' facts."""

from __future__ import annotations

import pytest

from flows.news.facts import read_facts, read_headlines
from tests.flows.conftest import OTHER_STUDY, Place


@pytest.mark.parametrize("smallest_count", [None, 3])
@pytest.mark.parametrize("study_id", ["tiny", OTHER_STUDY, "not published"])
def test_headlines_of_one_study_are_those_among_all(
    two_tiny_nights: Place, study_id: str, smallest_count: int | None
) -> None:
    published = two_tiny_nights.settings.published
    every = read_facts(published, smallest_count)
    assert every is not None
    assert every.headlines["study_id"].n_unique() == 2
    own = read_headlines(published, study_id, smallest_count)
    assert own is not None
    assert own.equals(every.headlines.filter(study_id=study_id))


def test_where_nothing_is_published_there_are_none(tiny_place: Place) -> None:
    assert read_headlines(tiny_place.settings.published, "tiny", None) is None
