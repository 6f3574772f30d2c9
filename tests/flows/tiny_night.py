"""A study of one site and five subjects, whose exports a test numbers: the smallest night that has everything."""

from __future__ import annotations

import hashlib
import re
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from tests.transforms.endpoints.tiny_study import PROTOCOL

STUDY, SITE = "tiny", "s"
DELIVERY = date(2024, 1, 1)
NUMBER = {"constant": 1}
FEEDS: list[dict[str, Any]] = [
    {"domain": "subject", "columns": {"subject_id": "id", "enrollment_date": "enrolled", "age_years": "age"}},
    {
        "domain": "infusion",
        "columns": {
            "subject_id": "id",
            "infusion_number": NUMBER,
            "infusion_date": "infused",
            "target": {"constant": "CD19"},
            "dose_1e5_per_kg": {"column": "dose", "unit": "1e5/kg"},
        },
    },
    {
        "domain": "response",
        "where": {"column": "assessed", "not_blank": True},
        "columns": {
            "subject_id": "id",
            "infusion_number": NUMBER,
            "assessment_date": "assessed",
            "response": "response",
        },
    },
    {
        "domain": "relapse",
        "where": {"column": "relapsed", "not_blank": True},
        "columns": {"subject_id": "id", "relapse_date": "relapsed"},
    },
    {
        "domain": "follow_up",
        "where": {"column": "alive", "not_blank": True},
        "columns": {"subject_id": "id", "contact_date": "alive"},
    },
    {
        "domain": "death",
        "where": {"column": "died", "not_blank": True},
        "columns": {"subject_id": "id", "death_date": "died"},
    },
]
# The dose of the first is out of bounds, so that there is a question to the site.
EXPORT = """\
id,enrolled,age,infused,dose,assessed,response,relapsed,alive,died
N{number:05},2021-01-01,31,2021-01-20,400,2021-02-18,CR,,2022-01-20,
2,2021-01-02,32,2021-01-21,2,2021-02-19,CR,2021-06-01,2022-02-01,
3,2021-01-03,33,2021-01-22,3,2021-02-20,NR,,,2021-05-01
4,2021-01-04,34,2021-01-23,4,2021-02-21,CR,2021-08-01,,2021-09-01
5,2021-01-05,35,2021-01-24,5,2021-02-22,CRi,,2022-03-01,
"""
NUMBERED = re.compile(r"s-N(\d{5})\b")


def write_tiny_study(studies: Path) -> Path:
    """The study's folder with its export number 0. Gives the path of the export."""
    folder = studies / STUDY
    (folder / "sites").mkdir(parents=True)
    landing = folder / "landing" / SITE / DELIVERY.isoformat()
    landing.mkdir(parents=True)
    mapping = {
        "site_id": SITE,
        "name": "A hospital",
        "files": [{"match": "*.csv", "format": "csv", "sheets": [{"feeds": FEEDS}]}],
    }
    # Each number gives another first subject: one of five is gone.
    accepted = {
        "table": "subject", "rows": 0, "reason": "each export names another", "decided_by": "the test",
        "decided_on": date.today() - timedelta(days=2), "applies_until": date.today() + timedelta(days=20),
    }  # fmt: skip
    protocol = {
        **PROTOCOL,
        "accepted_falls": [accepted],
        "study_id": STUDY,
        "sites": [SITE],
        "endpoints": {"os": PROTOCOL["endpoints"]["os"]},
    }
    (folder / "protocol.yaml").write_text(yaml.safe_dump(protocol, sort_keys=False))
    (folder / "sites" / f"{SITE}.yaml").write_text(yaml.safe_dump(mapping))
    return write_export(landing / "export.csv", 0)


def copy_study(studies: Path, name: str, source: str = STUDY) -> None:
    """Another study with the same exports."""
    shutil.copytree(studies / source, studies / name)
    protocol = studies / name / "protocol.yaml"
    protocol.write_text(protocol.read_text("utf-8").replace(f"study_id: {source}", f"study_id: {name}"), "utf-8")


def write_export(path: Path, number: int) -> Path:
    """Export of a number, which is in the id of its first subject: so every table tells of which night it is."""
    path.write_text(EXPORT.format(number=number), "utf-8")
    return path


def export_sum(number: int) -> str:
    """The SHA-256 of the export of a number."""
    return hashlib.sha256(EXPORT.format(number=number).encode()).hexdigest()
