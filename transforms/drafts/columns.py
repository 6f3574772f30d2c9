"""What the columns of a sheet seem to mean: personal, of the export's own structure, of a record; and which nobody knows.

Belongs here: judging columns. What is written of them is sources' and feeds' business.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from schemas.columns import ColumnSpec
from schemas.domains import DOMAINS
from transforms.drafts.profile import NUMBER, Profile, profile_column
from transforms.drafts.words import (
    Meaning,
    is_hospital_number,
    is_of_program,
    is_personal,
    is_structure,
    meaning_of,
    status_of,
    tells_sites,
    time_meaning,
)
from transforms.readers import Sheet
from transforms.readers.odm_attributes import is_technical

# Fewer cells a text are no classes.
CELLS_A_CLASS = 3
DIGIT = re.compile(r"\d")
FLAGS = ("0", "1")


@dataclass(frozen=True)
class Column:
    """A column that feeds something. where: the status beside it, and the code at which it does."""

    profile: Profile
    meaning: Meaning
    where: tuple[str, str] | None = None

    @property
    def spec(self) -> ColumnSpec:
        """The canonical column it seems to be."""
        return DOMAINS[self.meaning.domain].columns()[self.meaning.column]


class Columns:
    """The columns of a sheet, judged. of_redcap: `<form>_complete` says whether a form is filled in."""

    def __init__(self, sheet: Sheet, *, of_redcap: bool) -> None:
        self.sheet = sheet
        self.profiles = [profile_column(sheet.frame, name) for name in sheet.header]
        numbered = [profile for profile in self.profiles if is_hospital_number(profile.header)]
        named = [p for p in self.profiles if p not in numbered and not self._is_personal(p)]
        has_subject = any(_is_subject(meaning_of(profile.header)) for profile in named)
        self.by_hospital_number = bool(numbered) and not has_subject
        if self.by_hospital_number:
            named.insert(0, numbered.pop(0))
        self.personal = [profile.header for profile in self.profiles if profile not in named]
        self.fed, self.unknown = self._understood(named)
        self.subject = self._subject()
        others = [column.profile for column in self.fed if _is_subject(column.meaning) and column is not self.subject]
        structure = [p for p in (*others, *self.unknown) if is_structure(p.header, of_redcap=of_redcap)]
        self.structure = [profile.header for profile in structure]
        passed_over = {*self.structure, *filter(is_technical, sheet.header)}
        self.unknown = [p for p in (*others, *self.unknown) if p.header not in passed_over]

    @cached_property
    def relative(self) -> bool:
        """Whether times are days since an origin, and no column holds a date."""
        timed = any(p.days for p in self.date_profiles()) or any(self.status_of(p) for p in self.unknown)
        return timed and not any(p.dated or p.serials for p in (*self.date_profiles(), *self.unknown))

    @property
    def repeats(self) -> bool:
        """Whether subjects stand on several rows, as in an export of visits."""
        return self.subject is not None and self.subject.profile.distinct < self.subject.profile.filled

    def date_profiles(self) -> list[Profile]:
        """The columns that feed a date."""
        found = [column.profile for column in self.fed if column.spec.kind == "date"]
        return list({profile.header: profile for profile in found}.values())

    @cached_property
    def unused_dates(self) -> list[str]:
        """Columns of dates, or of days, of which nobody knows what they are the dates of."""
        return [p.header for p in self.unknown if p.dated or p.serials or (self.relative and p.days)]

    def sites(self) -> list[Profile]:
        """Columns that tell several sites apart."""
        return [profile for profile in self.profiles if tells_sites(profile.header) and profile.distinct > 1]

    def status_of(self, profile: Profile) -> str | None:
        """The column beside days that says whether their event occurred."""
        return status_of(profile.header, self.sheet.header) if profile.days else None

    def _is_personal(self, profile: Profile) -> bool:
        """By its name or its dictionary; of a column with a name that says nothing, by what its cells look like."""
        named = is_personal(profile.header) or profile.header in self.sheet.personal
        return named or (meaning_of(profile.header) is None and profile.personal)

    def _subject(self) -> Column | None:
        """Of several ids, as one of the study beside one of the subject, that which tells most rows apart; of equals the one people use."""
        subjects = [column for column in self.fed if _is_subject(column.meaning)]
        return max(subjects, key=lambda c: (c.profile.distinct, is_of_program(c.profile.header)), default=None)

    def _understood(self, named: Sequence[Profile]) -> tuple[list[Column], list[Profile]]:
        """Columns with what they mean, and those nobody knows. A time with a status beside it is days to an event."""
        columns, unknown, told = [], [], set()
        for profile in named:
            if status := self.status_of(profile):
                meanings = time_meaning(profile.header)
                columns += [Column(profile, meaning, (status, code)) for meaning, code in meanings]
                told |= {status} if meanings else set()
                unknown += [] if meanings else [profile]
            elif is_hospital_number(profile.header):
                columns.append(Column(profile, Meaning("subject", "subject_id")))
            elif (meaning := meaning_of(profile.header)) and not _says_something_else(profile, meaning):
                columns.append(Column(profile, meaning))
            else:
                unknown.append(profile)
        return columns, [profile for profile in unknown if profile.header not in told]


def _says_something_else(profile: Profile, meaning: Meaning) -> bool:
    return _is_classed(profile, meaning) or _is_flag(profile, meaning)


def _is_flag(profile: Profile, meaning: Meaning) -> bool:
    """Whether a column says that something happened where its day is wanted: yes, no, 是, 0 or 1; no cell of it is a day."""
    wanted = DOMAINS[meaning.domain].columns()[meaning.column].kind
    return (
        wanted == "date"
        and bool(profile.texts)
        and all(text in FLAGS or not DIGIT.search(text) for text in profile.texts)
    )


def _is_classed(profile: Profile, meaning: Meaning) -> bool:
    """Whether a registry sends classes, as 20-40, where a number is wanted: no cell of them could be read."""
    wanted = DOMAINS[meaning.domain].columns()[meaning.column].kind
    classes = bool(profile.texts) and CELLS_A_CLASS * profile.distinct <= profile.filled
    return wanted in ("number", "integer") and classes and not any(re.match(NUMBER, text) for text in profile.texts)


def _is_subject(meaning: Meaning | None) -> bool:
    return meaning is not None and (meaning.domain, meaning.column) == ("subject", "subject_id")
