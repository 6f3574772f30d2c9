"""`cartrove trace`: from words or an id to cells, and what it says where neither fits."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.flows.sql.place import ask

Captured = pytest.CaptureFixture[str]
STUDY, LABEL = "pan2020_seq1922_paed", "Leukemia-free survival at 12 months"


def test_a_result_by_its_words_is_a_tree_down_to_cells(capsys: Captured) -> None:
    lines = ask(capsys, "trace", STUDY, LABEL, "--subject", "boren-BR04").out.splitlines()
    assert lines[0].endswith("0.7953216374269005 survival")
    assert "    core.infusion.infusion_date [boren-BR04|1] = 2019-01-30" in lines
    assert "      boren/2019-10-08/病例资料.csv, row 5, column CD19回输日期" in lines


def test_the_id_says_the_same_as_the_words(capsys: Captured) -> None:
    by_words = ask(capsys, "trace", STUDY, LABEL).out
    result = by_words.split()[0]
    assert ask(capsys, "trace", result).out == by_words
    assert ask(capsys, "trace", STUDY, LABEL.lower().replace(",", "")).out == by_words
    assert ask(capsys, "trace", STUDY, result).out == by_words


def test_steps_as_rows(capsys: Captured) -> None:
    rows = list(csv.DictReader(io.StringIO(ask(capsys, "trace", STUDY, LABEL, "--format", "csv").out)))
    assert {row["level"] for row in rows} == {"result", "endpoint row", "core record", "source cell"}
    assert len(json.loads(ask(capsys, "trace", STUDY, LABEL, "--format", "json").out)) == len(rows)


def subjects_of(lines: list[str]) -> list[str]:
    """Of a tree, the subjects of the endpoint rows."""
    return [line.split()[0] for line in lines if line.startswith("  ") and "  adam.adtte [" in line]


def test_a_subject_alone_has_the_steps_it_has_among_all(capsys: Captured) -> None:
    """The filter is inside of the macro; rows and their order are those of the whole."""
    columns = ("--format", "csv")
    whole = ask(capsys, "trace", STUDY, LABEL, *columns).out.splitlines()
    for subject in ("boren-BR01", "boren-BR04"):
        own = ask(capsys, "trace", STUDY, LABEL, "--subject", subject, *columns).out.splitlines()
        assert own == [*whole[:2], *(line for line in whole if f",{subject}," in line)]


def test_pages_put_together_are_the_whole(capsys: Captured) -> None:
    whole = subjects_of(ask(capsys, "trace", STUDY, LABEL).out.splitlines())
    found: list[str] = []
    after: list[str] = []
    while True:
        lines = ask(capsys, "trace", STUDY, LABEL, "--first", "7", *after).out.splitlines()
        found += subjects_of(lines)
        assert f"; of {len(whole)} endpoint rows in all" in lines[2]
        if "go on with" not in lines[-1]:
            break
        after = lines[-1].split()[-2:]
    assert found == whole == sorted(whole)
    assert len(whole) > 14
    rest = ask(capsys, "trace", STUDY, LABEL, "--after", whole[10]).out.splitlines()
    assert subjects_of(rest) == whole[11:]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nope", LABEL], "nope: not in the published night; it has ash2023_second_cart"),
        ([STUDY, "Leukemia-free survivl"], "nearest are Leukemia-free survival |"),
        ([STUDY, "Age"], "6 results are called Age; name one by its id: R"),
        (["R0000000000"], "no result has this id"),
        ([STUDY, LABEL, "--subject", "nobody"], "does not depend on this subject"),
        ([STUDY, "x' or 1=1 --"], "no result is called x' or 1=1 --"),
        ([STUDY, LABEL, "--subject", "' or 1=1 --"], "does not depend on this subject"),
        ([STUDY, LABEL, "--after", "zzz"], "has no subject after this one"),
        ([STUDY, LABEL, "--after", "a", "--subject", "b"], "use either"),
    ],
)
def test_what_is_not_there_is_said(capsys: Captured, arguments: list[str], said: str) -> None:
    found = ask(capsys, "trace", *arguments)
    assert found.code == 2
    assert said in found.error
