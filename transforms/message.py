"""The message of a night: its news in words, for a telephone, a chat or a mailbox.

Plain text, one line per thing, long lists cut: a reader has to know within ten seconds whether to get up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from transforms.headline_news import print_difference, print_headline
from transforms.news import News

LINES_OF_A_KIND = 15


@dataclass(frozen=True)
class Message:
    """A subject line and a body."""

    subject: str
    body: str


def render_message(news: News, night: str, links: Mapping[str, str]) -> Message:
    """The news as a message. night: how the night is called. links: addresses by what is there."""
    heads = [
        "failed" if news.failure else "",
        _counted(news.moved.height, "key result moved", "key results moved"),
        _counted(news.alarms.height, "new alarm", "new alarms"),
        _counted(_records(news.questions), "new question", "new questions"),
    ]
    parts = ["\n".join([f"{title}:", *(f"- {line}" for line in lines)]) for title, lines in news_parts(news)]
    addresses = "\n".join(f"{what}: {address}" for what, address in links.items())
    return Message(
        f"Cartrove, {night}: {', '.join(head for head in heads if head) or 'nothing new'}",
        "\n\n".join([*parts, addresses]).strip() + "\n",
    )


def news_parts(news: News) -> list[tuple[str, list[str]]]:
    """The news by kind: a title, and a line for each thing; kinds without news are left out."""
    parts = [
        ("The run failed", [news.failure] if news.failure else []),
        ("Key results that moved since last night", [moved_line(row) for row in news.moved.to_dicts()]),
        ("New alarms", [f"{_place(row)}: {row['what']}" for row in news.alarms.to_dicts()]),
        (
            "New questions to sites, of which something is unknown until they are answered",
            [
                f"{row['study_id']} / {row['site_id']}: {_counted(row['records'], 'record fails', 'records fail')} {row['rule_id']}"
                for row in news.questions.to_dicts()
            ],
        ),
    ]
    return [(title, list(_cut(lines))) for title, lines in parts if lines]


def moved_line(row: Mapping[str, Any]) -> str:
    """A headline that moved, in words: what, from where, to where, and which way."""
    where = f"{row['study_id']}: {row['label']}, {row['population']}"
    before, now = (print_headline(row[name], row["unit"]) for name in ("last_night", "estimate"))
    if row["difference"] is None:
        return f"{where}: {before} last night, {now} tonight"
    return f"{where}: {before} to {now} ({print_difference(row['difference'], row['unit'])}, {row['change']})"


def _place(row: Mapping[str, Any]) -> str:
    """A study and its site; the study alone where what is told is of no site."""
    return " / ".join(filter(None, (row["study_id"], row["site_id"])))


def _cut(lines: Sequence[str]) -> Iterator[str]:
    yield from lines[:LINES_OF_A_KIND]
    if len(lines) > LINES_OF_A_KIND:
        yield f"and {len(lines) - LINES_OF_A_KIND} more"


def _records(questions: pl.DataFrame) -> int:
    return int(questions["records"].sum()) if questions.height else 0


def _counted(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}" if number else ""
