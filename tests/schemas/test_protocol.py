"""What a protocol may say: falls of a known table and not for ever, codes that are on their code list."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from schemas.protocol import AcceptedFall, Infusion, Protocol, Recovery, ResponseWindow, Toxicity
from schemas.yaml_file import Part
from tests.transforms.endpoints.tiny_study import PROTOCOL

FALL = {
    "table": "laboratory", "rows": 90, "reason": "a batch sent twice is withdrawn", "decided_by": "data manager",
    "decided_on": "2024-03-05", "applies_until": "2024-03-12",
}  # fmt: skip


def test_a_fall_is_accepted_for_some_days() -> None:
    assert AcceptedFall.model_validate(FALL).rows == 90


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ({"applies_until": "2024-06-01"}, "expected a day from 2024-03-05 to 2024-04-05; found 2024-06-01"),
        ({"applies_until": "2024-03-01"}, "expected a day from 2024-03-05"),
        ({"table": "labs"}, "table: expected one of subject,"),
    ],
)
def test_no_fall_is_accepted_for_ever_nor_of_an_unknown_table(part: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        AcceptedFall.model_validate({**FALL, **part})


@pytest.mark.parametrize(
    ("part", "given", "told"),
    [
        (Toxicity, {"term": "crs", "scale": "ASTCT 2019"}, "term: expected one of CRS, .*; found crs"),
        (Toxicity, {"term": "CRS", "scale": "ASTCT2019"}, "scale: expected one of ASTCT 2019, .*; found ASTCT2019"),
        (Infusion, {"number": 1, "label": "first", "targets": ["CD19", "CD91"]}, "targets: expected .*; found CD91"),
        (ResponseWindow, {"responders": ["CR", "MRD"]}, "responders: expected one of CR, .*; found MRD"),
        (Recovery, {"test": "B cells", "matrix": "bone", "above": 2, "unit": "%"}, "matrix: expected .*; found bone"),
        (Recovery, {"test": "IgG", "matrix": "blood", "above": 4, "unit": "%"}, "unit: expected .*g/L.*; found %"),
    ],
)
def test_a_code_that_is_not_on_its_list_is_refused(part: type[Part], given: dict[str, Any], told: str) -> None:
    """A misspelled scale would count no event at all, and a report would say that there was none."""
    with pytest.raises(ValidationError, match=told):
        part.model_validate(given)


CD19 = [{"number": 1, "targets": ["CD19"], "label": "CD19"}]


@pytest.mark.parametrize(
    ("enrollment", "infusions", "expected"),
    [
        ({}, CD19, date(2010, 1, 1)),
        ({"start": "2018-08"}, CD19, date(2010, 1, 1)),
        ({"start": "2008"}, CD19, date(2008, 1, 1)),
        ({"first_patient": "2018-08-03"}, CD19, date(2018, 8, 3)),
        ({"start": "1985"}, [], None),
    ],
)
def test_a_study_of_car_t_cells_has_a_first_day(enrollment: Any, infusions: Any, expected: date | None) -> None:
    protocol = Protocol.model_validate({**PROTOCOL, "enrollment": enrollment, "infusions": infusions})
    assert protocol.first_day == expected


def test_the_start_of_enrollment_is_a_day_a_month_or_a_year() -> None:
    with pytest.raises(ValueError, match="expected a day, month or year"):
        Protocol.model_validate({**PROTOCOL, "enrollment": {"start": "2018-13"}})


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (
            {"toxicity": [{"term": "CRS", "scale": "ASTCT 2019"}, {"term": "CRS", "scale": "Lee 2014"}]},
            "toxicity: .* CRS twice",
        ),
        ({"response": [{"infusion": 1}, {"infusion": 1, "day": 60, "to_day": 90}]}, "response: .* infusion 1 twice"),
        ({"infusions": [{"number": n, "targets": ["CD19"], "label": "CD19"} for n in (1, 1)]}, "infusions: .* 1 twice"),
    ],
)
def test_what_would_give_two_results_of_one_key_is_refused(part: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Protocol.model_validate({**PROTOCOL, **part})


@pytest.mark.parametrize(
    ("endpoint", "told"),
    [
        ({"event": ["death"], "censor": ["death"]}, "each happening in one role; death"),
        ({"event": ["death"], "no_response_on": "day_0"}, "expected no_response among event"),
        ({"event": ["loss"]}, "expected loss under censor"),
        ({"event": ["death"], "censor": ["transplant"]}, "under `transplant`"),
    ],
)
def test_an_endpoint_gives_each_happening_one_role_that_it_can_have(endpoint: dict[str, Any], told: str) -> None:
    stated = {"label": "E", "kind": "efs", "population": "infused", "origin": "infusion_1", **endpoint}
    with pytest.raises(ValidationError, match=told):
        Protocol.model_validate({**PROTOCOL, "endpoints": {"e": stated}})


@pytest.mark.parametrize(
    ("population", "told"),
    [
        ({"as_planned": True}, "as_planned: expected infused beside it"),
        ({"infused": 1, "dose_limiting": True}, "expected followed_days beside it"),
    ],
)
def test_a_population_says_of_which_infusion_it_speaks(population: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Protocol.model_validate(
            {**PROTOCOL, "populations": {**PROTOCOL["populations"], "p": {"label": "P", **population}}}
        )
