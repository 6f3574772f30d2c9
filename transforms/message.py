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
from transforms.words import Words, said_alarm

LINES_OF_A_KIND = 15


@dataclass(frozen=True)
class Message:
    """A subject line and a body."""

    subject: str
    body: str


def render_message(news: News, night: str, links: Mapping[str, str], words: Words) -> Message:
    """The news as a message. night: how the night is called. links: addresses by what is there."""
    counts = {"moved": news.moved.height, "alarms": news.alarms.height, "questions": _records(news.questions)}
    heads = [words("message.failed")] if news.failure else []
    heads += [words(f"message.count.{name}", n=number) for name, number in counts.items() if number]
    told = words.joined(heads) or words("message.nothing_new")
    parts = [
        "\n".join([words("message.part", title=title), *(f"- {line}" for line in lines)])
        for title, lines in news_parts(news, words)
    ]
    addresses = "\n".join(words("message.link", what=what, address=address) for what, address in links.items())
    return Message(words("message.subject", night=night, told=told), "\n\n".join([*parts, addresses]).strip() + "\n")


def news_parts(news: News, words: Words) -> list[tuple[str, list[str]]]:
    """The news by kind: a title, and a line for each thing; kinds without news are left out."""
    parts = {
        "failure": [news.failure] if news.failure else [],
        "moved": [moved_line(row, words) for row in news.moved.to_dicts()],
        "alarms": [_alarm_line(row, words) for row in news.alarms.to_dicts()],
        "questions": [
            words("message.question", place=_place(row, words), n=row["records"], rule=row["rule_id"])
            for row in news.questions.to_dicts()
        ],
    }
    return [(words(f"message.title.{kind}"), list(_cut(lines, words))) for kind, lines in parts.items() if lines]


def moved_line(row: Mapping[str, Any], words: Words) -> str:
    """A headline that moved: what, from where, to where, and which way."""
    before, now = (print_headline(row[name], row["unit"], words) for name in ("last_night", "estimate"))
    told = {name: row[name] for name in ("study_id", "label", "population")} | {"before": before, "now": now}
    if row["difference"] is None:
        return words("message.came_or_went", **told)
    difference = print_difference(row["difference"], row["unit"], words)
    return words("message.moved", **told, difference=difference, change=words(f"message.change.{row['change']}"))


def held_line(row: Mapping[str, Any], words: Words) -> str:
    """A headline for which publication is held; without its numbers where they are of small counts."""
    if row["shown"]:
        return moved_line(row, words)
    return words("message.moved_unshown", **{name: row[name] for name in ("study_id", "label", "population")})


def _alarm_line(row: Mapping[str, Any], words: Words) -> str:
    return words("message.line", place=_place(row, words), what=said_alarm(row["kind"], row["arguments"], words))


def _place(row: Mapping[str, Any], words: Words) -> str:
    """A study and its site; the study alone where what is told is of no site."""
    study, site = row["study_id"], row["site_id"]
    return words("message.place", study=study, site=site) if site else str(study)


def _cut(lines: Sequence[str], words: Words) -> Iterator[str]:
    yield from lines[:LINES_OF_A_KIND]
    if len(lines) > LINES_OF_A_KIND:
        yield words("message.more", n=len(lines) - LINES_OF_A_KIND)


def _records(questions: pl.DataFrame) -> int:
    return int(questions["records"].sum()) if questions.height else 0
