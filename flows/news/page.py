"""The night at a glance: one page of markdown for Prefect's interface, verdict first, then news, then study by study."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flows.news.addresses import report_address
from flows.news.markdown import bullets, escape_markdown, link, table
from flows.news.notify import Delivery
from flows.night.night import Night
from flows.study.outcome import StudyOutcome
from transforms.message import news_parts
from transforms.news import News
from transforms.words import Words, words_in
from warehouse.published import read_published_summary

# Columns of the run summary that are counts.
COUNTS = ("subjects", "rows_read", "accepted", "quarantined", "queries")
HEAD = ("study", "state", *COUNTS, "latest_extract")
TURNS = ("new", "persisting", "resolved")
# States a reader has to see at once.
LOUD = ("failed", "carried over", "held", "refused")


def render_night_page(
    night: Night, news: News, outcomes: Sequence[StudyOutcome], deliveries: Sequence[Delivery], published: bool
) -> str:
    """The page as markdown, in the language of the installation.

    published: whether tonight's warehouse replaced the last one.
    """
    words = words_in(night.settings.language)
    verdict = words(f"night_page.verdict.{_verdict(news, published)}")
    title = words("night_page.title", day=night.as_of, verdict=verdict)
    parts = [
        f"# {title}",
        *(f"**{title}**\n\n{bullets(lines)}" for title, lines in news_parts(news, words)),
        "" if news else words("night_page.nothing_new"),
        table([words(f"night_page.head.{name}") for name in HEAD], _study_rows(night, outcomes, words)),
        *_turnover(news, words),
        link(words("night_page.all_reports"), report_address(night.settings, night.snapshot)),
        _told(deliveries, words),
    ]
    return "\n\n".join(part for part in parts if part)


def _verdict(news: News, published: bool) -> str:
    if news.failure:
        return "failed_in_part" if published else "failed"
    return "published" if published else "unchanged"


def _study_rows(night: Night, outcomes: Sequence[StudyOutcome], words: Words) -> Iterator[list[str]]:
    states = {outcome.study_id: outcome.state for outcome in outcomes}
    summary = read_published_summary(night.published) if night.published.exists() else None
    rows = {} if summary is None else {row["study_id"]: row for row in summary.to_dicts()}
    for study_id in sorted({*states, *rows}):
        row = rows.get(study_id, {})
        counts = [row.get(name) for name in COUNTS]
        state = states.get(study_id, "kept")
        said = words(f"state.{state.replace(' ', '_')}")
        yield [
            link(study_id, report_address(night.settings, night.snapshot, study_id))
            if row
            else escape_markdown(study_id),
            f"**{said}**" if state in LOUD else said,
            *("–" if count is None else f"{count:,}" for count in counts),
            str(row.get("latest_extract") or "–"),
        ]


def _turnover(news: News, words: Words) -> Iterator[str]:
    """Questions that are new, persist and were resolved since last night, by site."""
    if news.turnover.is_empty():
        return
    head = ("study", "site", *TURNS)
    title = words("night_page.questions")
    yield f"**{title}**"
    yield table(
        [words(f"night_page.turn.{name}") for name in head],
        (
            [escape_markdown(row["study_id"]), escape_markdown(row["site_id"]), *(f"{row[turn]:,}" for turn in TURNS)]
            for row in news.turnover.to_dicts()
        ),
    )


def _told(deliveries: Sequence[Delivery], words: Words) -> str:
    return bullets(
        words("night_page.not_told", receiver=delivery.receiver, trouble=delivery.trouble)
        if delivery.trouble
        else words("night_page.told", receiver=delivery.receiver)
        for delivery in deliveries
    )
