"""What holds after every night, whatever befell it; each law gives what is wrong, in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.breakage.walk.mischief import CHECKED, FAILED, KILLED, REJECTED, Place, Trouble
from tests.breakage.walk.night import Ran
from tests.breakage.walk.seen import Seen, rows_on_disk
from tests.breakage.walk.trial import TRIAL

# Alarms that say why something of a site is not there; a stray folder says nothing of it.
OF_LOSSES = ("rejected export", "held export", "export gone", "export changed", "study gone")
FATES = ("accepted", "quarantined", "duplicate", "superseded", "set_aside", "unclaimed")
OF_EVENTS = ("relapse", "death", "subject", "follow_up", "")


@dataclass(frozen=True)
class Step:
    """A night of the walk, and the published file before it and after it.

    forgotten: the published night was lost before it, so that a study may be missing that can't be built. mended: something
    was put right before it. taken_back: exports that were read lie there no more, since they were put back. accepted: domains whose fall the protocol accepts for it. marked: its publication was cut off. missing: reports that are not there. leftovers: what only a night at work may have.
    """

    place: Place
    troubles: list[Trouble]
    ran: Ran
    before: Seen | None
    now: Seen | None
    forgotten: bool
    mended: bool
    taken_back: bool
    accepted: set[str]
    marked: bool
    missing: list[str]
    leftovers: list[str]


def complaints(step: Step) -> list[str]:
    """All that is wrong after a night."""
    return [
        what
        for law in (_ended_as_it_may, _spoke_plainly, _is_one_night, _adds_up, _lost_nobody, _lost_no_event, _left_nothing)
        for what in law(step)
    ]  # fmt: skip


def allowed_exits(troubles: list[Trouble]) -> set[int]:
    """The codes a night may have: those of what befell it; of several kinds of failure the run says the common one."""
    exits = {code for trouble in troubles for code in trouble.exits} or {0}
    of_failures = exits - {0, KILLED}
    if len(of_failures) > 1:
        exits.add(1)
    if all(0 in trouble.exits for trouble in troubles):
        return exits | {0}
    # One trouble may hide another: a site that can't be read is not asked whose study is gone.
    return exits if len(troubles) > 1 else exits - {0}


def _ended_as_it_may(step: Step) -> Iterator[str]:
    allowed = allowed_exits(step.troubles)
    if step.troubles or step.mended or step.place.falls:
        # What is put right may make tables smaller, too; a person has to accept that.
        allowed.add(CHECKED)
    if step.taken_back:
        allowed |= {REJECTED, FAILED} if step.troubles else {REJECTED}
    if step.ran.exit not in allowed:
        yield f"it ended with {step.ran.exit}; expected one of {sorted(allowed)}"


def _spoke_plainly(step: Step) -> Iterator[str]:
    for words in ("Traceback (most recent", "bug in Cartrove", "Exception ignored", "Error:"):
        if words in step.ran.output:
            yield f"it printed: {words}"
    if step.ran.exit > 0 and "cartrove: " not in step.ran.output:
        yield "it failed without a word"


def _is_one_night(step: Step) -> Iterator[str]:
    now = step.now
    publishes = not any(trouble.unmoved for trouble in step.troubles)
    if now is None:
        if not step.forgotten or (publishes and step.ran.exit == 0):
            yield "the published file does not open"
        return
    if now.torn:
        yield f"tables are not as they were built: {', '.join(now.torn)}"
    if len(now.run) != 1:
        yield f"it is of {len(now.run)} runs"
    told = {study for study, state, _ in now.studies if state != "failed"}
    if told != {study for (study,) in now.of_study}:
        yield f"it holds {now.of_study} and says {now.studies}"
    if now.subjects != now.analysed:
        yield "subjects of core and adam differ"
    if step.before and step.before.run_id == now.run_id and step.before.tables != now.tables:
        yield "tables of a published night have changed"
    if not publishes and step.before and step.before.run_id != now.run_id:
        yield "a night was published that must not be"
    if step.missing and step.ran.exit == 0 and not step.marked:
        yield f"reports are missing: {', '.join(step.missing)}"


def _adds_up(step: Step) -> Iterator[str]:
    if step.now is None:
        return
    of_disk = rows_on_disk(step.place.trial.landing, [file for file in step.now.files if file[0] == TRIAL])
    for study, _, file, _, rows, *fates in step.now.sums:
        of_rows, (read, used, unknown, aside, superseded) = fates[: len(FATES)], fates[len(FATES) :]
        if rows != sum(of_rows):
            yield f"{file}: {rows} rows read, of which {sum(of_rows)} are accounted for"
        if read != used + unknown + aside + superseded:
            yield f"{file}: {read} cells read, of which {used + unknown + aside + superseded} are accounted for"
        if study == TRIAL and of_disk.get(file, rows) != rows:
            yield f"{file}: {of_disk[file]} rows lie there, {rows} were read"


def _lost_nobody(step: Step) -> Iterator[str]:
    if step.before is None or step.now is None or "subject" in step.accepted or _is_excused(step, step.now):
        return
    there = {tuple(row) for row in step.now.subjects}
    for study, site, subject in step.before.subjects:
        if (study, site, subject) not in there and not _is_told(step.before, step.now, study, site, subject):
            yield f"{study} {site}: {subject} was published and is not; no alarm or question says so"


def _lost_no_event(step: Step) -> Iterator[str]:
    if step.before is None or step.now is None or step.accepted or _is_excused(step, step.now):
        return
    now = step.now
    there = {tuple(row) for row in now.subjects}
    for what, before, rows in (
        ("happening", step.before.happenings, now.happenings),
        ("endpoint", step.before.events, now.events),
    ):
        kept = {tuple(row) for row in rows}
        for study, site, subject, name in before:
            # Of a subject that is gone the other law speaks.
            if (study, site, subject) not in there or (study, site, subject, name) in kept:
                continue
            if not _is_told(step.before, now, study, site, subject):
                yield f"{study} {site}: {what} {name} of {subject} was on record and is not; nothing says so"


def _is_excused(step: Step, now: Seen) -> bool:
    """Whether the study could not be built and there was no night to carry it over from; the run says so."""
    return step.forgotten and step.ran.exit != 0 and [TRIAL] not in now.of_study


def _is_told(before: Seen, now: Seen, study: str, site: str, subject: str) -> bool:
    """Whether an alarm, a question or a fact set aside says that something of the subject, or of its site's exports, is not there.

    What was asked the night before for another reason tells nothing.
    """
    alarms = any(row[0] == study and row[1] in (site, "") and row[2] in OF_LOSSES for row in now.alarms)
    new = [row for row in now.questions if row not in before.questions or row[4].startswith("export.")]
    questions = any(row[:2] == [study, site] and row[2] in (subject, "") and row[3] in OF_EVENTS for row in new)
    aside = [row for row in now.aside if row not in before.aside]
    return alarms or questions or any(row[:3] == [study, site, subject] and row[3] in OF_EVENTS for row in aside)


def _left_nothing(step: Step) -> Iterator[str]:
    held = any(trouble.holds for trouble in step.troubles)
    # Of a file that another program writes to, the log that lies beside it is that program's.
    left = [name for name in step.leftovers if not (held and name.endswith(".wal"))]
    if left and step.ran.exit == 0:
        yield f"left over: {', '.join(left)}"
