"""SQL files: the header each begins with, and what is put into their text.

A header is the comment at the head of a file: a title, then fields (`-- grain: one row per subject`); a field goes on in lines that are
indented as its words are. `{table}` stands for a name or a part of a query, put in where the file is read. Those of CONSTANTS are the
same in every file, so that no file states them. A value of one study is no part of the text: it is a variable of the connection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from schemas.codelists import COMPLETE_REMISSION
from schemas.units import DAYS_PER_MONTH

PART = re.compile(r"\{([a-z_]+)\}")
HEADER = re.compile(r"\A(?:--.*\n)*")
TITLE = re.compile(r"\A-- (.+)$", re.MULTILINE)
FIELD = re.compile(r"^-- (\w[\w ]*?):\s*((?:.+)(?:\n-- {9}.+)*)", re.MULTILINE)
CONSTANTS: Mapping[str, str] = {
    "complete_remission": f"({', '.join(map(repr, COMPLETE_REMISSION))})",
    "days_per_month": str(DAYS_PER_MONTH),
}


@dataclass(frozen=True)
class SqlFile:
    """A file as it is run. `fields`: those of its header by name."""

    text: str
    title: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


def read_sql_file(path: Path, **parts: str) -> SqlFile:
    """A file with its parts put in.

    Raises
    ------
    KeyError: the file names a part that is not given.
    """
    text = PART.sub(lambda part: {**CONSTANTS, **parts}[part[1]], _read(path))
    title = TITLE.search(text)
    return SqlFile(text, title[1] if title else "", fields_of(text))


def fields_of(text: str) -> dict[str, str]:
    """The fields of the header of a text, each in one line."""
    header = HEADER.match(text)
    found = FIELD.findall(header[0]) if header else []
    return {name: " ".join(words.replace("\n--", " ").split()) for name, words in found}


@cache
def _read(path: Path) -> str:
    return path.read_text("utf-8")
