"""One sheet of a draft: the lines of its entry, with every part that was guessed, also where a feed lacks something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from schemas.domains import DOMAINS
from transforms.drafts.columns import Column, Columns
from transforms.drafts.profile import Profile
from transforms.drafts.sheets import FoundSheet
from transforms.drafts.sources import DAY_0, choice_source, column_source, quoted
from transforms.drafts.words import Meaning

SCALES = {"CRS": "ASTCT 2019", "ICANS": "ASTCT 2019", "acute GVHD": "MAGIC", "chronic GVHD": "NIH 2014"}
# Stands for a header nobody found: no column is called so.
NAMELESS = "?"
INDENT = "          "
SUBJECT = ("subject_id", "enrollment_date")


@dataclass(frozen=True)
class DraftFeed:
    """A feed: its condition, its columns as YAML, and the required ones nothing was found for."""

    domain: str
    where: str | None = None
    lines: dict[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


class SheetDraft:
    """One sheet: what its columns seem to mean, and the lines of its entry."""

    def __init__(self, found: FoundSheet, *, of_redcap: bool) -> None:
        self.found, self.sheet = found, found.sheet
        self.columns = Columns(found.sheet, of_redcap=of_redcap)
        self.feeds = [feed for domain in DOMAINS for feed in self._feeds(domain)]

    @property
    def place(self) -> str:
        """The sheet's name, or its file's."""
        return self.sheet.name or self.sheet.file

    @property
    def is_complete(self) -> bool:
        """Whether a feed has all it needs."""
        return any(not feed.missing for feed in self.feeds)

    @property
    def feeds_subjects(self) -> bool:
        """Whether subjects come from here, without whom no other record counts."""
        return any(feed.domain == "subject" and not feed.missing for feed in self.feeds)

    @property
    def known(self) -> int:
        """How many columns are known."""
        return len(self.columns.fed)

    def lines(self, *, skeleton: bool, subjects: bool = False) -> list[str]:
        """The entry under sheets.

        skeleton: nothing can be fed yet, so that what is missing stands as NAMELESS. subjects: add a feed of subjects as a comment
        where there is none, since no sheet has one.
        """
        name, found, columns = self.sheet.name, self.found, self.columns
        head = f"      - sheet: {quoted(name)}" if name else "      -"
        place = [f"        header_row: {found.header_row}  # guess"] if found.header_row > 1 else []
        rows = [f"        header_rows: {found.header_rows}  # guess"] if found.header_rows > 1 else []
        structure = [f"        ignored: {_list(columns.structure)}  # guess: how the export is built"]
        feeds = self._skeleton() if skeleton else self._with_subjects() if subjects else self.feeds
        return [
            head,
            *place,
            *rows,
            f"        personal: {_list(columns.personal)}{'  # guess' if columns.personal else ''}",
            *(structure if columns.structure else []),
            *(f"        # {_told_of_sites(profile)}" for profile in columns.sites()),
            *(f"        # not guessed: {self._told_of(profile)}" for profile in columns.unknown),
            "        feeds:",
            *(line for feed in feeds for line in self._feed_lines(feed)),
        ]

    def _told_of(self, profile: Profile) -> str:
        status = self.columns.status_of(profile)
        event = f"; days to an event or to the last look, as {_one_line(status)} says" if status else ""
        return f"{_one_line(profile.header)} ({profile.in_words()}{event})"

    def _skeleton(self) -> list[DraftFeed]:
        """The feed that lacks least, with a place for what it lacks, before the others."""
        feeds = self._with_subjects()
        chosen = min(feeds, key=lambda feed: (len(feed.missing), -len(feed.lines)))
        blank = {
            name: f"{quoted(NAMELESS)}  # guess: write the header here{self._candidates(chosen.domain, name)}"
            for name in chosen.missing
        }
        first = DraftFeed(chosen.domain, chosen.where, {**chosen.lines, **blank})
        return [first, *(feed for feed in feeds if feed is not chosen)]

    def _with_subjects(self) -> list[DraftFeed]:
        if any(feed.domain == "subject" for feed in self.feeds):
            return self.feeds
        known = {"subject_id": self._subject_line()} if self.columns.subject else {}
        return [*self.feeds, DraftFeed("subject", None, known, SUBJECT[len(known) :])]

    def _candidates(self, domain: str, name: str) -> str:
        """The columns of dates nobody knows the meaning of, of which one may be a date that lacks."""
        dates = self.columns.unused_dates
        if not dates or DOMAINS[domain].columns()[name].kind != "date":
            return ""
        return f"; columns of {'days' if self.columns.relative else 'dates'}: {', '.join(map(_one_line, dates))}"

    def _subject_line(self) -> str:
        subject = self.columns.subject
        return f"{quoted(subject.profile.header)}  # guess" if subject else ""

    def _feeds(self, domain: str) -> Iterator[DraftFeed]:
        """A feed per repeat and term."""
        own = [c for c in self.columns.fed if c.meaning.domain == domain and c.meaning.column != "subject_id"]
        groups: dict[tuple[object, ...], list[Column]] = {}
        for column in own:
            meaning = column.meaning
            groups.setdefault((meaning.term, meaning.number, meaning.target, column.where), []).append(column)
        if domain == "subject" and not groups and self.columns.subject and self.columns.relative:
            groups[()] = []
        for position, chosen in enumerate(groups.values(), start=1):
            yield self._feed(domain, chosen, position)

    def _feed(self, domain: str, chosen: Sequence[Column], position: int) -> DraftFeed:
        specs = DOMAINS[domain].columns()
        meaning = chosen[0].meaning if chosen else Meaning(domain, "subject_id")
        number = meaning.number or (position if meaning.target else None)
        lines: dict[str, str] = {}
        if self.columns.subject:
            lines["subject_id"] = self._subject_line()
        for column in sorted(chosen, key=lambda column: not column.profile.filled):
            lines.setdefault(column.meaning.column, column_source(column))
        if meaning.term:
            lines["term"] = f"{{constant: {meaning.term}}}"
            if meaning.term in SCALES:
                lines["grading_scale"] = f"{{constant: {SCALES[meaning.term]}}}  # guess: the scale the site grades on"
        if meaning.target:
            lines["target"] = f"{{constant: {meaning.target}}}"
        if "infusion_number" in specs and (number is not None or specs["infusion_number"].required):
            lines["infusion_number"] = f"{{constant: {number or 1}}}  # guess: which infusion it belongs to"
        if domain == "subject" and self.columns.relative:
            lines.setdefault("enrollment_date", f"{{constant: {DAY_0}}}  # guess: day 0, a nominal date")
        absent = [name for name, spec in specs.items() if spec.required and name not in lines]
        lines |= {name: choice_source(specs[name]) for name in absent if specs[name].codelist}
        missing = tuple(name for name in absent if not specs[name].codelist)
        return DraftFeed(domain, self._where(domain, chosen), lines, missing)

    def _where(self, domain: str, chosen: Sequence[Column]) -> str | None:
        """The column of the date that a record has where there is a record; of subjects, who have a row each, only where they repeat."""
        if chosen and chosen[0].where:
            status, code = chosen[0].where
            return f"{{column: {quoted(status)}, equals: {quoted(code)}}}"
        if domain == "subject" and not self.columns.repeats:
            return None
        # A term says that something occurred, also without a day; a grade of 0 that it did not, and has no day.
        telling = (
            "term",
            "test",
            "grade",
            DOMAINS[domain].clinical_date(),
            *(("age_years", "sex") if domain == "subject" else ()),
        )
        found = next((c for name in telling for c in chosen if c.meaning.column == name), None)
        if found is None or found.profile.filled == found.profile.rows:
            return None
        return f"{{column: {quoted(found.profile.header)}, not_blank: true}}"

    def _feed_lines(self, feed: DraftFeed) -> Iterator[str]:
        """A feed as YAML; a comment where it lacks something, so that what was guessed of it is there all the same."""
        mark = "# " if feed.missing else ""
        if feed.missing:
            candidates = next(filter(None, (self._candidates(feed.domain, name) for name in feed.missing)), "")
            yield (
                f"{INDENT}# {feed.domain}: no column found for {', '.join(feed.missing)}; add it and take the marks away{candidates}"
            )
        yield f"{INDENT}{mark}- domain: {feed.domain}"
        if feed.where:
            yield f"{INDENT}{mark}  where: {feed.where}  # guess"
        yield f"{INDENT}{mark}  columns:"
        for name, source in feed.lines.items():
            yield f"{INDENT}{mark}    {name}: {source}"


def _told_of_sites(profile: Profile) -> str:
    return (
        f"{_one_line(profile.header)} tells {profile.distinct} sites apart, and a mapping is of one: give each feed "
        f"where: {{column: {quoted(profile.header)}, equals: ...}}"
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _list(names: Sequence[str]) -> str:
    return f"[{', '.join(map(quoted, names))}]"
