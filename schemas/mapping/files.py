"""Which files a delivery has, which sheets they hold, and which records their rows become."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, PrivateAttr, model_validator

from schemas.domains import DOMAINS
from schemas.mapping.columns import ColumnSource, Conditions, Source
from schemas.mapping.texts import Text, Texts
from schemas.yaml_file import Part, one_of

FileFormat = Literal[
    "csv", "excel", "redcap", "redcap-xml", "sas", "spss", "stata", "odm", "dataset-json", "r", "parquet", "feather",
    "jsonl",
]  # fmt: skip
# One table a file, so that a sheet has no name; tables that always have one; of the others a file may hold one or many.
UNNAMED: frozenset[FileFormat] = frozenset(
    {"csv", "redcap", "redcap-xml", "spss", "stata", "parquet", "feather", "jsonl"}
)
NAMED: frozenset[FileFormat] = frozenset({"excel", "odm"})
WITH_HEADER_ROW: frozenset[FileFormat] = frozenset({"csv", "excel", "redcap"})
# Their header may take several rows.
WITH_HEADER_ROWS: frozenset[FileFormat] = frozenset({"csv", "excel"})
# Their codes have labels within the file.
LABELLED: frozenset[FileFormat] = frozenset({"spss", "stata"})


class Repeat(Part):
    """One record of a wide row: its columns replace or join those of the feed."""

    columns: dict[str, Source] = Field(description="Column of the domain: where it comes from, for this record")


class Split(Part):
    """Several records written in one cell: each part of it is a record of its own."""

    column: Text = Field(description="Column of the export whose cells hold several records")
    by: Texts = Field(min_length=1, description="Signs between the parts, in any width")


def _columns_of_domains() -> dict[str, Any]:
    """For the JSON Schema: which columns a feed of each domain has."""
    named = {name: {"propertyNames": {"enum": [*domain.columns()]}} for name, domain in DOMAINS.items()}
    return {
        "allOf": [
            {
                "if": {"properties": {"domain": {"const": name}}},
                "then": {
                    "properties": {"columns": columns, "repeat": {"items": {"properties": {"columns": columns}}}},
                },
            }
            for name, columns in named.items()
        ]
    }


class Feed(Part):
    """How rows of a sheet become records of one domain."""

    model_config = ConfigDict(json_schema_extra=_columns_of_domains())

    domain: str = Field(description="Domain the records belong to", json_schema_extra=one_of(DOMAINS))
    columns: dict[str, Source] = Field(
        default={},
        description="Column of the domain: where it comes from; for a plain column of the export its name alone",
    )
    repeat: list[Repeat] = Field(default=[], description="Several records of one row: one entry for each")
    where: Conditions = Field(default=[], description="Only rows that meet all of these conditions")
    split: Split | None = Field(
        default=None, description="A cell that holds several records; each column of the feed then reads one part"
    )
    once: bool = Field(default=False, description="Equal records, repeated on many rows, are one")

    def entries(self) -> list[dict[str, ColumnSource]]:
        """The columns of each record a row gives."""
        return [{**self.columns, **part.columns} for part in self.repeat] or [self.columns]


class SheetMapping(Part):
    """What a sheet holds. A column that is neither used, personal nor ignored is reported to the site."""

    sheet: Text | None = Field(
        default=None, description="Name of the sheet, dataset or item group; none for CSV and files of one dataset"
    )
    header_row: Annotated[int, Field(ge=1)] = Field(default=1, description="Line of the header, from 1")
    header_rows: Annotated[int, Field(ge=1, le=3)] = Field(
        default=1, description="Excel, CSV: rows the header takes; a column is called by all of its texts"
    )
    set_aside: Conditions = Field(default=[], description="Rows that are no data, such as totals")
    deleted: Conditions = Field(default=[], description="Rows whose records are deleted at the site")
    personal: list[Text] = Field(default=[], description="Columns dropped before anything is written")
    never_personal: list[Text] = Field(
        default=[], description="Columns whose cells may look like names or numbers of persons and are none"
    )
    ignored: list[Text] = Field(default=[], description="Columns deliberately not used")
    feeds: list[Feed] = Field(min_length=1, description="Records that the rows become")

    @model_validator(mode="after")
    def _personal_feeds_nothing(self) -> SheetMapping:
        if both := sorted(self._fed_columns() & set(self.personal)):
            raise ValueError(f"personal: expected columns that no feed uses; found {', '.join(both)}")
        return self

    def used_columns(self) -> set[str]:
        """Every column of the export that some feed, condition or day offset reads."""
        return self._fed_columns() | {condition.column for condition in (*self.set_aside, *self.deleted)}

    def named_columns(self) -> set[str]:
        """Every column of the export the mapping names, for whatever purpose."""
        return self.used_columns() | {*self.personal, *self.never_personal, *self.ignored}

    def _fed_columns(self) -> set[str]:
        sources = [source for feed in self.feeds for entry in feed.entries() for source in entry.values()]
        conditions = {condition.column for feed in self.feeds for condition in feed.where}
        conditions |= {feed.split.column for feed in self.feeds if feed.split is not None}
        return conditions.union(*(source.used_columns() for source in sources))


class FileMapping(Part):
    """Which files of a delivery these are, how they are read, and what their sheets hold."""

    match: str = Field(description="File name pattern within the delivery's folder")
    format: FileFormat = Field(description="Format of the files")
    encoding: str = Field(default="auto", description="Encoding of text files; auto to find it out")
    delimiter: str = Field(default="auto", description="Sign between the cells of text files; auto to find it out")
    decimal_comma: bool = Field(default=False, description="Numbers are written 1,5")
    short_rows: bool = Field(default=False, description="Rows may leave out blank cells at their end")
    ends_with: Text | None = Field(default=None, description="Last line by which a file says that it is whole")
    dictionary: str | None = Field(
        default=None, description="REDCap: file name pattern of the data dictionary, in the same delivery"
    )
    labels: bool = Field(default=False, description="SPSS, Stata: a cell is the label of its code, where it has one")
    catalog: str | None = Field(
        default=None,
        description="SAS: file name pattern of the catalogue of formats (.sas7bcat), in the same delivery; a cell is its label",
    )
    missing: list[Text] = Field(default=[], description="Texts that mean blank")
    optional: bool = Field(default=False, description="A delivery may lack this file")
    incremental: bool = Field(default=False, description="Holds only what is new or changed since the export before")
    sheets: list[SheetMapping] = Field(
        min_length=1, description="Sheets of the file; exactly one, without a name, for formats of one table a file"
    )
    _terms: frozenset[str] = PrivateAttr(default=frozenset())

    def expected_texts(self) -> set[str]:
        """Texts that show how the file is encoded: the columns the mapping names, and the terms it decodes."""
        return set(self._terms).union(*(sheet.named_columns() for sheet in self.sheets))

    def expect(self, terms: Iterable[str]) -> None:
        """Terms of code maps that stand elsewhere in the site's mapping."""
        self._terms = frozenset(terms)

    @model_validator(mode="after")
    def _sheets_fit_format(self) -> FileMapping:
        unnamed = [sheet for sheet in self.sheets if sheet.sheet is None]
        if self.format in UNNAMED and (len(self.sheets) != 1 or not unnamed):
            raise ValueError("expected exactly one entry under sheets, without a sheet name")
        if unnamed and (self.format in NAMED or len(self.sheets) > 1):
            raise ValueError("expected a sheet name in every entry under sheets")
        if self.format not in WITH_HEADER_ROWS and any(sheet.header_rows != 1 for sheet in self.sheets):
            raise ValueError("header_rows: expected none; only a header of format csv or excel takes several rows")
        if self.dictionary is not None and self.format != "redcap":
            raise ValueError("dictionary: expected none; only format redcap has one")
        if self.labels and self.format not in LABELLED:
            raise ValueError(f"labels: expected none; only formats {', '.join(sorted(LABELLED))} have labels of codes")
        if self.catalog is not None and self.format != "sas":
            raise ValueError("catalog: expected none; only format sas has one")
        if self.format not in WITH_HEADER_ROW and any(sheet.header_row != 1 for sheet in self.sheets):
            raise ValueError(f"header_row: expected none; columns of format {self.format} bear their own names")
        return self

    @property
    def beside(self) -> str | None:
        """Name pattern of the one file that is read with these."""
        return self.dictionary or self.catalog

    @property
    def beside_kind(self) -> str:
        """What that file is."""
        return "catalogue of formats" if self.format == "sas" else "data dictionary"
