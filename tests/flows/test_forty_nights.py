"""Nine sites over three years, forty nights from files: late reports, corrections, silences, answers, and what each night says of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from typing import Any

import pytest

from flows.settings import REPOSITORY
from tests.flows.forty_nights import answers
from tests.studies.lateness_backtest import LATENESS, happened_by, summary
from tests.studies.lateness_backtest import Night as Rate
from tests.synthetic.late_trial import last_export, late_trial, nights, protocol_of, sends

Night = dict[str, Any]
# Forty nights take ten minutes on two processors that do nothing else.
pytestmark = pytest.mark.timeout(3600)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> list[Night]:
    """What each night published."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    words = [sys.executable, "-m", "tests.flows.forty_nights", str(tmp_path_factory.mktemp("forty"))]
    ended = subprocess.run(words, cwd=REPOSITORY, env=own, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
    return [json.loads(line) for line in ended.stdout.splitlines()]


def test_every_night_is_published_with_all_subjects_that_were_ever_sent(trial: list[Night]) -> None:
    """A site that sends nothing for months keeps its subjects."""
    assert [night["exit"] for night in trial] == [0] * len(nights())
    patients = late_trial()
    sent = [
        sum(any(True for _ in one.rows(last_export(one.site, number))) for one in patients if one.site in begun(number))
        for number in range(len(nights()))
    ]
    assert [night["subjects"][0]["n"] for night in trial] == sent


def begun(number: int) -> set[str]:
    return {site for site in protocol_of(None).sites if any(sends(site, n) for n in range(number + 1))}


def test_every_figure_lay_within_what_was_said_it_could_become(trial: list[Night]) -> None:
    scores = [night["scores"][0] for night in trial]
    assert sum(one["figures"] > 0 for one in scores) > 10
    assert all(one["inside"] == one["figures"] for one in scores)


def test_an_answer_is_waited_for_and_closes_with_the_export_that_shows_it(trial: list[Night]) -> None:
    last = trial[-1]
    of_question = {one["query_id"]: one for one in last["questions"]}
    assert len(of_question) >= 5
    courses = Counter()
    for row in last["events"]:
        question, events = of_question[row["query_id"]], row["events"]
        answered = answers(question["subject_id"])
        assert question["status"] == "closed"
        assert (events[0], events[-1]) == ("opened", "closed")
        assert ("answered" in events) == (answered and len(events) > 2)
        courses["answered" if "answered" in events else "silent"] += 1
        courses["overdue"] += "reopened" in events
    assert min(courses["answered"], courses["silent"], courses["overdue"]) > 0


def test_what_is_expected_once_sites_have_caught_up_is_closer_to_what_happened(
    trial: list[Night], capsys: pytest.CaptureFixture[str]
) -> None:
    """As in test_lateness.py from records, here from files; what happened is known in full."""
    patients = late_trial()
    rates = [
        Rate(night["number"], **told, happened=happened)
        for night in trial
        for told in night["expected"]
        if (happened := happened_by(patients, told["endpoint"], told["months"], night["number"])) is not None
    ]
    found = {endpoint: summary(rates, endpoint) for endpoint in LATENESS["of"]}
    with capsys.disabled():
        print("", *(f"{endpoint}: {figures}" for endpoint, figures in found.items()), sep="\n")  # noqa: T201 - the figures are asked for
    assert found["os"]["error_expected"] < 0.8 * found["os"]["error_reported"]
    assert found["lfs"]["error_expected"] < 1.05 * found["lfs"]["error_reported"]
    assert all(figures["rates"] > 40 and figures["covered"] >= 0.8 for figures in found.values())
