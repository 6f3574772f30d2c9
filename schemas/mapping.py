"""sites/<site>.yaml: how one site's exports become canonical records.

The models say what a mapping may hold and check it against the domain models: unknown domains and columns, codes no
code list has, units of another dimension. They read no export.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from schemas.columns import ColumnSpec
from schemas.domains import DOMAINS
from schemas.language import Language
from schemas.units import conversion_factor

FileFormat = Literal["csv", "excel", "redcap", "redcap-xml", "sas", "odm", "dataset-json", "r"]
# One table a file, so that a sheet has no name; tables that always have one; of the others a file may hold one or many.
UNNAMED: frozenset[FileFormat] = frozenset({"csv", "redcap", "redcap-xml"})
NAMED: frozenset[FileFormat] = frozenset({"excel", "odm"})
WITH_HEADER_ROW: frozenset[FileFormat] = frozenset({"csv", "excel", "redcap"})


# Days a spreadsheet counts from 1900 or, on old Macs, from 1904, where a date column lost its date format.
SERIALS = {"serial-1900": date(1899, 12, 30), "serial-1904": date(1904, 1, 1)}


def _as_text(value: object) -> object:
    """YAML reads 1 as a number and 1990-01-01 as a date; a mapping means the text a cell holds."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | float | date) else value


SOURCES = ("column", "constant", "first_of", "joined")


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


def _as_column(value: object) -> object:
    """The shorthand `subject_id: 编号` for `subject_id: {column: 编号}`."""
    return {"column": value} if isinstance(value, str) else value


def normalized(text: str) -> str:
    """Full-width digits, letters and signs as plain ones, outer blanks gone."""
    return unicodedata.normalize("NFKC", text).strip()


def decode_key(text: str) -> str:
    """How a cell and a text of a code map are compared: neither width nor case of letters tells them apart."""
    return normalized(text).casefold()


def _whole_date(pattern: str) -> str:
    """A pattern has to give back the day it wrote: one without a year or a day would have them guessed."""
    probe = datetime(2021, 11, 25)  # noqa: DTZ001 - a calendar day
    try:
        found = datetime.strptime(probe.strftime(pattern), pattern)  # noqa: DTZ007 - a calendar day
    except ValueError:
        found = None
    if found != probe:
        raise ValueError(f"expected a pattern of year, month and day, such as %Y-%m-%d; found {pattern}")
    return pattern


def _one_code_each(codes: dict[str, str]) -> dict[str, str]:
    seen: dict[str, str] = {}
    for text, code in codes.items():
        if seen.setdefault(decode_key(text), code) != code:
            raise ValueError(
                f"expected one code for {text}, in any width or case; found {seen[decode_key(text)]}, {code}"
            )
    return codes


def _whole_or_serial_date(pattern: str) -> str:
    return pattern if pattern in SERIALS else _whole_date(pattern)


def _partial_date(pattern: str) -> str:
    """A pattern of a month or of a year."""
    try:
        _whole_date(pattern)
    except ValueError:
        found = set(re.findall(r"%(.)", pattern))
        if "Y" in found and found <= {"Y", "m", "b", "B", "%"}:
            return pattern
    raise ValueError(f"expected a pattern of a year, or of a year and a month, such as %Y-%m; found {pattern}")


def _one_group(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise ValueError(f"expected a regular expression; {error}") from None
    if groups != 1:
        raise ValueError(f"expected a regular expression with one group, the part that is kept; found {groups}")
    return pattern


Text = Annotated[str, BeforeValidator(_as_text)]
Texts = Annotated[list[Text], BeforeValidator(_as_list)]
Decode = Annotated[dict[Text, Text], AfterValidator(_one_code_each)]
Dates = list[Annotated[str, AfterValidator(_whole_or_serial_date)]]
PartialDates = list[Annotated[str, AfterValidator(_partial_date)]]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Condition(_Part):
    """A condition on one cell of a row."""

    column: Text
    equals: Texts | None = None
    not_equals: Texts | None = None
    not_blank: bool | None = None

    @model_validator(mode="after")
    def _one_test(self) -> Condition:
        given = [name for name in ("equals", "not_equals", "not_blank") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("expected exactly one of equals, not_equals, not_blank")
        return self


Conditions = Annotated[list[Condition], BeforeValidator(_as_list)]


class ColumnSource(_Part):
    """Where a canonical column comes from, and how its text is read.

    From a column of the export, a constant, the first of several columns that is not blank, or several joined. These
    and the steps below, in their order, are all there is: a mapping holds no code.
    """

    column: Text | None = None
    constant: Text | None = None
    first_of: Texts | None = Field(default=None, description="The first of these columns that is not blank")
    joined: Texts | None = Field(default=None, description="These columns one after the other; blank if one is")
    separator: Text = Field(default="-", description="Between the parts of joined")
    only_where: Conditions = Field(default=[], description="Blank in rows that do not meet these conditions")
    extract: Annotated[str, AfterValidator(_one_group)] | None = Field(
        default=None, description="Regular expression whose one group is kept; a text it does not fit is unreadable"
    )
    divided_by: Text | None = Field(default=None, description="The number is divided by that of this column")
    decode: str | Decode | None = Field(default=None, description="A named code map, or one of its own")
    dates: Dates | None = Field(default=None, description="Date patterns of this column alone")
    unit: str | None = Field(default=None, description="Unit of the export")
    decimal_comma: bool | None = Field(default=None, description="Numbers of this column are written 1,5, or are not")
    days_since: Text | None = Field(default=None, description="The number is days since this date or column")

    @model_validator(mode="after")
    def _one_source(self) -> ColumnSource:
        given = [name for name in SOURCES if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"expected exactly one of {', '.join(SOURCES)}; found {', '.join(given) or 'none'}")
        if self.divided_by is not None and self.decode is not None:
            raise ValueError("expected either divided_by or decode")
        return self

    def own_columns(self) -> list[str]:
        """The columns of the export whose content this is."""
        return [self.column] if self.column is not None else [*(self.first_of or []), *(self.joined or [])]

    def is_one_column(self) -> bool:
        """Whether each text follows from one cell, through code map, date patterns or unit alone."""
        others = (self.only_where, self.extract, self.divided_by, self.days_since)
        return self.column is not None and not any(others)

    def used_columns(self) -> set[str]:
        """Every column of the export this reads."""
        others = {self.divided_by, self.days_since if self.days_since and not _is_date(self.days_since) else None}
        return {*self.own_columns(), *(condition.column for condition in self.only_where), *(others - {None})}  # type: ignore[arg-type]


Source = Annotated[ColumnSource, BeforeValidator(_as_column)]


class Repeat(_Part):
    """One record of a wide row: its columns replace or join those of the feed."""

    columns: dict[str, Source]


class Feed(_Part):
    """How rows of a sheet become records of one domain."""

    domain: str
    columns: dict[str, Source] = {}
    repeat: list[Repeat] = []
    where: Conditions = []
    once: bool = Field(default=False, description="Equal records, repeated on many rows, are one")

    def entries(self) -> list[dict[str, ColumnSource]]:
        """The columns of each record a row gives."""
        return [{**self.columns, **part.columns} for part in self.repeat] or [self.columns]


class SheetMapping(_Part):
    """What a sheet holds. A column that is neither used, personal nor ignored is reported to the site."""

    sheet: Text | None = Field(
        default=None, description="Name of the sheet, dataset or item group; none for CSV and files of one dataset"
    )
    header_row: Annotated[int, Field(ge=1)] = 1
    header_rows: Annotated[int, Field(ge=1, le=3)] = Field(
        default=1, description="Excel: rows the header takes; a column is called by all of its texts"
    )
    set_aside: Conditions = Field(default=[], description="Rows that are no data, such as totals")
    deleted: Conditions = Field(default=[], description="Rows whose records are deleted at the site")
    personal: list[Text] = Field(default=[], description="Columns dropped before anything is written")
    never_personal: list[Text] = Field(
        default=[], description="Columns whose cells may look like names or numbers of persons and are none"
    )
    ignored: list[Text] = Field(default=[], description="Columns deliberately not used")
    feeds: list[Feed] = Field(min_length=1)

    @model_validator(mode="after")
    def _personal_feeds_nothing(self) -> SheetMapping:
        if both := sorted(self._fed_columns() & set(self.personal)):
            raise ValueError(f"personal: expected columns that no feed uses; found {', '.join(both)}")
        return self

    def used_columns(self) -> set[str]:
        """Every column of the export that some feed, condition or day offset reads."""
        return self._fed_columns() | {condition.column for condition in (*self.set_aside, *self.deleted)}

    def _fed_columns(self) -> set[str]:
        sources = [source for feed in self.feeds for entry in feed.entries() for source in entry.values()]
        conditions = {condition.column for feed in self.feeds for condition in feed.where}
        return conditions.union(*(source.used_columns() for source in sources))


class FileMapping(_Part):
    """Which files of a delivery these are, how they are read, and what their sheets hold."""

    match: str = Field(description="File name pattern within the delivery's folder")
    format: FileFormat
    encoding: str = "auto"
    delimiter: str = "auto"
    decimal_comma: bool = Field(default=False, description="Numbers are written 1,5")
    short_rows: bool = Field(default=False, description="Rows may leave out blank cells at their end")
    ends_with: Text | None = Field(default=None, description="Last line by which a file says that it is whole")
    dictionary: str | None = Field(
        default=None, description="REDCap: file name pattern of the data dictionary, in the same delivery"
    )
    missing: list[Text] = Field(default=[], description="Texts that mean blank")
    optional: bool = Field(default=False, description="A delivery may lack this file")
    incremental: bool = Field(default=False, description="Holds only what is new or changed since the export before")
    sheets: list[SheetMapping] = Field(min_length=1)

    @model_validator(mode="after")
    def _sheets_fit_format(self) -> FileMapping:
        unnamed = [sheet for sheet in self.sheets if sheet.sheet is None]
        if self.format in UNNAMED and (len(self.sheets) != 1 or not unnamed):
            raise ValueError("expected exactly one entry under sheets, without a sheet name")
        if unnamed and (self.format in NAMED or len(self.sheets) > 1):
            raise ValueError("expected a sheet name in every entry under sheets")
        if self.format != "excel" and any(sheet.header_rows != 1 for sheet in self.sheets):
            raise ValueError("header_rows: expected none; only a header of format excel takes several rows")
        if self.dictionary is not None and self.format != "redcap":
            raise ValueError("dictionary: expected none; only format redcap has one")
        if self.format not in WITH_HEADER_ROW and any(sheet.header_row != 1 for sheet in self.sheets):
            raise ValueError(f"header_row: expected none; columns of format {self.format} bear their own names")
        return self


class Waiver(_Part):
    """A question to the site that is settled: the value stands. It holds for that value of that record alone."""

    query: str = Field(pattern=r"^Q[0-9A-F]{10}$", description="The question's id, from the query list")
    reason: str
    decided_by: str
    decided_on: date


class Correction(_Part):
    """A known error of the source, mended here until the site mends it. One that matches nothing any more is refused."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]*$")
    match: str = Field(default="*", description="File name pattern")
    sheet: Text | None = Field(default=None, description="Sheet; none for all of the file")
    where: Annotated[Conditions, Field(min_length=1)]
    column: Text
    old: Text = Field(description="The value as sent; empty for a blank cell")
    new: Text = Field(description="The value as meant; empty for a blank cell")
    reason: str
    reported_by: str
    reported_on: date
    applies_until: date | None = Field(default=None, description="Extract date of the last export that needs it")


class Limit(_Part):
    """How much of a site's records may fail a rule before it is an alarm."""

    rate: Annotated[float, Field(ge=0, le=1)] = Field(default=1.0, description="Share of the records the rule is about")
    count: Annotated[int, Field(ge=0)] = Field(default=0, description="Fewer failures than this are never an alarm")


class RedcapProject(_Part):
    """Where a site's REDCap answers; the token is a setting, never written here."""

    url: str = Field(pattern=r"^https?://")
    file: str = Field(
        default="redcap_data.csv", description="Name under which the records are put in the landing folder"
    )
    dictionary: str = Field(default="redcap_dictionary.csv", description="Name of the data dictionary there")


class SiteMapping(_Part):
    """A site and its files."""

    site_id: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)
    name: str
    language: Language = "en"
    dates: Dates = ["%Y-%m-%d"]
    partial_dates: PartialDates = Field(default=[], description="Patterns of dates without a day, or without a month")
    unknown_dates: list[Text] = Field(default=[], description="Texts that say that a date is not known")
    pseudonyms: bool = Field(default=False, description="Subject ids are replaced by a keyed hash")
    every_days: Annotated[int, Field(ge=1)] | None = Field(
        default=None, description="An export is due every so many days; a missing or repeated one is an alarm"
    )
    limits: dict[str, Limit] = Field(
        default={"*": Limit(rate=0.2, count=5)},
        description="By rule, how many records may fail it; * for all rules without a limit of their own",
    )
    redcap: RedcapProject | None = None
    decodes: dict[str, Decode] = {}
    files: list[FileMapping] = Field(min_length=1)
    corrections: list[Correction] = []
    waivers: list[Waiver] = []

    @model_validator(mode="after")
    def _corrections_told_apart(self) -> SiteMapping:
        names = [correction.id for correction in self.corrections]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"corrections: expected an id of its own for each; found {', '.join(twice)} twice")
        return self

    @model_validator(mode="after")
    def _fits_the_domains(self) -> SiteMapping:
        for path, feed in self._feeds():
            if feed.domain not in DOMAINS:
                raise ValueError(f"{path}.domain: expected one of {', '.join(DOMAINS)}; found {feed.domain}")
            specs = DOMAINS[feed.domain].columns()
            for number, entry in enumerate(feed.entries()):
                place = f"{path}.repeat[{number}].columns" if feed.repeat else f"{path}.columns"
                _check_entry(place, specs, entry, self.decodes)
        return self

    def _feeds(self) -> Iterator[tuple[str, Feed]]:
        for f, file in enumerate(self.files):
            for s, sheet in enumerate(file.sheets):
                for d, feed in enumerate(sheet.feeds):
                    yield f"files[{f}].sheets[{s}].feeds[{d}]", feed

    def decode_of(self, source: ColumnSource) -> dict[str, str] | None:
        """The code map of a column source."""
        return self.decodes[source.decode] if isinstance(source.decode, str) else source.decode

    def fingerprint_text(self) -> str:
        """The mapping as text that is equal for mappings that read files alike, for staging keys."""
        return self.model_dump_json(exclude={"waivers", "name", "language", "every_days", "limits", "redcap"})

    def for_export(self, received: date) -> SiteMapping:
        """The mapping as it holds for an export: without the corrections that export no longer needs."""
        needed = [fix for fix in self.corrections if fix.applies_until is None or received <= fix.applies_until]
        return self.model_copy(update={"corrections": needed})

    def known_on(self, day: date) -> SiteMapping:
        """The mapping without corrections that were reported, and waivers that were decided, after a day."""
        return self.model_copy(
            update={
                "corrections": [fix for fix in self.corrections if fix.reported_on <= day],
                "waivers": [waiver for waiver in self.waivers if waiver.decided_on <= day],
            }
        )


def _check_entry(
    place: str,
    specs: dict[str, ColumnSpec],
    entry: dict[str, ColumnSource],
    decodes: dict[str, dict[str, str]],
) -> None:
    for name, source in entry.items():
        if name not in specs:
            raise ValueError(f"{place}.{name}: expected a column among {', '.join(specs)}")
        _check_source(f"{place}.{name}", specs[name], source, decodes)
    if missing := [name for name, spec in specs.items() if spec.required and name not in entry]:
        raise ValueError(f"{place}: expected the required {', '.join(missing)}")


def _check_source(place: str, spec: ColumnSpec, source: ColumnSource, decodes: dict[str, Any]) -> None:
    if isinstance(source.decode, str) and source.decode not in decodes:
        raise ValueError(
            f"{place}.decode: expected one of {', '.join(decodes) or 'none declared'}; found {source.decode}"
        )
    codes = decodes[source.decode] if isinstance(source.decode, str) else source.decode
    targets = [*(codes or {}).values()]
    if source.constant is not None and codes is None:
        targets.append(source.constant)
    if spec.codelist and (wrong := [target for target in targets if target not in spec.codelist]):
        raise ValueError(f"{place}: expected codes among {', '.join(spec.codelist)}; found {', '.join(wrong)}")
    if source.unit is not None:
        if spec.unit is None:
            raise ValueError(f"{place}.unit: {spec.name} has no unit")
        try:
            conversion_factor(source.unit, spec.unit)
        except ValueError as error:
            raise ValueError(f"{place}.unit: {error}") from None
    if source.divided_by is not None and spec.kind not in ("number", "integer"):
        raise ValueError(f"{place}.divided_by: belongs to columns of numbers; {spec.name} is none")
    if (source.days_since or source.dates) and spec.kind != "date":
        raise ValueError(f"{place}: dates and days_since belong to date columns; {spec.name} is none")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
