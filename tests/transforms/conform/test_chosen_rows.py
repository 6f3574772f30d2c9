"""Which rows a feed takes where a cell of its conditions leaves that open."""

from __future__ import annotations

from typing import Any

import polars as pl

from schemas.mapping import SheetMapping
from transforms.conform.chosen_rows import choose_rows

OTHER = {"domain": "adverse_event", "where": {"column": "what", "not_equals": "CRS"}, "columns": {"term": "what"}}
CRS = {
    "domain": "adverse_event",
    "where": {"column": "what", "equals": "CRS"},
    "columns": {"term": {"constant": "CRS"}},
}
ALIVE = {"domain": "follow_up", "where": {"column": "what", "equals": "不详"}, "columns": {"contact_date": "day"}}


def doubts(cells: list[str | None], *feeds: dict[str, Any]) -> list[list[int]]:
    """By feed the rows, from 0, of which nobody knows whether it takes them."""
    data = pl.DataFrame({"source_row": range(len(cells)), "what": cells}, schema_overrides={"what": pl.String})
    mapping = SheetMapping.model_validate({"feeds": list(feeds)})
    return [chosen.doubts["source_row"].to_list() for chosen in choose_rows(data, mapping)]


def test_a_row_that_a_feed_of_the_domain_takes_with_its_cell_is_asked_about_there_alone() -> None:
    assert doubts(["CRS", "#N/A", "crs?"], CRS, OTHER) == [[], []]


def test_a_word_that_another_condition_names_decides() -> None:
    assert doubts(["不详", "未知"], CRS, ALIVE) == [[1], [1]]


def test_a_row_that_another_condition_excludes_for_sure_is_no_doubt() -> None:
    of_infusion = {**CRS, "where": [{"column": "what", "equals": "CRS"}, {"column": "what", "not_equals": "#N/A"}]}
    assert doubts(["#N/A", "#REF!"], of_infusion) == [[1]]


def test_a_condition_on_blank_is_decided_by_any_text() -> None:
    assert doubts(["#N/A", None], {**CRS, "where": {"column": "what", "not_blank": True}}) == [[]]
