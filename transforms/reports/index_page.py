"""The page over all studies: the state of the night, and a link to each report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from transforms.figures import draw_enrollment, draw_question_trend
from transforms.reports.numbers import DASH
from transforms.reports.page_templates import environment
from transforms.reports.rounded_curves import rounded_down
from transforms.words import Words, said_alarm

ROWS = ("rows_read", "accepted", "quarantined", "queries")


def render_index(
    night: Mapping[str, Any],
    studies: Sequence[Mapping[str, Any]],
    sites: Sequence[Mapping[str, Any]] = (),
    history: Sequence[Mapping[str, Any]] = (),
    enrolled: Mapping[str, Sequence[date]] | None = None,
    trend: Mapping[str, Sequence[tuple[date, int]]] | None = None,
    nights: Sequence[Mapping[str, Any]] = (),
    news: Sequence[tuple[str, Sequence[str]]] | None = None,
    *,
    words: Words,
    smallest_count: int | None = None,
) -> str:
    """The page as HTML.

    night: as_of, data_cut, code_version. studies: rows of the run summary with `title`, in print order. sites, history:
    rows of the site summary and of the site history. enrolled: day of enrollment of each subject, by study. trend: open questions
    from a day on, by study. nights: those before tonight, the latest first. news: what is new since the last night, by kind; None
    where nothing was published before. smallest_count: where small counts are suppressed, subjects are rounded down to its multiples, and
    nothing is told by site, row or day, nor what is new.
    """
    if smallest_count:
        studies, sites, history = [_rounded(study, smallest_count) for study in studies], [], []
        enrolled = trend = news = None
    title, questions = words("index.enrollment"), words("index.trend")
    longest = max((row["minutes"] for row in nights if row["minutes"] is not None), default=0)
    return (
        environment()
        .get_template("index.html.j2")
        .render(
            say=words,
            night=night,
            studies=studies,
            sites=[{**row, "alarms": _alarms(row["alarms"] or [], words)} for row in sites],
            history=[row for row in history if _has_history(row, history)],
            oldest=max((row["age_days"] or 0 for row in sites), default=0),
            enrollment=draw_enrollment(enrolled, title, words) if enrolled else "",
            trend=draw_question_trend(trend, night["as_of"], questions, words) if trend else "",
            nights=nights,
            longest=longest,
            news=news,
        )
    )


def _rounded(study: Mapping[str, Any], smallest: int) -> dict[str, Any]:
    """A study whose subjects are rounded, and whose rows and queries are not counted."""
    subjects = study["subjects"]
    told = subjects if subjects is None else rounded_down(subjects, smallest)
    return {**study, **dict.fromkeys(ROWS, DASH), "subjects": told}


def _alarms(alarms: Sequence[Mapping[str, str]], words: Words) -> str:
    return words.apart(said_alarm(alarm["kind"], alarm["arguments"], words) for alarm in alarms)


def _has_history(row: Mapping[str, Any], history: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a site has sent more than once: one export is no course of time."""
    return sum((other["study_id"], other["site_id"]) == (row["study_id"], row["site_id"]) for other in history) > 1
