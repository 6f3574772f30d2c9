"""A site and its files, held against the domain models."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from pydantic import Field, model_validator

from schemas.columns import ColumnSpec, keeps_limit
from schemas.domains import DOMAINS
from schemas.language import Language
from schemas.mapping.answer_lists import AnswerList
from schemas.mapping.columns import ColumnSource
from schemas.mapping.decisions import Correction, Limit, Waiver
from schemas.mapping.files import Feed, FileMapping
from schemas.mapping.forms import AGES, LIMITS, Form
from schemas.mapping.normal_ranges import NormalRange
from schemas.mapping.texts import ANY_STUDY, Dates, DaysBetween, Decode, PartialDates, Text
from schemas.units import conversion_factor
from schemas.yaml_file import Part, check_told_apart

# A file beside others: no folder before it, nothing hidden.
FILE_NAME = r"^[^/\\\x00-\x1f.][^/\\\x00-\x1f]*$"


class RedcapProject(Part):
    """Where a site's REDCap answers; the token is a setting, never written here."""

    url: str = Field(
        pattern=r"^https?://", description="Address of the project's API, as https://redcap.example.org/api/"
    )
    file: str = Field(
        default="redcap_data.csv",
        pattern=FILE_NAME,
        description="Name under which the records are put in the landing folder",
    )
    dictionary: str = Field(
        default="redcap_dictionary.csv", pattern=FILE_NAME, description="Name of the data dictionary there"
    )


class SubjectIds(Part):
    """How a site writes the ids of its subjects, beyond what holds everywhere (see schemas.subject_ids)."""

    ignore_case: bool = Field(
        default=False, description="p01 and P01 are one subject, kept as P01; else they are two, and asked about"
    )


class AfterReading:
    """Marks a part of the mapping that reading a file never looks at: a change of it leaves staged records as they are."""


class SiteMapping(Part):
    """A site and its files."""

    site_id: str = Field(
        pattern=r"^[a-z][a-z0-9_]*$",
        max_length=60,
        description="Name of the site: that of this file, and its key in every table",
    )
    name: Annotated[str, AfterReading()] = Field(description="Name of the site for readers")
    language: Annotated[Language, AfterReading()] = Field(
        default="en", description="Language of the site's query lists"
    )
    dates: Dates = Field(
        default=["%Y-%m-%d"],
        description="Patterns of whole dates, as %Y-%m-%d; serial-1900 or serial-1904 for bare spreadsheet numbers",
    )
    partial_dates: PartialDates = Field(default=[], description="Patterns of dates without a day, or without a month")
    unknown_dates: list[Text] = Field(default=[], description="Texts that say that a date is not known")
    ids: SubjectIds = Field(default=SubjectIds(), description="How ids of subjects are compared")
    dates_between: DaysBetween = Field(
        default=ANY_STUDY,
        description="First and last day a date can mean; one outside is asked about, and a spreadsheet number is none",
    )
    pseudonyms: bool = Field(default=False, description="Subject ids are replaced by a keyed hash")
    every_days: Annotated[Annotated[int, Field(ge=1)] | None, AfterReading()] = Field(
        default=None, description="An export is due every so many days; a missing or repeated one is an alarm"
    )
    limits: Annotated[dict[str, Limit], AfterReading()] = Field(
        default={"*": Limit(rate=0.2, count=5)},
        description="By rule, how many records may fail it; * for all rules without a limit of their own",
    )
    normal_ranges: Annotated[list[NormalRange], AfterReading()] = Field(
        default=[], description="Limits of normal of the laboratory, by test, sex and day, where its records print none"
    )
    redcap: Annotated[RedcapProject | None, AfterReading()] = Field(
        default=None, description="REDCap project that `cartrove pull` fetches exports from"
    )
    erased: list[Annotated[str, Field(pattern="^[0-9a-f]{64}$")]] = Field(
        default=[], description="Subjects whose data may no longer be used: hashes, as `cartrove withdraw` writes them"
    )
    decodes: dict[str, Decode] = Field(
        default={}, description="Code maps by name: text in the export: code. Neither width nor case of letters matters"
    )
    files: list[FileMapping] = Field(min_length=1, description="Files of a delivery")
    corrections: list[Correction] = Field(
        default=[], description="Known errors of the source, mended until the site mends them"
    )
    waivers: Annotated[list[Waiver], AfterReading()] = Field(
        default=[], description="Questions that are settled: the value stands"
    )
    answer_lists: Annotated[list[AnswerList], AfterReading()] = Field(
        default=[],
        description="Lists of questions that the site answers in a system of its own, as that system exports them",
    )

    @model_validator(mode="after")
    def _corrections_told_apart(self) -> SiteMapping:
        check_told_apart("corrections", [correction.id for correction in self.corrections])
        return self

    @model_validator(mode="after")
    def _normal_ranges_told_apart(self) -> SiteMapping:
        named = [f"{one.test}, sex {one.sex or 'any'}, from {one.from_day or 'always'}" for one in self.normal_ranges]
        check_told_apart("normal_ranges", named)
        return self

    @model_validator(mode="after")
    def _answer_lists_are_no_exports(self) -> SiteMapping:
        matches = [one.match for one in self.answer_lists]
        if twice := sorted({match for match in matches if matches.count(match) > 1}):
            raise ValueError(f"answer_lists: expected a match of its own for each; found {', '.join(twice)} twice")
        exports = {pattern for file in self.files for pattern in (file.match, file.beside) if pattern}
        if both := sorted(exports.intersection(matches)):
            raise ValueError(
                f"answer_lists: expected a match that no entry of files has; found {', '.join(both)}, which would take its exports"
            )
        return self

    @model_validator(mode="after")
    def _files_expect_terms(self) -> SiteMapping:
        terms = {text for codes in self.decodes.values() for text in codes}
        # 2021年3月5日 shows how a file is encoded as well as a header does.
        terms |= {
            sign
            for pattern in (*self.dates, *self.partial_dates, *self.unknown_dates)
            for sign in pattern
            if not sign.isascii()
        }
        for file in self.files:
            feeds = [feed for sheet in file.sheets for feed in sheet.feeds]
            sources = [source for feed in feeds for entry in feed.entries() for source in entry.values()]
            file.expect(terms.union(*(source.decode for source in sources if isinstance(source.decode, dict))))
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
        return self.model_dump_json(exclude=self.after_reading())

    @classmethod
    def after_reading(cls) -> set[str]:
        """The fields that reading a file never looks at."""
        return {
            name
            for name, of_it in cls.model_fields.items()
            if any(isinstance(mark, AfterReading) for mark in of_it.metadata)
        }

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
        _check_limits(f"{place}.{name}.forms", specs, name, source)
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
    _check_unit(f"{place}.unit", spec, source.unit)
    _check_forms(f"{place}.forms", spec, source)
    if source.divided_by is not None and spec.kind not in ("number", "integer"):
        raise ValueError(f"{place}.divided_by: belongs to columns of numbers; {spec.name} is none")
    if (source.days_since or source.dates) and spec.kind != "date":
        raise ValueError(f"{place}: dates and days_since belong to date columns; {spec.name} is none")


def _check_unit(place: str, spec: ColumnSpec, unit: str | None) -> None:
    if unit is None:
        return
    if spec.unit is None:
        raise ValueError(f"{place}: {spec.name} has no unit")
    try:
        conversion_factor(unit, spec.unit)
    except ValueError as error:
        raise ValueError(f"{place}: {error}") from None


def _check_forms(place: str, spec: ColumnSpec, source: ColumnSource) -> None:
    """Forms belong to numbers, say their unit where the cell does, and are limits only where a value may be missing."""
    counts_days = spec.kind == "date" and source.days_since is not None
    if source.forms and spec.kind not in ("number", "integer") and not counts_days:
        raise ValueError(f"{place}: belong to columns of numbers and to days_since; {spec.name} is neither")
    for number, form in enumerate(source.forms):
        here = f"{place}[{number}]"
        _check_unit(f"{here}.unit", spec, form.unit)
        if spec.unit and not form.unit and not source.unit and _says_more(form, spec.unit):
            raise ValueError(f"{here}.unit: expected the unit that {form.text} stands for, such as {spec.unit}")
        if any(hole in AGES for hole in form.holes) and spec.unit != "years":
            raise ValueError(f"{here}: years, months and days make an age; {spec.name} is none")
        if any(hole in AGES for hole in form.holes) and form.unit is not None:
            raise ValueError(f"{here}.unit: expected none; years, months and days are said in braces")
        if form.means in ("below", "above") and (spec.required or source.divided_by or counts_days):
            raise ValueError(f"{here}.means: expected value; without one the record has no {spec.name}")


def _check_limits(place: str, specs: dict[str, ColumnSpec], name: str, source: ColumnSource) -> None:
    """A limit needs a column that keeps it, else it would be a blank cell nobody asks about."""
    for number, form in enumerate(source.forms):
        if form.means in ("below", "above") and not keeps_limit(name, form.means, specs):
            raise ValueError(
                f"{place}[{number}].means: expected value, or no such form; there is no column {name}_{form.means} that could keep the "
                "limit, and without the form the site is asked about the cell"
            )


def _says_more(form: Form, unit: str) -> bool:
    """Whether a form of a value holds more than the number, its sign and the column's own unit: another unit, a power of ten."""
    if form.means in ("below", "above") or any(hole in AGES for hole in form.holes):
        return False
    texts = "".join(part for part, is_hole in form.pieces if not is_hole)
    return "e" in form.holes or texts.strip(f"{LIMITS}= ").casefold() not in ("", unit.casefold())
