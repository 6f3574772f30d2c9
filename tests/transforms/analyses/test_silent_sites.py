"""A site whose exports hold no records of something can't tell that it did not happen."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from schemas.reasons import Reason
from tests.transforms.analyses.test_unknown import INFUSED, data, told
from transforms.analyses.losses import loss_rows
from transforms.analyses.study_data import StudyData
from transforms.analyses.time_to_event import time_to_event
from transforms.analyses.toxicity import toxicity_rows

ANY_GRADE = 1
EFS = {
    "efs": {
        "label": "Event-free survival",
        "kind": "efs",
        "population": "infused",
        "origin": "infusion_1",
        "event": ["death", "relapse", "new_therapy"],
        "landmarks_months": [6],
    }
}


def sent(study: StudyData, *columns: str, in_force: bool = True) -> StudyData:
    """The study, of whose only site the exports hold these columns; `adverse_event.term=CRS` is a constant."""
    (site,) = study.adsl["site_id"].unique()
    rows = []
    for column_told in columns:
        column, _, constant = column_told.partition("=")
        domain, _, name = column.partition(".")
        rows.append((site, domain, name, constant or None))
    schema = dict.fromkeys(("site_id", "domain", "column_name", "constant"), pl.String)
    sources = pl.DataFrame(rows, schema=schema, orient="row")
    return replace(study, sources=sources.with_columns(in_force=pl.lit(in_force)))


def said(reasons: tuple[Reason, ...]) -> set[tuple[object, ...]]:
    return {(one.code, *one.arguments.values()) for one in reasons if one.code.endswith("_not_told")}


def of_endpoint(study: StudyData) -> set[tuple[object, ...]]:
    return said(time_to_event(study, "efs").rows[0].reasons)


def test_an_endpoint_says_which_of_its_happenings_no_export_tells_of() -> None:
    study = data(INFUSED, endpoints=EFS)
    all_told = sent(study, "death.death_date", "relapse.relapse_date", "treatment.start_date")
    assert of_endpoint(all_told) == set()
    assert of_endpoint(sent(study, "death.death_date", "relapse.relapse_date")) == {
        ("happening_not_told", "new_therapy", 4, 4)
    }


def test_a_follow_up_that_says_what_became_of_the_leukemia_tells_of_relapses() -> None:
    study = data(INFUSED, endpoints=EFS)
    told = sent(study, "death.death_date", "treatment.start_date", "follow_up.disease_status")
    assert of_endpoint(told) == set()
    dates_alone = sent(study, "death.death_date", "treatment.start_date", "follow_up.contact_date")
    assert of_endpoint(dates_alone) == {("happening_not_told", "relapse", 4, 4)}


def test_where_no_export_holds_an_adverse_event_it_is_unknown_in_everybody() -> None:
    none = list(toxicity_rows(sent(data(INFUSED), "adverse_event.term=ICANS")))
    assert told(none, "CRS", ANY_GRADE) == {"proportion": 0, "unknown": 4, "bound_low": 0, "bound_high": 1}
    assert told(none, "ICANS", ANY_GRADE) == {"proportion": 0}
    assert said(none[0].reasons) == {("records_not_told", "adverse_event", 4, 4)}


def test_a_file_that_the_last_full_export_lacks_tells_of_nothing_any_more() -> None:
    study = data(INFUSED, endpoints=EFS)
    told = sent(study, "death.death_date", "relapse.relapse_date", "treatment.start_date", in_force=False)
    assert {known for _, known, *_ in of_endpoint(told)} == {"death", "relapse", "new_therapy"}


def test_a_column_of_terms_may_hold_any_term() -> None:
    assert told(list(toxicity_rows(sent(data(INFUSED), "adverse_event.term"))), "CRS", ANY_GRADE) == {"proportion": 0}


def test_causes_of_death_say_that_no_deaths_are_sent() -> None:
    death = "\ndeath subject_id death_date cause\na 40 infection\n"
    rows = [row for row in loss_rows(sent(data(INFUSED + death), "relapse.relapse_date")) if row.section == "death"]
    assert rows and all(said(row.reasons) == {("records_not_told", "death", 4, 4)} for row in rows)
