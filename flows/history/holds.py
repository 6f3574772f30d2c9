"""Publications that were held for a person, and what the person decided: read from the run log, where each is a line.

`held`     a run kept a study as published, since headlines moved beyond the limit of its protocol (`watch.hold`)
`asked`    a form on the server waits for the answer until a moment
`decided`  publish or keep, by whom, why; the last one counts

A question is about exactly two sets of tables, told by their build keys: those that wait and those that are published. Whatever changes
one of them is another question.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal

import polars as pl

from flows.history.run_log import WITHDRAWN, Line, RunLog, who_runs
from flows.settings import Settings
from schemas.tables import TABLES
from warehouse.published import read_build_keys

HELD, ASKED, DECIDED = "held", "asked", "decided"
TABLE = "meta.publication_hold"
# Columns of the table that tell which headline it is, and how it moved.
KEYS = ("analysis_id", "analysis_set", "measure", "term", "statistic", "time_months", "unit", "change")
SHOWN_KEY = 12

Answer = Literal["publish", "keep"]
Status = Literal["waiting", "published", "kept", "superseded"]


@dataclass(frozen=True)
class Decision:
    """What was decided about a held publication. by, reason: as typed. asked_in: command line, form or unanswered."""

    answer: Answer
    by: str
    reason: str
    asked_in: str


@dataclass(frozen=True)
class Hold:
    """A held publication.

    candidate, against: build keys of the tables that wait and of those published. headlines: rows of
    transforms.headline_news.held_headlines. answer_hours: how long a form waits. asked_until, decided: lines of the log, in part.
    """

    study_id: str
    candidate: str
    against: str
    headlines: Sequence[Mapping[str, Any]]
    answer_hours: float
    run_id: str = ""
    at: str = ""
    asked_until: datetime | None = None
    decided: Mapping[str, Any] = field(default_factory=dict)

    @property
    def question(self) -> tuple[str, str, str]:
        """What is asked: these tables of a study instead of those."""
        return self.study_id, self.candidate, self.against

    @property
    def hold_id(self) -> str:
        """The question as a short key."""
        return hashlib.sha256(" ".join(self.question).encode()).hexdigest()[:SHOWN_KEY]

    @property
    def answer(self) -> Answer | None:
        """What was decided last; None where nothing was."""
        decided: Answer | None = self.decided.get("decision")
        return decided


def holds_in(lines: Iterable[Line]) -> dict[tuple[str, str, str], Hold]:
    """Every question that was ever asked, in the order in which it was asked last."""
    holds: dict[tuple[str, str, str], Hold] = {}
    for line in lines:
        event = line.get("event")
        if event not in (HELD, ASKED, DECIDED):
            continue
        question = (str(line["study"]), str(line["candidate"]), str(line["against"]))
        if event == HELD:
            known = holds.pop(question, None)
            new = Hold(*question, line["headlines"], line["answer_hours"], line["run_id"], line["at"])
            holds[question] = replace(known, at=known.at) if known else new
        elif question in holds and event == ASKED:
            holds[question] = replace(holds[question], asked_until=datetime.fromisoformat(line["until"]))
        elif question in holds:
            holds[question] = replace(holds[question], decided=line)
    return holds


def last_hold(lines: Iterable[Line], study_id: str) -> Hold | None:
    """The question about a study that was asked last; none where a subject of it was withdrawn since, whom those tables hold."""
    said = list(lines)
    found = next((hold for hold in reversed(holds_in(said).values()) if hold.study_id == study_id), None)
    withdrawn = [line["at"] for line in said if line.get("event") == WITHDRAWN and line.get("study") == study_id]
    return None if found and withdrawn and max(withdrawn) > found.at else found


def log_hold(settings: Settings, run_id: str, hold: Hold) -> None:
    """Write down that a publication is held; only who holds the workspace may."""
    details = {"headlines": [dict(row) for row in hold.headlines], "answer_hours": hold.answer_hours}
    RunLog.of(settings).append(HELD, run_id, {**_question(hold), **details})


def log_asked(settings: Settings, run_id: str, hold: Hold, until: datetime, form: str) -> None:
    """Write down that a form waits. form: id of the run on the server that has it."""
    RunLog.of(settings).append(ASKED, run_id, {**_question(hold), "until": until.isoformat(), "form": form})


def log_decision(settings: Settings, run_id: str, hold: Hold, decision: Decision) -> None:
    """Write down what was decided, by whom and why, with the headlines it was about."""
    details = {
        "decision": decision.answer,
        "decided_by": decision.by,
        "reason": decision.reason,
        "decided_in": decision.asked_in,
        "headlines": [row["analysis_id"] for row in hold.headlines],
    }
    RunLog.of(settings).append(DECIDED, run_id, {**_question(hold), **details, **who_runs()})


def settle_unanswered(settings: Settings, run_id: str, now: datetime) -> list[Hold]:
    """Forms whose time has passed without an answer: the published tables stay, which is noted. Gives those settled."""
    open_holds = [hold for hold in holds_in(RunLog.of(settings).lines()).values() if hold.answer is None]
    late = [hold for hold in open_holds if hold.asked_until is not None and hold.asked_until <= now]
    for hold in late:
        log_decision(settings, run_id, hold, Decision("keep", "", "", "unanswered"))
    return late


def _question(hold: Hold) -> dict[str, str]:
    return {"study": hold.study_id, "candidate": hold.candidate, "against": hold.against}


def status_of(hold: Hold, published: str | None, *, is_last: bool, decided_tonight: bool) -> Status:
    """What has become of a question.

    Parameters
    ----------
    published: build key of the study's tables that are, or are about to be, published.
    is_last: whether no other question about the study was asked after it.
    decided_tonight: whether the study was looked at anew, and its publication was not held.
    """
    if hold.answer == "publish":
        return "published"
    if hold.answer == "keep":
        return "kept"
    return "waiting" if is_last and published == hold.against and not decided_tonight else "superseded"


def waiting_holds(settings: Settings) -> list[Hold]:
    """The publications that wait for a person."""
    keys = read_build_keys(settings.published)
    lines = RunLog.of(settings).lines()
    last = [last_hold(lines, study_id) for study_id in dict.fromkeys(question[0] for question in holds_in(lines))]
    return [hold for hold in last if hold and current_status(hold, keys) == "waiting"]


def current_status(hold: Hold, keys: Mapping[str, str]) -> Status:
    """What has become of the last question about a study. keys: build key of each study as it is published."""
    published = keys.get(hold.study_id)
    if hold.answer == "publish" and published == hold.against:
        # It was decided, and the night that was to follow did not come about.
        return "waiting"
    return status_of(hold, published, is_last=True, decided_tonight=False)


def hold_table(lines: Iterable[Line], published: Mapping[str, str], passed: Iterable[str]) -> pl.DataFrame:
    """Rows of meta.publication_hold about the studies published.

    Parameters
    ----------
    published: build key by study, as it is about to be published.
    passed: studies that were looked at anew, and whose publication was not held.
    """
    holds, passing = list(holds_in(lines).values()), set(passed)
    last = {hold.study_id: hold.hold_id for hold in holds}
    rows = [
        row
        for hold in holds
        if hold.study_id in published
        for row in _rows(
            hold,
            status_of(
                hold,
                published[hold.study_id],
                is_last=last[hold.study_id] == hold.hold_id,
                decided_tonight=hold.study_id in passing,
            ),
        )
    ]
    return pl.DataFrame(rows, schema=TABLES[TABLE].polars_schema, orient="row")


def _rows(hold: Hold, status: Status) -> Iterable[dict[str, Any]]:
    decided = hold.decided
    for position, headline in enumerate(hold.headlines, start=1):
        yield {
            "hold_id": hold.hold_id,
            "position": position,
            "study_id": hold.study_id,
            "status": status,
            "candidate": hold.candidate,
            "against": hold.against,
            "run_id": hold.run_id,
            "held_at": _moment(hold.at),
            **{name: headline[name] for name in KEYS},
            "published": headline["last_night"],
            "estimate": headline["estimate"],
            "asked_until": hold.asked_until.astimezone(UTC).replace(tzinfo=None) if hold.asked_until else None,
            "decision": decided.get("decision"),
            "decided_at": _moment(decided.get("at", "")),
            "decided_by": decided.get("decided_by"),
            "decided_in": decided.get("decided_in"),
            "decided_as": f"{decided['user']}@{decided['host']}" if decided else None,
            "reason": decided.get("reason"),
        }


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None) if text else None
