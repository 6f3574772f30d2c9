"""Scores from laboratory results: every limit as a case a clinician can read (score_cases.md), whatever unit was sent, and what is missing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from pydantic import ValidationError

from schemas.protocol.scores import ScoreAsked
from schemas.score_criteria import ScoreCriteria, list_score_items, scores
from tests.transforms.endpoints.tiny_study import build_tiny_study
from warehouse.frames import frame_of

CASES = Path(__file__).with_name("score_cases.md").read_text("utf-8")
INFUSIONS = [{"number": 1, "targets": ["CD19"], "label": "CD19"}, {"number": 2, "targets": ["CD19"], "label": "CD19"}]
INFUSED = "infusion subject_id infusion_number infusion_date target\na 1 0 CD19\n"
PREPARED = "\nlymphodepletion subject_id infusion_number regimen start_date\na 1 FC -5\n"
HEADER = "\nlaboratory subject_id sample_date test value value_below value_above unit normal_low normal_high\n"
UPPER = {"ferritin": "300", "AST": "40", "ALT": "40"}
BEFORE = "a -1 ferritin 200 . . ng/mL . 300\na -1 AST 30 . . U/L . 40\n"
VALUE = re.compile(r"([<>]?)([\d.]+) (\S+)")


def table(section: str) -> list[dict[str, str]]:
    """The lines of the table under a heading that begins so, cells by column."""
    of = CASES[CASES.index(f"## {section}") :]
    lines = [line for line in of.split("\n\n## ")[0].splitlines() if line.startswith("|")]
    header, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [dict(zip(header, row, strict=True)) for row in rows]


def sample(day: int, test: str, told: str) -> str:
    sign, value, unit = VALUE.fullmatch(told).groups()  # type: ignore[union-attr]
    cells = {"": f"{value} . .", "<": f". {value} .", ">": f". . {value}"}[sign]
    # Limits of normal are those of the unit that was sent.
    low = {"g/L": "2", "mg/dL": "200"}.get(unit, ".") if test == "fibrinogen" else "."
    return f"a {day} {test} {cells} {unit} {low} {UPPER.get(test, '.')}\n"


def scored(text: str, *asked: dict[str, Any], prepared: str = PREPARED) -> pl.DataFrame:
    """Rows of adam.adscore of subject a."""
    told = HEADER + text if text else ""
    with build_tiny_study(INFUSED + prepared + told, infusions=INFUSIONS, scores=list(asked)) as built:
        return frame_of(built, "FROM adam.adscore WHERE infusion_number = 1 ORDER BY score, moment")


def shown(row: dict[str, Any]) -> str:
    value = "?" if row["aval"] is None else f"{row['aval']:g}"
    return f"{value} [{row['lowest']:g}-{row['highest']:g}]"


@pytest.mark.parametrize("case", table("CAR-HEMATOTOX"), ids=lambda case: case["case"])
def test_car_hematotox(case: dict[str, str]) -> None:
    tests = ("platelets", "neutrophils", "hemoglobin", "CRP", "ferritin")
    text = "".join(sample(-7, test, case[test]) for test in tests if case[test])
    (row,) = scored(text, {"score": "CAR-HEMATOTOX"}).to_dicts()
    assert (shown(row), row["avalcat1"] or "?") == (case["score"], case["group"])


@pytest.mark.parametrize("case", table("EASIX"), ids=lambda case: case["case"])
def test_easix_and_its_variants(case: dict[str, str]) -> None:
    tests = ("LDH", "creatinine", "CRP", "platelets")
    text = "".join(sample(-7, test, case[test]) for test in tests if case[test])
    names = ("EASIX", "m-EASIX", "s-EASIX")
    found = dict(scored(text, *({"score": name} for name in names)).select("score", "aval").iter_rows())
    for name in names:
        assert found[name] == (None if case[name] == "?" else pytest.approx(float(case[name]), rel=1e-5))


@pytest.mark.parametrize("case", table("Signs of IEC-HS"), ids=lambda case: case["case"])
def test_signs_of_iec_hs(case: dict[str, str]) -> None:
    tests = ("ferritin", "AST", "ALT", "fibrinogen", "neutrophils", "platelets")
    text = BEFORE + "".join(sample(10, test, case[test]) for test in tests if case[test])
    (row,) = scored(text, {"score": "IEC-HS signs"}).to_dicts()
    assert (shown(row), row["avalcat1"] or "?") == (case["score"], case["signs"])


LDH = {"score": "s-EASIX"}


@pytest.mark.parametrize(
    ("asked", "days", "value"),
    [
        # The latest result on or before the day asked for, within the days that count.
        (LDH, {-20: 100, -6: 200, -4: 300}, 200),
        (LDH, {-20: 100}, None),
        (LDH, {-19: 100}, 100),
        ({**LDH, "at": "infusion"}, {-6: 200, 0: 300, 1: 400}, 300),
        ({**LDH, "at": "day", "day": 3, "within_days": 1}, {1: 100, 2: 200, 4: 400}, 200),
        ({**LDH, "at": "day", "day": 3, "within_days": 0}, {2: 200}, None),
    ],
)
def test_of_which_day_a_score_is(asked: dict[str, Any], days: dict[int, int], value: float | None) -> None:
    text = "".join(f"a {day} LDH {ldh} . . U/L . .\na {day} platelets 1 . . 1e9/L . .\n" for day, ldh in days.items())
    assert scored(text, asked)["aval"].to_list() == [value]


def test_without_a_day_of_lymphodepletion_nothing_is_known() -> None:
    text = "a -7 LDH 300 . . U/L . .\na -7 platelets 150 . . 1e9/L . .\n"
    (row,) = scored(text, LDH, {"score": "CAR-HEMATOTOX"}, prepared="").filter(score="CAR-HEMATOTOX").to_dicts()
    assert (row["refdt"], row["aval"], row["lowest"], row["highest"]) == (None, None, 0, 7)


def test_two_results_of_one_day_leave_open_what_they_disagree_on() -> None:
    rest = "".join(sample(-7, *one) for one in (("neutrophils", "3400 /uL"), ("hemoglobin", "12 g/dL"), ("CRP", "1 mg/dL"), ("ferritin", "180 ng/mL")))  # fmt: skip
    (row,) = scored(rest + "a -7 platelets 70 . . 1e9/L . .\na -7 platelets 180 . . 1e9/L . .\n", {"score": "CAR-HEMATOTOX"}).to_dicts()  # fmt: skip
    assert (shown(row), row["openvar"]) == ("? [0-2]", "platelets")


def test_results_after_the_next_infusion_and_of_liquor_do_not_count() -> None:
    second = INFUSED + "a 2 20 CD19\n"
    text = second + HEADER + "a 21 ferritin 9000 . . ng/mL . 300\n"
    with build_tiny_study(text, infusions=INFUSIONS, scores=[{"score": "IEC-HS signs"}]) as built:
        found = frame_of(built, "SELECT resultn FROM adam.adscitem WHERE item = 'ferritin' AND infusion_number = 1")
    assert found["resultn"].to_list() == [0]


def test_an_upper_limit_that_is_not_known_leaves_the_sign_open() -> None:
    (row,) = scored("a 5 AST 900 . . U/L . .\n", {"score": "IEC-HS signs"}).to_dicts()
    assert "transaminases" in row["openvar"]


def test_the_items_say_what_counted() -> None:
    asked = [{"score": "CAR-HEMATOTOX"}]
    text = INFUSED + PREPARED + HEADER + sample(-7, "platelets", "70 1e9/L")
    with build_tiny_study(text, infusions=INFUSIONS, scores=asked) as built:
        found = frame_of(built, "SELECT * FROM adam.adscitem WHERE item = 'platelets'").to_dicts()
    assert [(row["valuelo"], row["valuehi"], row["avalu"], row["pointlo"], row["pointhi"], row["srcdom"]) for row in found] == [
        (70.0, 70.0, "1e9/L", 2, 2, "laboratory")
    ]  # fmt: skip


def test_nothing_is_scored_that_is_not_asked_for() -> None:
    with build_tiny_study(
        INFUSED + PREPARED + HEADER + sample(-7, "platelets", "70 1e9/L"), infusions=INFUSIONS
    ) as built:
        assert frame_of(built, "FROM adam.adscore").is_empty()
        assert frame_of(built, "FROM adam.adscitem").is_empty()


def test_every_item_has_its_limits_in_the_unit_the_test_is_held_in() -> None:
    held = {
        (row["score"], row["item"], row["points"]): row["limitn"]
        for row in list_score_items()
        if not row["limit_of"] and row["side"]
    }
    assert held["CAR-HEMATOTOX", "neutrophils", 1] == pytest.approx(1.2)
    assert held["CAR-HEMATOTOX", "hemoglobin", 1] == pytest.approx(90)
    assert held["CAR-HEMATOTOX", "CRP", 1] == pytest.approx(30)
    assert scores()["CAR-HEMATOTOX"].most == 7


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ({"score": "HScore"}, "expected one of CAR-HEMATOTOX"),
        ({"score": "EASIX", "at": "day"}, "expected with `at: day`"),
        ({"score": "EASIX", "days": 3}, "is of one day"),
        ({"score": "IEC-HS signs", "at": "infusion"}, "is of all days after the infusion"),
    ],
)
def test_what_can_t_be_scored_is_refused(stated: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        ScoreAsked.model_validate(stated)


def test_a_unit_that_does_not_measure_a_test_is_refused_in_the_criteria() -> None:
    stated = scores()["s-EASIX"].model_dump(by_alias=True)
    stated["items"]["LDH"]["unit"] = "mg/dL"
    with pytest.raises(ValidationError, match="expected one in which LDH can be told"):
        ScoreCriteria.model_validate({"scores": {"s-EASIX": stated}})
