"""Try an export before it is sent: every question the night would ask of it, nothing kept and no value told.

The delivery is laid down in a folder of its own as if it had come today, or on the day its folder is named after. With a study, its
tables are built in memory from what has landed and this delivery as the site's newest, so that rules over several records
are asked too, and corrections and waivers count. With a mapping alone there is no protocol, and the rules that need one are named.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

import polars as pl

from flows.settings import Settings
from flows.sites.stage import StagedSite, refuse_idle_corrections, stage_deliveries
from flows.study.work import study_inputs
from flows.study_folder import Extract, Study
from schemas.errors import DataRejected, UsageError
from schemas.mapping import FileMapping, SiteMapping
from transforms.conform.pair_files import is_leftover, sent_files
from transforms.crosschecks import CrossCheck, crosschecks
from transforms.definitions import derive_corrections
from transforms.drafts import NAMELESS
from warehouse.dictionary import list_catalogue
from warehouse.frame_store import FrameStore
from warehouse.frames import frame_of
from warehouse.staged_exports import StagedFile
from warehouse.study_build import StudyInputs, build_study

ORDER = ("severity", "source_sheet", "source_row", "source_column")
ASKED = """
    SELECT source_file, severity, source_sheet, source_row, coalesce(source_column, column_name) AS source_column,
           rule_id, question, status
    FROM meta.site_query WHERE status <> 'closed'
"""
# What of a rule's SQL there is nothing to look up in where there is no protocol.
OF_A_PROTOCOL = ("adam.", "meta.planned", "meta.response_window", "meta.toxicity", "data_cut", "latest_extract")
NO_STUDY = "no_study"


@dataclass(frozen=True)
class TriedFile:
    """What one file would become.

    unknown: cells of accepted records that are set aside. problems: severity, source_sheet, source_row, source_column,
    rule_id, question, status.
    """

    file: str
    rows_read: int
    records: int
    unknown: int
    problems: pl.DataFrame

    @property
    def asked(self) -> pl.DataFrame:
        """Problems that the site would be asked about."""
        return self.problems.filter(pl.col("status") != "waived")

    @property
    def quarantined(self) -> int:
        """Problems that keep a record out."""
        return self.asked.filter(severity="quarantine").height


@dataclass(frozen=True)
class TriedExport:
    """The files of a delivery, and what is to be known besides."""

    files: list[TriedFile]
    notes: list[str]


@dataclass(frozen=True)
class _StoreBeside(FrameStore):
    """A store of its own that finds what another one holds, and changes nothing there."""

    behind: Path = Path()
    _sound: dict[str, bool] = field(default_factory=dict)

    def folder(self, key: str) -> Path:
        own, kept = super().folder(key), FrameStore(self.behind)
        if key not in self._sound:
            self._sound[key] = key in kept
        return kept.folder(key) if self._sound[key] and not own.exists() else own

    def mark_used(self, key: str) -> None:
        """Whoever tries an export needs nothing to be kept."""


def try_in_study(path: Path, study: Study, site_id: str, settings: Settings, today: date) -> TriedExport:
    """What each file at a path (a file, a zip, or the folder of a delivery) would become in the study's next night.

    Raises
    ------
    DataRejected: a file can't be read as the mapping says.
    UsageError: there is nothing at the path, or the study has no such site.
    """
    if site_id not in study.sites:
        raise UsageError(f"{study.study_id}: unknown site {site_id}; expected one of {', '.join(study.sites)}")
    with tempfile.TemporaryDirectory(prefix="cartrove-") as scratch:
        trial = _Trial(Path(scratch), path, study.sites[site_id], settings)
        day = trial.day(study.landing / site_id, today)
        landed = list(study.extracts(max(day, today)))
        earlier = [extract for extract in landed if extract.site_id == site_id and extract.extract_date < day]
        tried = trial.stage(day, beside=_latest_folder(landed, site_id, day))
        others = [
            _told(trial, stage_deliveries(site, of_site, study.landing, trial.settings, trial.store))
            for name, site in study.sites.items()
            if (of_site := earlier if name == site_id else [one for one in landed if one.site_id == name])
        ]
        files = [file for staged in (*others, tried) for file in staged]
        trial.see_to_corrections([file for file in files if file.site_id == site_id])
        return trial.ask(study_inputs(study, files, None, "tried"), tried)


def try_alone(path: Path, site: SiteMapping, settings: Settings, today: date) -> TriedExport:
    """The same by a mapping alone: what needs neither a protocol nor an earlier export.

    Raises
    ------
    DataRejected: a file can't be read as the mapping says.
    UsageError: there is nothing at the path, or the mapping still lacks headers.
    """
    _refuse_nameless(site)
    with tempfile.TemporaryDirectory(prefix="cartrove-") as scratch:
        trial = _Trial(Path(scratch), path, site, settings)
        tried = trial.stage(today, beside=None)
        trial.see_to_corrections(tried)
        able = [check for check in crosschecks() if not any(name in check.sql for name in OF_A_PROTOCOL)]
        unable = [check.rule.rule_id for check in crosschecks() if check not in able]
        trial.notes.append(
            f"not asked, since they need a protocol (--study and --site): {len(unable)} rules: {', '.join(unable)}; "
            "nor could this export be compared with the ones before it"
        )
        return trial.ask(_inputs_alone(site, tried, able, today), tried)


def problem_lines(tried: TriedFile) -> Iterator[str]:
    """Each problem in a line: where, which rule, how to mend it."""
    for severity, sheet, row, column, rule, question, status in tried.problems.iter_rows():
        place = " ".join(part for part in (sheet, f"row {row}" if row else "", column) if part)
        kind = "waived" if status == "waived" else severity
        yield f"{kind:<10}  {place}: {question} ({rule})"


class _Trial:
    """A delivery in a folder of its own, staged in a store of its own. notes: what is to be known besides its questions."""

    def __init__(self, scratch: Path, path: Path, site: SiteMapping, settings: Settings) -> None:
        if not path.exists():
            raise UsageError(f"{path}: expected a file or a folder; found none")
        self.path, self.site, self.landing = path, site, scratch / "landing"
        self.settings = settings.model_copy(update={"workspace": scratch, "settle_seconds": 0})
        self.store = _StoreBeside(self.settings.staging, settings.staging)
        self.notes: list[str] = []

    def day(self, landing: Path, today: date) -> date:
        """The day the delivery counts as come: that of its folder, where it has landed already, else today."""
        path = self.path.resolve()
        folder = path if path.is_dir() else path.parent
        if folder.parent != landing.resolve():
            return today
        return date.fromisoformat(folder.name)

    def stage(self, day: date, beside: Path | None) -> tuple[StagedFile, ...]:
        """The delivery's files, and those of `beside`, the site's last delivery, that its mapping asks for too and a single file is sent without."""
        folder = self.landing / self.site.site_id / day.isoformat()
        site = self._lay_down(folder, beside).for_export(day)
        extract = Extract(site.site_id, day, folder)
        staged = stage_deliveries(site, [extract], self.landing, self.settings, self.store)
        if staged.rejected:
            raise DataRejected(staged.rejected[-1].message)
        return staged.files

    def see_to_corrections(self, files: Sequence[StagedFile]) -> None:
        """Whether each correction still finds something: the night would refuse the site's mapping otherwise."""
        try:
            refuse_idle_corrections(self.site, files, self.store)
        except UsageError as refusal:
            self.notes.append(f"the night would fail: {refusal}")

    def ask(self, inputs: StudyInputs, tried: Sequence[StagedFile]) -> TriedExport:
        """Build, and take the questions that are about the files at the path."""
        with build_study(inputs, self.store) as connection:
            asked = frame_of(connection, ASKED)
        files = [self._tried(file, asked) for file in tried if self._is_meant(file)]
        return TriedExport(files, self.notes)

    def _tried(self, file: StagedFile, asked: pl.DataFrame) -> TriedFile:
        folder = self.store.folder(file.staging_key)
        accepted = [pl.scan_parquet(path) for path in folder.glob("accepted.*.parquet")]
        return TriedFile(
            file=PurePosixPath(file.source_file).name,
            rows_read=int(pl.read_parquet(folder / "sheets.parquet")["rows_read"].sum()),
            records=sum(int(frame.select(pl.len()).collect().item()) for frame in accepted),
            unknown=_unknown_cells(folder),
            problems=asked.filter(source_file=file.source_file)
            .sort(*ORDER, nulls_last=False)
            .select(*ORDER, "rule_id", "question", "status"),
        )

    def _is_meant(self, file: StagedFile) -> bool:
        return self.path.is_dir() or PurePosixPath(file.source_file).parts[2] == self.path.name

    def _lay_down(self, folder: Path, beside: Path | None) -> SiteMapping:
        """Copy the delivery; of a single file what belongs to it as well. Gives the mapping, which takes no offence at what is still lacking."""
        if self.path.is_dir():
            shutil.copytree(self.path, folder, symlinks=True)
            return self.site
        folder.mkdir(parents=True)
        shutil.copy2(self.path, folder, follow_symlinks=False)
        names = [file.name for file in sent_files(self.site.site_id, [folder / self.path.name])]
        if not names:
            raise DataRejected(f"{self.path.name}: expected export files in the archive; found none; pack it anew")
        entries = [self._completed(entry, names, folder, beside) for entry in self.site.files]
        return self.site.model_copy(update={"files": entries})

    def _completed(self, entry: FileMapping, names: Sequence[str], folder: Path, beside: Path | None) -> FileMapping:
        """Copy the file of an entry that was not sent along, and what it is read with; an entry without a file counts as optional."""
        sent = any(fnmatchcase(name, entry.match) for name in names)
        if entry.beside and sent and not any(fnmatchcase(name, entry.beside) for name in names):
            found = _copied(entry.beside, self.path.parent, folder)
            if not found:
                raise DataRejected(
                    f"{self.path.name}: expected its {entry.beside_kind} {entry.beside} beside it; found none; put it there"
                )
        if sent or entry.optional:
            return entry
        patterns = [entry.match, *([entry.beside] if entry.beside else [])]
        copied = [_copied(pattern, beside, folder) for pattern in patterns] if beside else [False]
        if beside and all(copied):
            self.notes.append(f"{entry.match}: not sent along; that of {beside.name} was used")
            return entry
        self.notes.append(
            f"{entry.match}: not sent along; the night rejects a delivery without it, and no question across both files was asked"
        )
        return entry.model_copy(update={"optional": True})


def _unknown_cells(folder: Path) -> int:
    """Cells that are set aside of records that are in use."""
    record = ["domain", "row_id"]
    kept_out = pl.read_parquet(folder / "problems.parquet").filter(severity="quarantine")
    unknown = pl.read_parquet(folder / "unknown_cells.parquet").join(kept_out, on=record, how="anti")
    return unknown.select(*record, "column_name").n_unique()


def _refuse_nameless(site: SiteMapping) -> None:
    """A draft says NAMELESS where it found no column."""
    feeds = [feed for file in site.files for sheet in file.sheets for feed in sheet.feeds]
    lacking = [
        f"{feed.domain}.{name}"
        for feed in feeds
        for entry in feed.entries()
        for name, source in entry.items()
        if source.column == NAMELESS
    ]
    if lacking:
        raise UsageError(
            f'the mapping says "{NAMELESS}" for {", ".join(dict.fromkeys(lacking))}: write there the header of the column that '
            "holds it, or take the feed out"
        )


def _copied(pattern: str, source: Path, folder: Path) -> bool:
    """Whether there are files of a name; they are copied."""
    found = [file for file in sorted(source.iterdir()) if file.is_file() and not is_leftover(file.name)]
    fitting = [file for file in found if fnmatchcase(file.name, pattern)]
    for file in fitting:
        shutil.copy2(file, folder)
    return bool(fitting)


def _told(trial: _Trial, staged: StagedSite) -> tuple[StagedFile, ...]:
    """The files of a site; deliveries that can't be read are noted."""
    trial.notes += [f"left out: {rejected.message}" for rejected in staged.rejected]
    return staged.files


def _latest_folder(landed: Sequence[Extract], site_id: str, day: date) -> Path | None:
    """The site's own delivery of that day where it has landed already, else its last one before."""
    folders = [one.folder for one in landed if one.site_id == site_id and one.extract_date <= day]
    return folders[-1] if folders else None


def _inputs_alone(
    site: SiteMapping, tried: Sequence[StagedFile], checks: Sequence[CrossCheck], today: date
) -> StudyInputs:
    """A study of one site whose protocol says nothing."""
    definitions = {
        "meta.study": pl.DataFrame({"study_id": [NO_STUDY], "latest_extract": [today]}),
        "meta.site": pl.DataFrame(
            {"study_id": [NO_STUDY], "site_id": [site.site_id], "name": [site.name], "language": [site.language]}
        ),
    }
    return StudyInputs(
        study_id=NO_STUDY,
        staged=tried,
        definitions={**definitions, **list_catalogue([check.rule for check in checks])},
        corrections=derive_corrections([site]),
        endpoint_queries={},
        crosschecks=[(check.rule, check.sql) for check in checks],
        definition_key=NO_STUDY,
    )
