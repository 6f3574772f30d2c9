"""Which studies a night keeps as published because a headline moved further than their protocol allows (`watch.hold`).

Belongs here: the question and what it does to a night. What a person answers is in flows.night.release, what is written down in
flows.history.holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flows.history.holds import Hold, holds_in, last_hold, log_hold
from flows.history.nights import BUILT_TONIGHT, keep_candidate
from flows.history.run_log import WITHDRAWN, Line, RunLog
from flows.news.facts import read_watches
from flows.night.finish import can_publish, last_build_keys
from flows.night.night import Night
from flows.study.outcome import State, StudyOutcome
from flows.study.words import read_worded
from schemas.errors import PublicationHeld
from schemas.protocol import Watch
from transforms.headline_news import held_headlines
from transforms.message import held_line
from transforms.words import words_in
from warehouse.frame_store import FrameStore
from warehouse.locked import OF_ANOTHER_VERSION
from warehouse.published import query_published


@dataclass(frozen=True)
class HeldBack:
    """How the studies come out once holds are seen to, and the questions that wait for a person."""

    outcomes: list[StudyOutcome]
    holds: list[Hold]


def hold_back(night: Night, outcomes: Sequence[StudyOutcome]) -> HeldBack:
    """Tonight's outcomes, those of held studies with the tables that are published. Nothing is written down."""
    lines = RunLog.of(night.settings).lines()
    published = {} if night.snapshot else last_build_keys(night)
    seen: list[StudyOutcome] = []
    holds: list[Hold] = []
    for outcome in outcomes:
        hold = _question(night, outcome, published.get(outcome.study_id), lines)
        if hold is None or hold.answer == "publish":
            seen.append(outcome)
        elif hold.answer == "keep":
            seen.append(_with_published(night, outcome, hold, "refused"))
        else:
            seen.append(_with_published(night, outcome, hold, "held"))
            holds.append(hold)
    return HeldBack(seen, holds)


def note_holds(night: Night, back: HeldBack) -> None:
    """Write down what waits, once for each question, with all it rests on."""
    lines = RunLog.of(night.settings).lines()
    for hold in back.holds:
        last = last_hold(lines, hold.study_id)
        keep_candidate(night, hold.study_id, hold.candidate)
        if last is None or last.question != hold.question:
            log_hold(night.settings, night.run_id, hold)


def _question(night: Night, outcome: StudyOutcome, against: str | None, lines: Sequence[Line]) -> Hold | None:
    """What is to be asked of a study, with the answer where there is one; None where it may be published."""
    candidate = outcome.build_key
    if outcome.state not in BUILT_TONIGHT or candidate is None or against in (None, candidate):
        return None
    watch = read_watches(night.settings, [outcome.study_id]).get(outcome.study_id, Watch())
    if not watch.hold or against is None or _takes_a_subject_out(outcome.study_id, lines):
        return None
    known = holds_in(lines).get((outcome.study_id, candidate, against))
    if known:
        return known
    headlines = _moved(night, outcome.study_id, candidate, against, watch)
    return Hold(outcome.study_id, candidate, against, headlines, watch.answer_hours) if headlines else None


def _moved(night: Night, study_id: str, candidate: str, against: str, watch: Watch) -> list[dict[str, object]]:
    """The headlines that moved too far; none where an earlier version published, whose tables can't be read, nor kept."""
    products = FrameStore(night.settings.products)
    try:
        last = (
            read_worded(products.folder(against))
            if can_publish(night, against)
            else query_published(night.published, "FROM results.analysis_en").filter(study_id=study_id)
        )
    except OF_ANOTHER_VERSION:
        return []
    tonight = read_worded(products.folder(candidate))
    return held_headlines(last, tonight, watch, night.settings.smallest_count).to_dicts()


def _takes_a_subject_out(study_id: str, lines: Sequence[Line]) -> bool:
    """Whether no night was published since a subject of the study was withdrawn: what is published holds the subject, and may not stay."""
    for line in reversed(lines):
        if line.get("event") == "ended" and line.get("published"):
            return False
        if line.get("event") == WITHDRAWN and line.get("study") == study_id:
            return True
    return False


def _with_published(night: Night, outcome: StudyOutcome, hold: Hold, state: State) -> StudyOutcome:
    """The study with its published tables. One whose tables are no longer in the workspace fails, and with it the night."""
    told = "; ".join(held_line(row, words_in("en")) for row in hold.headlines)
    decide = f"cartrove publish {hold.study_id} --reason TEXT --by NAME, or cartrove publish {hold.study_id} --keep"
    if not can_publish(night, hold.against):
        message = f"{told}; a person has to decide ({decide}), and no night is published before, since the published tables are not in the workspace any more"
        return replace(outcome, state="failed", build_key=None, message=message, exit_code=PublicationHeld.exit_code)
    FrameStore(night.settings.products).mark_used(hold.against)
    FrameStore(night.settings.products).mark_used(hold.candidate)
    # What its exports are blamed for is told as on any night.
    blamed = outcome.message
    if state == "refused":
        message = "; ".join(part for part in (f"kept as published, as {_decider(hold)}", blamed) if part)
        return replace(outcome, state="refused", build_key=hold.against, message=message)
    message = f"{told}; the published tables stay until a person decides: {decide}"
    code = outcome.exit_code or PublicationHeld.exit_code
    return replace(
        outcome,
        state="held",
        build_key=hold.against,
        message=" | ".join(filter(None, [message, blamed])),
        exit_code=code,
    )


def _decider(hold: Hold) -> str:
    decided = hold.decided
    if decided["decided_in"] == "unanswered":
        return f"nobody answered the form in {hold.answer_hours:g} hours"
    return f"{decided['decided_by']} decided on {decided['at'][:10]}"
