"""Try an export before it is sent: every problem by sheet, row and column, nothing written and no value told."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import polars as pl

from flows.settings import Settings
from schemas.errors import DataRejected, UsageError
from schemas.mapping import FileMapping, SiteMapping
from schemas.yaml_file import load_yaml
from transforms.conform import SentFile, pair_files
from transforms.conform.pair_files import sent_files
from transforms.stage import stage_export
from warehouse.dictionary import list_rules

ORDER = ("severity", "source_sheet", "source_row", "source_column")


@dataclass(frozen=True)
class TriedExport:
    """What one file would become.

    unknown: cells of accepted records that are set aside. problems: severity, source_sheet, source_row, source_column,
    rule_id, question.
    """

    file: str
    rows_read: int
    records: int
    unknown: int
    problems: pl.DataFrame

    @property
    def quarantined(self) -> int:
        """Problems that keep a record out."""
        return self.problems.filter(severity="quarantine").height


def find_mapping(settings: Settings, study: str | None, site: str | None, mapping: Path | None) -> SiteMapping:
    """The mapping of a site of a study, or the one in a file.

    Raises
    ------
    UsageError: neither or both are given, or it is broken.
    """
    if mapping is not None and not study and not site:
        return load_yaml(mapping, SiteMapping)
    if study and site and mapping is None:
        return load_yaml(settings.studies / study / "sites" / f"{site}.yaml", SiteMapping)
    raise UsageError("expected either --study and --site, or --mapping FILE")


def try_export(path: Path, site: SiteMapping, settings: Settings) -> Iterator[TriedExport]:
    """What each file at a path (a file, a zip, or the folder of a delivery) would become.

    Raises
    ------
    DataRejected: a file can't be read as the mapping says.
    UsageError: there is nothing at the path.
    """
    if not path.exists():
        raise UsageError(f"{path}: expected a file or a folder; found none")
    with tempfile.TemporaryDirectory(prefix="cartrove-") as folder:
        scratch = Path(folder)
        for file, entry, dictionary in _paired(path, site):
            with (
                file.opened(scratch) as opened,
                dictionary.opened(scratch) if dictionary else nullcontext() as opened_dictionary,
            ):
                frames = stage_export(opened, entry, site, opened_dictionary, settings.pseudonym_key)
            yield _tried(file, frames, site.language)


def _paired(path: Path, site: SiteMapping) -> Iterator[tuple[SentFile, FileMapping, SentFile | None]]:
    """The files with their entries; where one file is tried, the others of its delivery may be missing."""
    if path.is_dir():
        for pair in pair_files(site, path):
            yield pair.file, pair.entry, pair.dictionary
        return
    files = sent_files(site.site_id, [path])
    if not files:
        raise DataRejected(f"{path.name}: expected export files in the archive; found none; pack it anew")
    beside = sent_files(site.site_id, sorted(other for other in path.parent.iterdir() if other.is_file()))
    for file in files:
        entries = [entry for entry in site.files if fnmatchcase(file.name, entry.match)]
        if len(entries) != 1:
            patterns = ", ".join(entry.match for entry in site.files)
            raise DataRejected(
                f"{path.name}: expected one of the patterns {patterns}; {file.name} fits {len(entries)}; rename the file"
            )
        wanted = entries[0].dictionary
        found = [other for other in (*files, *beside) if wanted and fnmatchcase(other.name, wanted)]
        if wanted and not found:
            raise DataRejected(f"{file.name}: expected a data dictionary {wanted} beside it; found none; put it there")
        yield file, entries[0], found[0] if found else None


def _tried(file: SentFile, frames: dict[str, pl.DataFrame], language: str) -> TriedExport:
    rules = list_rules().select("rule_id", question="remedy_zh" if language == "zh" else "remedy")
    problems = frames["problems"].join(rules, on="rule_id", how="left").sort(*ORDER, nulls_last=False)
    kept_out, cell = frames["problems"].filter(severity="quarantine"), ["domain", "row_id", "column_name"]
    return TriedExport(
        file=file.name,
        rows_read=int(frames["sheets"]["rows_read"].sum()),
        records=sum(frame.height for name, frame in frames.items() if name.startswith("accepted.")),
        unknown=frames["unknown_cells"].join(kept_out, on=["domain", "row_id"], how="anti").select(cell).n_unique(),
        problems=problems.select(*ORDER, "rule_id", "question"),
    )


def problem_lines(tried: TriedExport) -> Iterator[str]:
    """Each problem in a line: where, which rule, how to mend it."""
    for severity, sheet, row, column, rule, question in tried.problems.iter_rows():
        place = " ".join(part for part in (sheet, f"row {row}" if row else "", column) if part)
        yield f"{severity:<10}  {place}: {question} ({rule})"
