"""The night at a glance: one page of markdown for Prefect's interface, verdict first, then news, then study by study."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flows.news.addresses import report_address
from flows.news.markdown import bullets, escape_markdown, link, table
from flows.news.notify import Delivery
from flows.night.night import Night
from flows.study.product import StudyOutcome
from transforms.message import news_parts
from transforms.news import News
from warehouse.published import read_published_summary

# By heading, the column of the run summary that stands below it.
COUNTS = {
    "Subjects": "subjects",
    "Rows read": "rows_read",
    "Accepted": "accepted",
    "Quarantined": "quarantined",
    "Open questions": "queries",
}
HEAD = ("Study", "State", *COUNTS, "Latest export")


def render_night_page(
    night: Night, news: News, outcomes: Sequence[StudyOutcome], deliveries: Sequence[Delivery], published: bool
) -> str:
    """The page as markdown.

    published: whether tonight's warehouse replaced the last one.
    """
    parts = [
        f"# Night of {night.as_of}: {_verdict(news, published)}",
        *(f"**{title}**\n\n{bullets(lines)}" for title, lines in news_parts(news)),
        "" if news else "Nothing new since last night.",
        table(HEAD, _study_rows(night, outcomes)),
        link("All reports", report_address(night.settings, night.snapshot)),
        _told(deliveries),
    ]
    return "\n\n".join(part for part in parts if part)


def _verdict(news: News, published: bool) -> str:
    if news.failure:
        return "failed, what did not fail is published" if published else "failed, the last night stays published"
    return "published" if published else "nothing had changed, the last night stays published"


def _study_rows(night: Night, outcomes: Sequence[StudyOutcome]) -> Iterator[list[str]]:
    states = {outcome.study_id: outcome.state for outcome in outcomes}
    summary = read_published_summary(night.published) if night.published.exists() else None
    rows = {} if summary is None else {row["study_id"]: row for row in summary.to_dicts()}
    for study_id in sorted({*states, *rows}):
        row = rows.get(study_id, {})
        counts = [row.get(name) for name in COUNTS.values()]
        yield [
            link(study_id, report_address(night.settings, night.snapshot, study_id))
            if row
            else escape_markdown(study_id),
            f"**{states[study_id]}**"
            if states.get(study_id) in ("failed", "carried over")
            else states.get(study_id, "kept"),
            *("–" if count is None else f"{count:,}" for count in counts),
            str(row.get("latest_extract") or "–"),
        ]


def _told(deliveries: Sequence[Delivery]) -> str:
    return bullets(
        f"{delivery.receiver} was not told: {delivery.trouble}" if delivery.trouble else f"{delivery.receiver} was told"
        for delivery in deliveries
    )
