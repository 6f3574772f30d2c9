"""One sheet of a draft: what its columns seem to mean, what is personal, and the lines of its entry."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.columns import ColumnSpec
from schemas.domains import DOMAINS
from schemas.mapping import decode_key
from schemas.units import conversion_factor
from transforms.drafts.profile import SERIAL, Profile, profile_column
from transforms.drafts.sheets import FoundSheet
from transforms.drafts.words import (
    Meaning,
    is_hospital_number,
    is_personal,
    meaning_of,
    status_of,
    time_meaning,
    unit_in,
    words,
)

UNKNOWN_UNIT = "the header names no unit Cartrove knows"
SCALES = {"CRS": "ASTCT 2019", "ICANS": "ASTCT 2019", "acute GVHD": "MAGIC", "chronic GVHD": "NIH 2014"}
# Stands for a header nobody found: no column is called so.
NAMELESS = "?"
DAY_0 = "2000-01-01"
INDENT = "          "


@dataclass(frozen=True)
class _Column:
    profile: Profile
    meaning: Meaning
    where: str | None = None


class SheetDraft:
    """One sheet: what its columns seem to mean, and the lines of its entry."""

    def __init__(self, found: FoundSheet) -> None:
        self.found, self.sheet = found, found.sheet
        self.profiles = [profile_column(self.sheet.frame, name) for name in self.sheet.header]
        numbered = [profile for profile in self.profiles if is_hospital_number(profile.header)]
        named = [p for p in self.profiles if p not in numbered and not self._is_personal(p)]
        has_subject = any(_is_subject(meaning_of(profile.header)) for profile in named)
        self.by_hospital_number = bool(numbered) and not has_subject
        if self.by_hospital_number:
            named.insert(0, numbered.pop(0))
        self.personal = [profile.header for profile in self.profiles if profile not in named]
        self.columns, self.unknown = self._understood(named)
        # Of several, as an id of the study beside one of the subject, the one that tells most rows apart.
        subjects = [column for column in self.columns if _is_subject(column.meaning)]
        self.subject = max(subjects, key=lambda column: column.profile.distinct, default=None)

    @property
    def place(self) -> str:
        """The sheet's name, or its file's."""
        return self.sheet.name or self.sheet.file

    @property
    def relative(self) -> bool:
        """Whether times are days since an origin, and no column holds a date."""
        dated = self.date_profiles()
        return any(p.days for p in dated) and not any(p.dates.whole or p.dates.mixed or p.serials for p in dated)

    @property
    def is_complete(self) -> bool:
        """Whether a feed has all it needs."""
        return any(line.startswith(f"{INDENT}- domain") for line in self._all_feeds())

    def date_profiles(self) -> list[Profile]:
        """Its columns of dates."""
        found = [column.profile for column in self.columns if _spec(column.meaning).kind == "date"]
        return list({profile.header: profile for profile in found}.values())

    def lines(self, *, skeleton: bool) -> list[str]:
        """The entry under sheets. skeleton: nothing can be fed yet, so that what is missing stands as NAMELESS."""
        name, found = self.sheet.name, self.found
        head = f"      - sheet: {json.dumps(name, ensure_ascii=False)}" if name else "      -"
        place = [f"        header_row: {found.header_row}  # guess"] if found.header_row > 1 else []
        rows = [f"        header_rows: {found.header_rows}  # guess"] if found.header_rows > 1 else []
        feeds = self._skeleton() if skeleton else list(self._all_feeds())
        return [
            head,
            *place,
            *rows,
            f"        personal: {json.dumps(self.personal, ensure_ascii=False)}{'  # guess' if self.personal else ''}",
            *(
                f"        # not guessed: {' '.join(profile.header.split())} ({profile.in_words()})"
                for profile in self.unknown
            ),
            "        feeds:",
            *feeds,
        ]

    def _is_personal(self, profile: Profile) -> bool:
        """By its name or its dictionary; of a column with a name that says nothing, by what its cells look like."""
        named = is_personal(profile.header) or profile.header in self.sheet.personal
        return named or (meaning_of(profile.header) is None and profile.personal)

    def _understood(self, named: Sequence[Profile]) -> tuple[list[_Column], list[Profile]]:
        """Columns with what they mean, and those nobody knows. A time with a status beside it is days to an event."""
        headers = [profile.header for profile in self.profiles]
        columns, unknown, told = [], [], set()
        for profile in named:
            status = status_of(profile.header, headers) if profile.days else None
            if status:
                meanings = time_meaning(profile.header)
                columns += [_Column(profile, meaning, _where(status, code)) for meaning, code in meanings]
                told |= {status} if meanings else set()
                unknown += [] if meanings else [profile]
            elif is_hospital_number(profile.header):
                columns.append(_Column(profile, Meaning("subject", "subject_id")))
            elif meaning := meaning_of(profile.header):
                columns.append(_Column(profile, meaning))
            else:
                unknown.append(profile)
        return columns, [profile for profile in unknown if profile.header not in told]

    def _all_feeds(self) -> Iterator[str]:
        for domain in DOMAINS:
            for given, lines, missing in self._feeds(domain):
                yield from _feed_lines(domain, given, lines, missing)

    def _skeleton(self) -> list[str]:
        """The feed that lacks least, with a place for what it lacks, before the others."""
        feeds = [(domain, *feed) for domain in DOMAINS for feed in self._feeds(domain)]
        if not any(domain == "subject" for domain, *_ in feeds):
            known = {"subject_id": self._subject_line()} if self.subject else {}
            feeds.append(("subject", None, known, ["subject_id", "enrollment_date"][len(known) :]))
        domain, given, lines, missing = chosen = min(feeds, key=lambda feed: (len(feed[3]), -len(feed[2])))
        blank = {name: f"{json.dumps(NAMELESS)}  # guess: write the header here" for name in missing}
        first = list(_feed_lines(domain, given, {**lines, **blank}, []))
        return first + [line for feed in feeds if feed is not chosen for line in _feed_lines(*feed)]

    def _subject_line(self) -> str:
        return f"{_quoted(self.subject.profile.header)}  # guess" if self.subject else ""

    def _feeds(self, domain: str) -> Iterator[tuple[str | None, dict[str, str], list[str]]]:
        """A feed per repeat and term: its condition, its columns as YAML, the required ones nothing was found for."""
        own = [c for c in self.columns if c.meaning.domain == domain and c.meaning.column != "subject_id"]
        groups: dict[tuple[object, ...], list[_Column]] = {}
        for column in own:
            meaning = column.meaning
            groups.setdefault((meaning.term, meaning.number, meaning.target, column.where), []).append(column)
        if domain == "subject" and not groups and self.subject and self.relative:
            groups[()] = []
        for position, chosen in enumerate(groups.values(), start=1):
            yield self._feed(domain, chosen, position)

    def _feed(
        self, domain: str, chosen: Sequence[_Column], position: int
    ) -> tuple[str | None, dict[str, str], list[str]]:
        specs = DOMAINS[domain].columns()
        meaning = chosen[0].meaning if chosen else Meaning(domain, "subject_id")
        number = meaning.number or (position if meaning.target else None)
        lines: dict[str, str] = {}
        if self.subject:
            lines["subject_id"] = self._subject_line()
        for column in sorted(chosen, key=lambda column: not column.profile.filled):
            lines.setdefault(column.meaning.column, _source(column, specs[column.meaning.column]))
        if meaning.term:
            lines["term"] = f"{{constant: {meaning.term}}}"
            if meaning.term in SCALES:
                lines["grading_scale"] = f"{{constant: {SCALES[meaning.term]}}}  # guess: the scale the site grades on"
        if meaning.target:
            lines["target"] = f"{{constant: {meaning.target}}}"
        if "infusion_number" in specs and (number is not None or specs["infusion_number"].required):
            lines["infusion_number"] = f"{{constant: {number or 1}}}  # guess: which infusion it belongs to"
        if domain == "subject" and self.relative:
            lines.setdefault("enrollment_date", f"{{constant: {DAY_0}}}  # guess: day 0, a nominal date")
        absent = [name for name, spec in specs.items() if spec.required and name not in lines]
        lines |= {name: _choice(specs[name]) for name in absent if specs[name].codelist}
        return _given_where(domain, chosen), lines, [name for name in absent if not specs[name].codelist]


def _feed_lines(domain: str, given: str | None, lines: dict[str, str], missing: Sequence[str]) -> Iterator[str]:
    """A feed as YAML; a comment where it lacks something, so that what was guessed of it is there all the same."""
    mark = "# " if missing else ""
    if missing:
        yield f"{INDENT}# {domain}: no column found for {', '.join(missing)}; add it and take the marks away"
    yield f"{INDENT}{mark}- domain: {domain}"
    if given:
        yield f"{INDENT}{mark}  where: {given}  # guess"
    yield f"{INDENT}{mark}  columns:"
    for name, source in lines.items():
        yield f"{INDENT}{mark}    {name}: {source}"


def _is_subject(meaning: Meaning | None) -> bool:
    return meaning is not None and (meaning.domain, meaning.column) == ("subject", "subject_id")


def _spec(meaning: Meaning) -> ColumnSpec:
    return DOMAINS[meaning.domain].columns()[meaning.column]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _where(status: str, code: str) -> str:
    return f"{{column: {_quoted(status)}, equals: {_quoted(code)}}}"


def _given_where(domain: str, chosen: Sequence[_Column]) -> str | None:
    """The column of the date that a record has where there is a record; every subject has its own row."""
    if chosen and chosen[0].where:
        return chosen[0].where
    # A grade of 0 says that an event did not occur, and has no day.
    telling = ("grade", DOMAINS[domain].clinical_date())
    found = next((c for name in telling for c in chosen if c.meaning.column == name), None)
    if found is None or domain == "subject" or found.profile.filled == found.profile.rows:
        return None
    return f"{{column: {_quoted(found.profile.header)}, not_blank: true}}"


def _choice(spec: ColumnSpec) -> str:
    codes = list(spec.codelist or ())
    return f"{{constant: {_quoted(codes[0])}}}  # guess: nothing in the file says it; one of {', '.join(codes)}"


def _source(column: _Column, spec: ColumnSpec) -> str:
    header = _quoted(column.profile.header)
    if spec.kind == "date":
        return _date_source(column.profile, header)
    if spec.codelist:
        return _decoded(column, spec, header)
    if spec.unit:
        unit, told = _unit(column.profile.header, spec)
        return f"{{column: {header}, unit: {_quoted(unit)}}}  # guess: {told}"
    return f"{header}  # guess"


def _date_source(profile: Profile, header: str) -> str:
    """How a column of dates is read, and of what part of it; nothing is claimed that was not seen."""
    dates = profile.dates
    if not profile.filled:
        return f"{header}  # guess; no cell is filled, so no pattern was tried"
    if dates.whole:
        return f"{header}  # guess"
    if profile.serials:
        return f"{{column: {header}, dates: [{SERIAL}]}}  # guess: all {profile.filled} cells are numbers as Excel counts days"
    if profile.days:
        return f"{{column: {header}, days_since: {DAY_0}}}  # guess: all {profile.filled} cells are days; day 0 is a nominal date"
    if not dates.mixed:
        read = profile.filled - dates.unread
        partly = f"{read} of {profile.filled} cells are dates without a day; " if read else ""
        return f"{header}  # guess; {partly}no pattern reads {dates.unread} of {profile.filled} cells: write dates: [...] here"
    shares = ", ".join(f"{pattern} reads {cells}" for pattern, cells in dates.mixed)
    rest = f"; no pattern reads the other {dates.unread}" if dates.unread else ""
    patterns = json.dumps([pattern for pattern, _ in dates.mixed], ensure_ascii=False)
    return f"{{column: {header}, dates: {patterns}}}  # guess: of {profile.filled} cells {shares}{rest}"


def _unit(header: str, spec: ColumnSpec) -> tuple[str, str]:
    unit = unit_in(header)
    for candidate in filter(None, (unit, unit.replace("x", "") if unit else None)):
        try:
            conversion_factor(candidate, spec.unit or "")
        except ValueError:
            continue
        return candidate, "the unit of the header"
    return spec.unit or "", UNKNOWN_UNIT


def _decoded(column: _Column, spec: ColumnSpec, header: str) -> str:
    """A code map of the texts met. Texts with digits in them stay out: they may be what a subject's record says."""
    known = {
        decode_key(word): code for code, said in words()["codes"].get(spec.codelist_name, {}).items() for word in said
    }
    known |= {decode_key(code): code for code in spec.codelist or ()}
    found = {text: known[decode_key(text)] for text in column.profile.texts if decode_key(text) in known}
    unknown = len(column.profile.texts) - len(found) if column.profile.texts else column.profile.distinct
    doubt = (
        f"  # guess: {unknown} of its texts have no code yet; codes are {', '.join(spec.codelist or ())}"
        if unknown
        else "  # guess"
    )
    if all(text == code for text, code in found.items()):
        return f"{{column: {header}}}{doubt}"
    return f"{{column: {header}, decode: {json.dumps(found, ensure_ascii=False)}}}{doubt}"
