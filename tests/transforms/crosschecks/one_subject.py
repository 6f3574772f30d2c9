"""A subject of whom nothing is asked, and what the rules over several records ask once some of its tables are others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from tests.transforms.endpoints.tiny_study import DAY_0, build_tiny_study
from transforms.crosschecks import crosschecks
from warehouse.ask_sites import domains_asked

LAST_EXPORT = DAY_0 + timedelta(days=310)

# Enrolled, prepared, infused, in remission, seen again: days since 2020-01-01.
NOTHING_TO_ASK = """
subject subject_id enrollment_date age_years sex disease_status marrow_blasts_pct prior_transplant prior_car_t
a -10 30 female hematologic_relapse 40 no no

lymphodepletion subject_id infusion_number regimen start_date end_date
a 1 FC -5 -3

infusion subject_id infusion_number infusion_date target dose_1e5_per_kg cell_source
a 1 0 CD19 10 autologous

response subject_id infusion_number assessment_date response mrd_status marrow_blasts_pct
a 1 28 CR negative 1

follow_up subject_id contact_date disease_status
a 300 remission
"""
TWO_INFUSIONS = """
infusion subject_id infusion_number infusion_date target
a 1 0 CD19
a 2 100 CD22

lymphodepletion subject_id infusion_number regimen end_date
a 1 FC -3
a 2 FC 97

response subject_id infusion_number assessment_date response mrd_status
a 1 28 CR negative
a 2 128 CR negative
"""
RELAPSED = """
relapse subject_id relapse_date detection cd19_status
a 200 morphologic positive

follow_up subject_id contact_date disease_status
a 300 relapsed
"""


def asked(changes: str = "", latest_extract: date = LAST_EXPORT, **given: Any) -> set[str]:
    """The rules that ask something of the study of one subject, with the changed tables in place of its own."""
    tables = {**blocks(NOTHING_TO_ASK), **blocks(changes)}
    text = "\n\n".join(block for block in tables.values() if "\n" in block)
    with build_tiny_study(text, latest_extract=latest_extract, **given) as connection:
        found = {check: connection.execute(check.sql).fetchall() for check in crosschecks()}
    for check, records in found.items():
        about = domains_asked(check.sql)
        assert about is None or {domain for _, _, domain, *_ in records} <= about, (
            "records of a domain it does not name"
        )
    return {check.rule.rule_id for check, records in found.items() if records}


def blocks(tables: str) -> Mapping[str, str]:
    """Tables by domain; of two for one domain the later."""
    lines = "\n".join(line.strip() for line in tables.strip().splitlines())
    return {block.split()[0]: block.strip() for block in lines.split("\n\n") if block.strip()}
