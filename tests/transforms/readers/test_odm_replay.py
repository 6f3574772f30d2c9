"""Transactions of ODM files: what stands at the end, written as a list of transactions."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from schemas.mapping import FileMapping
from tests.transforms.readers.damage import mapping, outcome
from tests.warehouse.tiny_build import csv_site
from transforms.readers import read_file
from transforms.stage import stage_export


def transactions(*groups: str) -> str:
    """A Transactional file; each group stands on a line of its own, the first on line 3."""
    head = '<ODM xmlns="http://www.cdisc.org/ns/odm/v1.3" FileType="Transactional">\n<ClinicalData StudyOID="S">\n'
    return head + "\n".join(groups) + "\n</ClinicalData></ODM>"


def group(kind: str, items: str = "", repeat: str = "1", form: str = "Upsert", subject: str = "001") -> str:
    """One ItemGroupData within its subject, event and form; `items` is text like `A=1 B=2:Remove`."""
    inner = "".join(_item(item) for item in items.split())
    own = f' TransactionType="{kind}"' if kind else ""
    return (
        f'<SubjectData SubjectKey="{subject}" TransactionType="Upsert"><StudyEventData StudyEventOID="V">'
        f'<FormData FormOID="F" TransactionType="{form}">'
        f'<ItemGroupData ItemGroupOID="G" ItemGroupRepeatKey="{repeat}"{own}>{inner}</ItemGroupData>'
        "</FormData></StudyEventData></SubjectData>"
    )


def _item(text: str) -> str:
    assigned, _, kind = text.partition(":")
    name, _, value = assigned.partition("=")
    return f'<ItemData ItemOID="{name}" Value="{value}"' + (f' TransactionType="{kind}"/>' if kind else "/>")


def removed(inner: str) -> str:
    return f'<SubjectData SubjectKey="001" TransactionType="Context"><StudyEventData StudyEventOID="V">{inner}</StudyEventData></SubjectData>'


@pytest.mark.parametrize(
    ("steps", "standing"),
    [
        ([group("Insert", "A=1 B=2")], [("1", "2", 3)]),
        ([group("Insert", "A=1 B=2"), group("Update", "A=9")], [("9", "2", 4)]),
        ([group("Insert", "A=1 B=2"), group("Upsert", "A=9:Update B=0:Remove")], [("9", None, 4)]),
        ([group("Upsert", "A=1 B=2"), group("Upsert", "B=3")], [("1", "3", 4)]),
        ([group("Upsert", "A=1:Insert A=2:Update B=2")], [("2", "2", 3)]),
        ([group("Insert", "A=1 B=2"), group("Context", "A=9 B=9")], [("1", "2", 3)]),
        ([group("Insert", "A=1 B=2"), group("Context", "A=9:Update B=9")], [("9", "2", 4)]),
        ([group("Insert", "A=1 B=2"), group("Remove")], []),
        ([group("Insert", "A=1 B=2"), group("Remove"), group("Insert", "A=3 B=4")], [("3", "4", 5)]),
        ([group("", "A=1 B=2", form="Insert"), group("", "A=5", form="Update")], [("5", "2", 4)]),
        ([group("Insert", "A=1 B=2"), group("Insert", "A=3 B=4", repeat="2")], [("1", "2", 3), ("3", "4", 4)]),
        (
            [group("Insert", "A=1 B=2"), group("Insert", "A=3 B=4", subject="002"),
             removed('<FormData FormOID="F" TransactionType="Remove"/>')],
            [("3", "4", 4)],
        ),
        ([group("Insert", "A=1 B=2"), removed('<FormData FormOID="E" TransactionType="Remove"/>')], [("1", "2", 3)]),
        (
            [group("Insert", "A=1 B=2"), '<SubjectData SubjectKey="001" TransactionType="Remove"/>',
             group("Insert", "A=7 B=8", subject="003")],
            [("7", "8", 5)],
        ),
        ([group("Insert", "A=1 B=2"), group("Remove", "A=1", form="Remove"), group("Insert", "A=3 B=4", repeat="7")], [("3", "4", 5)]),
    ],
)  # fmt: skip
def test_what_stands_after_every_transaction(
    tmp_path: Path, steps: list[str], standing: list[tuple[object, ...]]
) -> None:
    path = tmp_path / "a.xml"
    path.write_text(transactions(*steps, group("Insert", "A=0 B=0", repeat="last")))
    (sheet,) = read_file(path, mapping("odm", "G"))
    last = ("0", "0", 3 + len(steps))
    assert sheet.frame.select("A", "B", "source_row").rows() == [*standing, last]


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([group("Update", "A=1")], "a.xml line 3 G: expected an Insert before this change; export the whole history"),
        ([group("Context", "A=1:Update")], "a.xml line 3 G: expected an Insert before this change"),
        ([group("Change", "A=1")], "a.xml line 3 G: expected a TransactionType among Insert, Update, Remove"),
        ([group("Insert", "A=1:Change")], "a.xml line 3 G: expected a TransactionType among Insert, Update, Remove"),
        (
            [group("", "A=1").replace(' TransactionType="Upsert"', "")],
            "a.xml line 3 G: expected a TransactionType among",
        ),
    ],
)
def test_transactions_that_do_not_fit_together_are_refused(tmp_path: Path, steps: list[str], told: str) -> None:
    assert outcome(tmp_path / "a.xml", transactions(*steps).encode(), mapping("odm", "G")).startswith(told)


def test_a_removal_spares_item_groups_whose_name_begins_alike(tmp_path: Path) -> None:
    longer = group("Insert", "A=1").replace('"G"', '"G2"')
    (tmp_path / "a.xml").write_text(transactions(longer, group("Insert", "A=2"), group("Remove")))
    (sheet,) = read_file(tmp_path / "a.xml", mapping("odm", "G2"))
    assert sheet.frame["A"].to_list() == ["1"]


def test_a_row_that_is_put_in_twice_with_other_cells_is_set_aside_and_the_others_stay(tmp_path: Path) -> None:
    steps = [group("Insert", "A=1"), group("Insert", "A=5", repeat="2"), group("Insert", "A=2"), group("Update", "A=3")]
    (tmp_path / "a.xml").write_text(transactions(*steps))
    (sheet,) = read_file(tmp_path / "a.xml", mapping("odm", "G"))
    assert sheet.frame["A"].to_list() == ["5"]
    assert sheet.repeated == (3, 5)


@pytest.mark.parametrize(
    ("steps", "uninserted"),
    [
        ([group("Update", "A=2")], (4,)),
        ([group("Context", "A=2:Update"), group("Update", "A=3")], (5,)),
        ([group("Insert", "A=1"), group("Remove"), group("Update", "A=2")], (6,)),
        ([group("Update", "A=2"), group("Insert", "A=3")], (5,)),
        ([group("Update", "A=2"), group("Remove")], ()),
        ([group("Update", "A=2"), '<SubjectData SubjectKey="001" TransactionType="Remove"/>'], ()),
        ([group("Update", "A=2"), group("Remove"), group("Insert", "A=3")], ()),
    ],
)
def test_a_row_that_is_changed_and_never_put_in_is_set_aside_and_the_others_stay(
    tmp_path: Path, steps: list[str], uninserted: tuple[int, ...]
) -> None:
    (tmp_path / "a.xml").write_text(transactions(group("Insert", "A=7", subject="003"), *steps))
    (sheet,) = read_file(tmp_path / "a.xml", mapping("odm", "G"))
    put_in_after_all = ["3"] if len(steps) == 3 and not uninserted else []
    assert sheet.frame["A"].to_list() == ["7", *put_in_after_all]
    assert (sheet.uninserted, sheet.repeated) == (uninserted, ())


@pytest.mark.parametrize("between", [[], [group("Remove")]])
def test_a_row_that_is_put_in_again_as_it_was_or_after_its_removal_is_one(tmp_path: Path, between: list[str]) -> None:
    (tmp_path / "a.xml").write_text(transactions(group("Insert", "A=1"), *between, group("Insert", "A=1")))
    (sheet,) = read_file(tmp_path / "a.xml", mapping("odm", "G"))
    assert (sheet.frame["A"].to_list(), sheet.repeated) == (["1"], ())


def test_what_is_set_aside_of_a_history_is_asked_about_row_by_row(tmp_path: Path) -> None:
    steps = [group("Insert", "A=1"), group("Insert", "A=2"), group("Update", "A=3", repeat="2")]
    kept = [group("Insert", f"A={n}", subject=f"{n}") for n in (5, 6)]
    path = tmp_path / "a.xml"
    path.write_text(transactions(*steps, *kept))
    feed = {"domain": "subject", "columns": {"subject_id": "SubjectKey", "enrollment_date": "A"}}
    sheet = {"sheet": "G", "feeds": [feed]}
    how = FileMapping.model_validate({"match": "*", "format": "odm", "sheets": [sheet]})
    staged = stage_export(path, how, csv_site(feed))
    asked = staged["problems"].filter(pl.col("rule_id").str.starts_with("row."))
    assert asked.select("source_row", "rule_id", "severity").sort("source_row").rows() == [
        (3, "row.repeated", "quarantine"),
        (4, "row.repeated", "quarantine"),
        (5, "row.uninserted", "quarantine"),
    ]
    assert staged["sheets"]["rows_read"].sum() == 5
