"""A delivery laid down in a folder of its own, staged in a store of its own, and asked about: nothing of it is kept.

Belongs here: what stands beside the delivery and what becomes of its files. What it is asked within is try_export's business.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

import polars as pl

from flows.settings import Settings
from flows.sites.shrunk import hold_shrunk
from flows.sites.stage import refuse_idle_corrections, stage_deliveries
from flows.sites.staged_site import StagedSite
from flows.sites.tried import ORDER, TriedExport, TriedFile
from flows.study_folder import AcceptedFalls, Extract
from schemas.errors import DataRejected, UsageError
from schemas.mapping import FileMapping, SiteMapping
from transforms.conform.pair_files import is_leftover, sent_files
from warehouse.frame_store import FrameStore
from warehouse.frames import frame_of
from warehouse.staged_exports import StagedFile
from warehouse.study_build import StudyInputs, build_study

# By these tables, in which the levels of risk factors stand beside what was recorded.
OF_LEVELS = ("adam.adrisk", "core.baseline")
SeeTo = Callable[[Mapping[str, pl.DataFrame]], None]
ASKED = """
    SELECT source_file, severity, source_sheet, source_row, coalesce(source_column, column_name) AS source_column,
           rule_id, question, status
    FROM meta.site_query WHERE status <> 'closed'
"""


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


class Trial:
    """A delivery in a folder of its own, staged in a store of its own.

    notes: what is to be known besides its questions. refusals: why the night would fail. held: why it would hold the delivery back.
    """

    def __init__(self, scratch: Path, path: Path, site: SiteMapping, settings: Settings) -> None:
        if not path.exists():
            raise UsageError(f"{path}: expected a file or a folder; found none")
        self.path, self.site, self.landing = path, site, scratch / "landing"
        self.settings = settings.model_copy(update={"workspace": scratch, "settle_seconds": 0})
        self.store = _StoreBeside(self.settings.staging, settings.staging)
        self.notes: list[str] = []
        self.refusals: list[str] = []
        self.held: list[str] = []

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
            self.refusals.append(str(refusal))

    def see_to_loss(
        self, study_id: str, earlier: Sequence[StagedFile], tried: Sequence[StagedFile], accepted: AcceptedFalls
    ) -> pl.DataFrame:
        """Whether the night would hold the delivery back since it lacks much of what is in force; gives the questions about whole exports."""
        staged = hold_shrunk(study_id, self.site, StagedSite((*earlier, *tried), 0), self.store, accepted)
        days = {file.extract_date for file in tried}
        self.held += [held.message for held in staged.rejected if held.extract_date in days]
        return staged.questions

    def ask(self, inputs: StudyInputs, tried: Sequence[StagedFile], see_to: SeeTo | None = None) -> TriedExport:
        """Build, and take the questions that are about the files at the path. see_to: what else the night asks of its tables."""
        with build_study(inputs, self.store) as connection:
            asked = frame_of(connection, ASKED)
            tables = {name: frame_of(connection, f"FROM {name}") for name in OF_LEVELS} if see_to else {}
        if see_to:
            try:
                see_to(tables)
            except UsageError as refusal:
                self.refusals.append(str(refusal))
        files = [self._tried(file, asked) for file in tried if self._is_meant(file)]
        return TriedExport(files, self.notes, self.refusals, self.held)

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
            raise DataRejected(f"{self.path.name}: expected export files in the archive; found none; create it again")
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
            self.notes.append(f"{entry.match}: not included; that of {beside.name} was used")
            return entry
        self.notes.append(
            f"{entry.match}: not included; the night rejects a delivery without it, and rules across both files were not checked"
        )
        return entry.model_copy(update={"optional": True})


def _unknown_cells(folder: Path) -> int:
    """Cells that are set aside of records that are in use."""
    record = ["domain", "row_id"]
    kept_out = pl.read_parquet(folder / "problems.parquet").filter(severity="quarantine")
    unknown = pl.read_parquet(folder / "unknown_cells.parquet").join(kept_out, on=record, how="anti")
    return unknown.select(*record, "column_name").n_unique()


def _copied(pattern: str, source: Path, folder: Path) -> bool:
    """Whether there are files of a name; they are copied."""
    found = [file for file in sorted(source.iterdir()) if file.is_file() and not is_leftover(file.name)]
    fitting = [file for file in found if fnmatchcase(file.name, pattern)]
    for file in fitting:
        shutil.copy2(file, folder)
    return bool(fitting)
