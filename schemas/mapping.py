"""sites/<site>.yaml: how one site's exports become canonical records.

The models say what a mapping may hold and check it against the domain models: unknown domains and columns, codes no
code list has, units of another dimension. They read no export.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from schemas.columns import ColumnSpec
from schemas.domains import DOMAINS
from schemas.units import conversion_factor

FileFormat = Literal["csv", "excel", "redcap", "sas", "odm", "dataset-json", "r"]
# One table a file, so that a sheet has no name; tables that always have one; of the others a file may hold one or many.
UNNAMED: frozenset[FileFormat] = frozenset({"csv", "redcap"})
NAMED: frozenset[FileFormat] = frozenset({"excel", "odm"})
WITH_HEADER_ROW: frozenset[FileFormat] = frozenset({"csv", "excel", "redcap"})


def _as_text(value: object) -> object:
    """YAML reads 1 as a number and 1990-01-01 as a date; a mapping means the text a cell holds."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value) if isinstance(value, int | float | date) else value


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


Text = Annotated[str, BeforeValidator(_as_text)]
Texts = Annotated[list[Text], BeforeValidator(_as_list)]
Decode = Annotated[dict[Text, Text], AfterValidator(_one_code_each)]
Dates = list[Annotated[str, AfterValidator(_whole_date)]]


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


class ColumnSource(_Part):
    """Where a canonical column comes from: a column of the export, or a constant; and how its text is read."""

    column: Text | None = None
    constant: Text | None = None
    decode: str | Decode | None = Field(default=None, description="A named code map, or one of its own")
    dates: Dates | None = Field(default=None, description="Date patterns of this column alone")
    unit: str | None = Field(default=None, description="Unit of the export")
    days_since: Text | None = Field(default=None, description="The number is days since this date or column")

    @model_validator(mode="after")
    def _one_source(self) -> ColumnSource:
        if (self.column is None) == (self.constant is None):
            raise ValueError("expected either column or constant")
        return self


Source = Annotated[ColumnSource, BeforeValidator(_as_column)]
Conditions = Annotated[list[Condition], BeforeValidator(_as_list)]


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
    set_aside: Conditions = Field(default=[], description="Rows that are no data, such as totals")
    deleted: Conditions = Field(default=[], description="Rows whose records are deleted at the site")
    personal: list[Text] = Field(default=[], description="Columns dropped before anything is written")
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
        offsets = {source.days_since for source in sources if source.days_since and not _is_date(source.days_since)}
        return {source.column for source in sources if source.column} | conditions | offsets


class FileMapping(_Part):
    """Which files of a delivery these are, how they are read, and what their sheets hold."""

    match: str = Field(description="File name pattern within the delivery's folder")
    format: FileFormat
    encoding: str = "auto"
    delimiter: str = "auto"
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
        if self.format not in WITH_HEADER_ROW and any(sheet.header_row != 1 for sheet in self.sheets):
            raise ValueError(f"header_row: expected none; columns of format {self.format} bear their own names")
        return self


class Waiver(_Part):
    """A question to the site that is settled: the value stands. It holds for that value of that record alone."""

    query: str = Field(pattern=r"^Q[0-9A-F]{10}$", description="The question's id, from the query list")
    reason: str
    decided_by: str
    decided_on: date


class SiteMapping(_Part):
    """A site and its files."""

    site_id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    language: Literal["en", "zh"] = "en"
    dates: Dates = ["%Y-%m-%d"]
    decodes: dict[str, Decode] = {}
    files: list[FileMapping] = Field(min_length=1)
    waivers: list[Waiver] = []

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
        return self.model_dump_json(exclude={"waivers", "name", "language"})


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
    if (source.days_since or source.dates) and spec.kind != "date":
        raise ValueError(f"{place}: dates and days_since belong to date columns; {spec.name} is none")


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
