"""A study of one site that is quick to run, for tests that need several published nights."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from flows.history.nights import KeptNight, night_path
from tests.flows.conftest import Place
from tests.transforms.endpoints.tiny_study import PROTOCOL

FIRST, SECOND = date(2024, 1, 1), date(2024, 2, 1)
BETWEEN = date(2024, 1, 15)
CORRECTION = {
    "id": "year-of-p5",
    "where": {"column": "id", "equals": "p5"},
    "column": "seen",
    "old": "2024-01-15",
    "new": "2024-01-14",
    "reason": "typing error",
    "reported_by": "data manager",
    "reported_on": "2024-02-10",
}
WAIVER = {"reason": "confirmed by telephone", "decided_by": "data manager", "decided_on": "2024-02-10"}
FEEDS = [
    {
        "domain": "subject",
        "columns": {"subject_id": "id", "enrollment_date": "day_0", "age_years": "age", "sex": "sex"},
    },
    {
        "domain": "infusion",
        "columns": {
            "subject_id": "id",
            "infusion_number": {"constant": "1"},
            "infusion_date": "day_0",
            "target": {"constant": "CD19"},
            "dose_1e5_per_kg": {"constant": "10"},
        },
    },
    {"domain": "follow_up", "columns": {"subject_id": "id", "contact_date": "seen"}},
    {
        "domain": "death",
        "where": {"column": "died", "not_blank": True},
        "columns": {"subject_id": "id", "death_date": "died", "cause": {"constant": "leukemia"}},
    },
]
# A row of a subject that nobody named.
NOBODY = {" ": "2023-01-01,43,male,2023-12-01,"}
# Beside the place: runs and content hashes by the names of nights.
NAMES = "nights.json"
AGE = {"label": "Age", "source": "subject.age_years", "cut": 40}
ENDPOINTS = {
    "os": {
        "label": "Overall survival", "kind": "os", "population": "infused", "origin": "infusion_1", "event": ["death"],
        "landmarks_months": [6], "groups": ["age"],
    }
}  # fmt: skip


def export(**changed: str) -> str:
    """Eight subjects, of whom p1 and p2 died; `changed` gives rows of subjects in place of those here."""
    rows = {
        "p1": "2023-01-01,30,female,2023-03-01,2023-03-01",
        "p2": "2023-01-01,35,male,2023-09-01,2023-09-01",
        "p3": "2023-01-01,38,female,2023-12-01,",
        "p4": "2023-01-01,39,male,2023-12-01,",
        "p5": "2023-01-01,45,female,2023-12-01,",
        "p6": "2023-01-01,50,male,2023-12-01,",
        "p7": "2023-01-01,55,female,2023-12-01,",
        "p8": "2023-01-01,60,male,2023-12-01,",
    } | changed
    return "id,day_0,age,sex,seen,died\n" + "".join(f"{name},{row}\n" for name, row in rows.items() if row)


def write_study(place: Place, **protocol: Any) -> None:
    """The study's folder; `protocol` takes the place of parts of its protocol."""
    folder = place.studies / "tiny"
    (folder / "sites").mkdir(parents=True, exist_ok=True)
    definition = {**PROTOCOL, "endpoints": ENDPOINTS, "risk_factors": {"age": AGE}, **protocol}
    (folder / "protocol.yaml").write_text(yaml.safe_dump(definition, sort_keys=False))
    write_site(place)


def write_site(place: Place, **mapping: Any) -> None:
    """The mapping of its site."""
    site = {
        "site_id": "s",
        "name": "A hospital",
        "files": [{"match": "*", "format": "csv", "sheets": [{"feeds": FEEDS}]}],
        **mapping,
    }
    (place.studies / "tiny" / "sites" / "s.yaml").write_text(yaml.safe_dump(site, sort_keys=False))


def write_export(place: Place, day: date, text: str) -> Path:
    """An export that lands on a day."""
    path = place.studies / "tiny" / "landing" / "s" / day.isoformat() / "a.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


@dataclass(frozen=True)
class History:
    """Three nights of the study and a snapshot, by the ids of their runs; content: the hash of their tables."""

    place: Place
    runs: dict[str, str]
    content: dict[str, str]


def write_history(place: Place) -> None:
    """Publish them. Each night changes one thing, and some of what is learnt later is about the first export.

    first: the first export, in which two rows without their subject wait in quarantine and site queries are open. second: an export that corrects the
    death of p1, leaves out one of these rows and sees p5 later; meanwhile a query of the first was waived and an error of the second
    corrected. third: another cut of age. then: the first night, rebuilt as of its day.
    """
    runs, content = {}, {}

    def publish(name: str, **parameters: Any) -> None:
        assert place.run(**parameters) is None
        runs[name] = last_run_id(place)
        content[name] = KeptNight.model_validate_json(night_path(place.settings, runs[name]).read_text()).content_hash

    write_study(place)
    write_export(place, FIRST, export(**{"": "2023-01-01,44,female,2023-12-01,", **NOBODY}))
    publish("first")
    query = place.query("SELECT query_id FROM meta.site_query WHERE status = 'open' AND severity = 'query' ORDER BY 1")
    corrected = "2023-01-01,30,female,2023-08-01,2023-08-01"
    later = {"p5": "2023-01-01,45,female,2024-01-15,", **NOBODY}
    write_export(place, SECOND, export(p1=corrected, **later))
    write_site(place, corrections=[CORRECTION], waivers=[{**WAIVER, "query": query["query_id"][0]}])
    publish("second")
    publish("then", as_of=BETWEEN, force=True)
    write_study(place, risk_factors={"age": {**AGE, "cut": 50}})
    write_site(place, corrections=[CORRECTION], waivers=[{**WAIVER, "query": query["query_id"][0]}])
    publish("third")
    (place.workspace.parent / NAMES).write_text(json.dumps([runs, content]))


def read_history(folder: Path) -> History:
    """What was published in a folder, by whichever worker."""
    return History(Place(folder / "studies", folder / "var"), *json.loads((folder / NAMES).read_text()))


def last_run_id(place: Place) -> str:
    """The run that published last."""
    return max(path.stem for path in place.settings.nights.glob("*.json"))
