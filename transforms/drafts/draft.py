"""Profile an export and write a first mapping of its site as YAML."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from schemas.columns import ColumnSpec
from schemas.domains import DOMAINS
from schemas.mapping import Feed, FileFormat, FileMapping, SheetMapping, decode_key
from schemas.mapping.files import LABELLED
from schemas.units import conversion_factor
from transforms.drafts.profile import Profile, profile_column
from transforms.drafts.words import Meaning, is_personal, meaning_of, unit_in, words
from transforms.readers import Sheet, read_file
from transforms.readers.datasets import EVERY_SHEET
from transforms.readers.formats import export_pattern, guess_format

LABELS = "    labels: true  # guess: cells are the labels of their codes"
UNKNOWN_UNIT = "the header names no unit Cartrove knows"
SCALES = {"CRS": "ASTCT 2019", "ICANS": "ASTCT 2019", "acute GVHD": "MAGIC", "chronic GVHD": "NIH 2014"}


@dataclass(frozen=True)
class _Column:
    profile: Profile
    meaning: Meaning


def draft_mapping(path: Path, site_id: str) -> str:
    """The YAML of a mapping that reads this file, as far as its headers and cells tell; guesses bear a comment.

    Raises
    ------
    schemas.errors.DataRejected: the file can't be read at all.
    """
    file_format = guess_format(path)
    sheets = read_file(path, _everything(file_format))
    parts = [_Sheet(sheet, file_format) for sheet in sheets if sheet.header]
    patterns = list(dict.fromkeys(pattern for part in parts for pattern in part.patterns()))
    language = (
        "zh" if any(ord(sign) > 0x2E7F for part in parts for name in part.sheet.header for sign in name) else "en"
    )
    return "\n".join(
        [
            "# A draft: every line with `guess` is for you to confirm. Then try it: cartrove site check FILE --mapping THIS.",
            f"site_id: {site_id}",
            f"name: {site_id}  # guess: write the hospital's name",
            f"language: {language}",
            f"dates: {json.dumps(patterns or ['%Y-%m-%d'], ensure_ascii=False)}{_doubt(patterns)}",
            "files:",
            f"  - match: {json.dumps(export_pattern(path.name), ensure_ascii=False)}  # guess: narrow it where the site sends several files",
            f"    format: {file_format}",
            *([LABELS] if file_format in LABELLED else []),
            "    sheets:",
            *(line for part in parts for line in part.lines()),
            "",
        ]
    )


def _everything(file_format: FileFormat) -> FileMapping:
    """A mapping that asks for each sheet as it is."""
    feed = Feed.model_construct(domain="subject", columns={})
    sheet = SheetMapping.model_construct(sheet=EVERY_SHEET, feeds=[feed])
    return FileMapping.model_construct(match="*", format=file_format, sheets=[sheet], labels=file_format in LABELLED)


def _doubt(patterns: Sequence[str]) -> str:
    if {"%d/%m/%Y", "%m/%d/%Y"} <= set(patterns):
        return "  # guess: day/month and month/day both read every date; ask the site and keep one"
    return "  # guess: these read every date found"


class _Sheet:
    """One sheet: what its columns seem to mean, and the lines of its entry."""

    def __init__(self, sheet: Sheet, file_format: FileFormat) -> None:
        self.sheet, self.file_format = sheet, file_format
        self.profiles = profiles = [profile_column(sheet.frame, name) for name in sheet.header]
        self.personal = [p.header for p in profiles if is_personal(p.header) or p.header in sheet.personal]
        meant = [(p, meaning_of(p.header)) for p in profiles if p.header not in self.personal]
        self.columns = [_Column(profile, meaning) for profile, meaning in meant if meaning]
        self.unknown = [profile for profile, meaning in meant if meaning is None]
        self.subject = next((c for c in self.columns if c.meaning.column == "subject_id"), None)

    def patterns(self) -> Iterator[str]:
        """Date patterns of its date columns."""
        for column in self.columns:
            if _spec(column.meaning).kind == "date":
                yield from column.profile.patterns

    def lines(self) -> Iterator[str]:
        """The entry under sheets."""
        name = self.sheet.name
        feeds = [line for domain in DOMAINS for line in self._feeds(domain)]
        if not any(line.lstrip().startswith("- domain") for line in feeds):
            yield f"      # {name or self.sheet.file}: nothing could be guessed; its columns are"
            yield from (f"      #   {profile.header} ({profile.in_words()})" for profile in self.profiles)
            return
        yield f"      - sheet: {json.dumps(name, ensure_ascii=False)}" if name else "      -"
        yield f"        personal: {json.dumps(self.personal, ensure_ascii=False)}"
        for profile in self.unknown:
            yield f"        # not guessed: {profile.header} ({profile.in_words()})"
        yield "        feeds:"
        yield from feeds

    def _feeds(self, domain: str) -> Iterator[str]:
        """A feed per repeat and term."""
        own = [c for c in self.columns if c.meaning.domain == domain and c.meaning.column != "subject_id"]
        groups: dict[tuple[str, int | None, str], list[_Column]] = {}
        for column in own:
            meaning = column.meaning
            groups.setdefault((meaning.term, meaning.number, meaning.target), []).append(column)
        for position, chosen in enumerate(groups.values(), start=1):
            yield from self._feed(domain, chosen, position)

    def _feed(self, domain: str, chosen: Sequence[_Column], position: int) -> Iterator[str]:
        specs, meaning = DOMAINS[domain].columns(), chosen[0].meaning
        number = meaning.number or (position if meaning.target else None)
        lines: dict[str, str] = {}
        if self.subject:
            lines["subject_id"] = json.dumps(self.subject.profile.header, ensure_ascii=False)
        for column in chosen:
            lines.setdefault(column.meaning.column, _source(column, specs[column.meaning.column]))
        if meaning.term:
            lines["term"] = f"{{constant: {meaning.term}}}"
            lines["grading_scale"] = f"{{constant: {SCALES[meaning.term]}}}  # guess: the scale the site grades on"
        if meaning.target:
            lines["target"] = f"{{constant: {meaning.target}}}"
        if "infusion_number" in specs and (number is not None or specs["infusion_number"].required):
            lines["infusion_number"] = f"{{constant: {number or 1}}}  # guess: which infusion it belongs to"
        absent = [name for name, spec in specs.items() if spec.required and name not in lines]
        lines |= {name: _choice(specs[name]) for name in absent if specs[name].codelist}
        missing = [name for name in absent if not specs[name].codelist]
        mark = "# " if missing else ""
        if missing:
            yield f"          # {domain}: no column found for {', '.join(missing)}"
        yield f"          {mark}- domain: {domain}"
        if given := _given_where(domain, chosen):
            yield f"          {mark}  where: {{column: {json.dumps(given, ensure_ascii=False)}, not_blank: true}}  # guess"
        yield f"          {mark}  columns:"
        for name, source in lines.items():
            yield f"          {mark}    {name}: {source}"


def _spec(meaning: Meaning) -> ColumnSpec:
    return DOMAINS[meaning.domain].columns()[meaning.column]


def _given_where(domain: str, chosen: Sequence[_Column]) -> str | None:
    """The column of the date that a record has where there is a record; every subject has its own row."""
    # A grade of 0 says that an event did not occur, and has no day.
    telling = ("grade", DOMAINS[domain].clinical_date())
    found = next((c for name in telling for c in chosen if c.meaning.column == name), None)
    return found.profile.header if found and domain != "subject" and found.profile.filled < found.profile.rows else None


def _choice(spec: ColumnSpec) -> str:
    codes = list(spec.codelist or ())
    return f"{{constant: {json.dumps(codes[0])}}}  # guess: nothing in the file says it; one of {', '.join(codes)}"


def _source(column: _Column, spec: ColumnSpec) -> str:
    header = json.dumps(column.profile.header, ensure_ascii=False)
    if spec.codelist:
        return _decoded(column, spec, header)
    if spec.unit:
        unit, told = _unit(column.profile.header, spec)
        return f"{{column: {header}, unit: {json.dumps(unit)}}}  # guess: {told}"
    return f"{header}  # guess"


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
