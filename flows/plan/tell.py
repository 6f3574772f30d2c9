"""A plan in words for the screen: counts by study, site and table, and headlines; never a subject or a value."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from flows.history.compare import difference_lines
from flows.plan.compare import Plan
from flows.say import counted
from transforms.message import moved_line
from transforms.words import Words, said_alarm


def plan_lines(plan: Plan, words: Words) -> Iterator[str]:
    """What would change, kind by kind; kinds in which nothing would are left out."""
    if not plan.changes and plan.failure is None:
        yield "nothing would change"
        return
    parts = {
        "new studies": list(plan.new),
        "records": list(difference_lines(plan.records)),
        "questions opened": list(_questions(plan.opened)),
        "questions closed": list(_questions(plan.closed)),
        "new alarms": [
            f"{study}  {site}: {said_alarm(kind, arguments, words)}"
            for study, site, kind, arguments in plan.alarms.select(
                "study_id", "site_id", "kind", "arguments"
            ).iter_rows()
        ],
        "held for a person": list(plan.held),
        "headlines": [moved_line(row, words) for row in plan.headlines.to_dicts()],
        "results": list(_results(plan)),
    }
    for title, lines in parts.items():
        if lines:
            yield title
            yield from (f"  {line}" for line in lines)
    if plan.changes and not any(parts.values()):
        yield "tables would change, but no record, question, alarm or result"


def _questions(questions: pl.DataFrame) -> Iterator[str]:
    for study, site, rule, records in questions.iter_rows():
        yield f"{study}  {site}  {rule}: {records:,}"


def _results(plan: Plan) -> Iterator[str]:
    for study, *numbers in plan.results.iter_rows():
        told = [f"{number:,} {what}" for number, what in zip(numbers, ("moved", "new", "gone"), strict=True) if number]
        if study not in plan.new:
            yield f"{study}: {', '.join(told)}; {counted(plan.headlines.filter(study_id=study).height, 'headline')} among them"
