"""Forty nights of the trial whose sites report late, from files to the published warehouse: `python -m tests.flows.forty_nights FOLDER`.

Each night has the exports of its day. Between two nights some sites answer what they were asked about a dose, and some never do. What
could move a headline is worked out every night and scored when answers came. A line of JSON a night says what was published.
"""

from __future__ import annotations

import csv
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from flows.settings import Settings
from schemas.answers import FIELDS
from tests.breakage.walk.night import Circumstances, run_night
from tests.breakage.warm_nights import everything_warm, in_a_child
from tests.studies.lateness_backtest import LATENESS
from tests.synthetic.late_trial import late_trial, nights, write_night, write_study
from transforms.words import Words
from warehouse.published import query_published

DOSE, AUTHOR = "infusion.plausible_dose", "Dr Li"
ASKED = {
    "subjects": "SELECT count(*) AS n FROM core.subject WHERE valid_to IS NULL",
    "scores": "SELECT count(*) AS figures, count(*) FILTER (inside) AS inside FROM meta.reach_score",
    "questions": f"SELECT query_id, site_id, subject_id, status, overdue FROM meta.site_query WHERE rule_id = '{DOSE}'",
    "events": f"""
        SELECT query_id, list(event ORDER BY number) AS events FROM meta.site_query_event
        WHERE query_id IN (SELECT query_id FROM meta.site_query WHERE rule_id = '{DOSE}') GROUP BY query_id
    """,
    "expected": """
        SELECT expected.endpoint, expected.time_months AS months, reported.estimate AS reported,
            expected.estimate AS expected, expected.ci_low AS low, expected.ci_high AS high
        FROM results.analysis AS expected
        INNER JOIN results.analysis AS reported
            ON reported.analysis_id = expected.endpoint AND reported.time_months = expected.time_months
            AND reported.statistic = 'survival' AND reported.factor = ''
        WHERE expected.statistic = 'expected_survival' AND expected.time_months > 0 AND expected.estimate IS NOT NULL
            AND reported.estimate IS NOT NULL
        ORDER BY ALL
    """,
}


def answers(subject_id: str) -> bool:
    """Whether somebody answers a question about this subject: of every second one."""
    return int(subject_id[-1]) % 2 == 1


def write_answers(folder: Path, questions: list[dict[str, Any]], day: date) -> None:
    """What the sites say on the day of a night of the questions that are open, as lists that come back."""
    words = Words("en")
    header = [words(f"answer.column.{name}") for name in FIELDS]
    said = {"answer": words("answer.kind.will_correct"), "value": "2", "answered_by": AUTHOR, "answered_on": day}
    for site in {one["site_id"] for one in questions}:
        rows = [
            [one["query_id"], *(said.get(name, "") for name in FIELDS)]
            for one in questions
            if one["site_id"] == site and one["status"] == "open" and answers(one["subject_id"])
        ]
        if rows:
            path = folder / "landing" / site / "answers" / day.isoformat() / "list.csv"
            path.parent.mkdir(parents=True)
            with path.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([["Query", *header], *rows])


def published(settings: Settings) -> dict[str, Any]:
    """What a night published, by the names of `ASKED`."""
    return {name: query_published(settings.published, sql).to_dicts() for name, sql in ASKED.items()}


def main(root: Path) -> int:
    """Run the nights."""
    root.mkdir(parents=True, exist_ok=True)
    with everything_warm(root):
        folder, patients, settings = write_study(root / "studies", LATENESS), late_trial(), Settings()
        protocol = folder / "protocol.yaml"
        protocol.write_text(
            yaml.safe_dump({**yaml.safe_load(protocol.read_text("utf-8")), "reach": True}, sort_keys=False), "utf-8"
        )
        for number, day in enumerate(nights()):
            write_night(folder, patients, number)
            ran = run_night(Circumstances(day, settings.workspace))
            told = in_a_child(lambda: published(settings)) if ran.exit == 0 else {"output": ran.output}
            print(json.dumps({"number": number, "exit": ran.exit, **told}), flush=True)  # noqa: T201 - what it is for
            if ran.exit:
                return ran.exit
            write_answers(folder, told["questions"], day)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
