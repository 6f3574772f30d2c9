"""Rows said by conditions: what each condition meets, and that a condition that is not true of them is never said."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from schemas.basis import ABOUT, CHOSEN_BY, conditions_of
from schemas.tables import TABLES
from tests.transforms.analyses.test_results import INFUSIONS, OUTCOMES, PLANNED, compute
from transforms.analyses.basis import Basis, listed_part
from transforms.analyses.endpoint_rows import BLANK, KNOWN, Rows, above, at_least, below, rows, selection

ADRISK = pl.DataFrame(
    {
        "subject_id": ["a", "b", "c", "d"],
        "risk_factor": ["age", "age", "age", "tp53"],
        "level": ["old", None, "young", "absent"],
        "value_number": [60.0, None, 30.0, None],
    }
)
ADTTE = pl.DataFrame(
    {"subject_id": ["a", "b", "c"], "paramcd": ["os"] * 3, "aval": [10, 91, 92], "event": [1, 0, 2], "unkfl": ["Y", None, None]}
)  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, "abcd"),
        ({"risk_factor": "age"}, "abc"),
        ({"level": "old"}, "a"),
        ({"level": ("old", "absent")}, "ad"),
        ({"level": KNOWN}, "acd"),
        ({"value_number": at_least(30)}, "ac"),
        ({"value_number": below(60)}, "c"),
        ({"risk_factor": "age", "level": KNOWN}, "ac"),
    ],
)
def test_a_blank_meets_no_condition_but_blank(wanted: dict[str, Any], found: str) -> None:
    assert "".join(rows("adam.adrisk", **wanted).of(ADRISK)["subject_id"]) == found


def test_what_is_above_a_number_is_not_at_it() -> None:
    assert rows("adam.adtte", aval=above(91)).of(ADTTE)["subject_id"].to_list() == ["c"]
    assert rows("adam.adtte", event=("0", "2")).of(ADTTE)["subject_id"].to_list() == ["b", "c"]


def test_a_subject_has_to_have_each_of_several_rows() -> None:
    tables = {"adam.adtte": ADTTE, "adam.adrisk": ADRISK}
    of_age = rows("adam.adrisk", risk_factor="age", level=KNOWN)
    chosen = selection(
        rows("adam.adtte", paramcd="os"), (of_age, rows("adam.adrisk", risk_factor="age", level="young"))
    )
    assert chosen.of(tables)["subject_id"].to_list() == ["c"]
    assert selection(of_age, (of_age,)).among == ()
    assert selection(rows("adam.adrisk", risk_factor="age"), chosen.who, of_others=True).among == chosen.among


def test_a_condition_outside_of_the_list_is_refused() -> None:
    with pytest.raises(ValueError, match="chooses no rows by blank of aval"):
        rows("adam.adtte", aval=BLANK)
    with pytest.raises(ValueError, match="chooses no rows by is of evntdesc"):
        rows("adam.adtte", evntdesc="Death")


def test_the_list_names_columns_of_the_tables() -> None:
    assert ABOUT.keys() == CHOSEN_BY.keys()
    for table in ABOUT:
        assert {column for column, _ in conditions_of(table)} <= set(TABLES[table].column_names), table


def study() -> Any:
    """The endpoint tables of three subjects, whose remission lasts."""
    from schemas.protocol import Protocol
    from tests.transforms.endpoints.tiny_study import PROTOCOL, build_tiny_study
    from transforms.analyses import StudyData
    from transforms.analyses.study_data import ENDPOINT_TABLES
    from warehouse.frames import frame_of

    given = {**PROTOCOL, "infusions": PLANNED}
    connection = build_tiny_study(INFUSIONS + OUTCOMES, infusions=PLANNED)
    frames = {f"adam.{name}": frame_of(connection, f"SELECT * FROM adam.{name}") for name in ENDPOINT_TABLES}
    return StudyData.of(Protocol.model_validate(given), frames)


def test_rows_are_said_by_what_they_are_all_about() -> None:
    data = study()
    (part,) = data.rests_on("counted", "adam.adex", data.received(1)).parts
    assert part.chosen is not None
    assert part.chosen.rows == rows("adam.adex", infusion_number=1)
    assert (part.height, part.subjects) == (3, 3)


def test_rows_that_the_conditions_do_not_choose_are_listed() -> None:
    """One fewer, one more, others, and none that are said: a trace never names another row than was counted."""
    data = study()
    infused = data.received(1)
    for frame, said in (
        (infused.head(2), {}),
        (infused, {"infusion_number": 2}),
        (pl.concat([infused.head(2), infused.head(1)]), {}),
        (infused.head(2), {"among": [Rows("adam.adsl")]}),
        (infused, {"among": None}),
    ):
        (part,) = data.rests_on("counted", "adam.adex", frame, **said).parts
        assert part.chosen is None
        assert part.frame["subject_id"].to_list() == sorted(set(frame["subject_id"]))


def test_nobody_is_no_basis() -> None:
    data = study()
    assert data.rests_on("counted", "adam.adex", data.received(7)) == Basis()
    assert listed_part("counted", "adam.adex", "", data.received(7)) == Basis()
    assert Basis().basis_id == ""


def test_the_same_rows_said_the_same_way_are_one_basis() -> None:
    data = study()
    once, again = (data.rests_on("counted", "adam.adex", data.received(1)) for _ in range(2))
    assert once.basis_id == again.basis_id
    assert (once + again).parts == once.parts
    assert (once + data.rests_on("event", "adam.adex", data.received(1))).basis_id != once.basis_id


def test_a_basis_is_kept_once_however_many_figures_rest_on_it() -> None:
    found = compute(INFUSIONS + OUTCOMES, infusions=PLANNED)
    assert found.selection.select("basis_id", "part").is_duplicated().sum() == 0
    assert set(found.analysis["basis_id"].drop_nulls()) == set(found.selection["basis_id"])
    chosen = found.selection.filter(listedfl="N")
    assert set(found.condition["rows_id"]) == {*chosen["rows_id"], *found.among["rows_id"]}
    assert set(found.among["among_id"]) == set(chosen["among_id"].drop_nulls())
    assert found.analysis["basis_id"].n_unique() < found.analysis.height
