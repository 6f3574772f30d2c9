"""What an export follows from, as every format says it: study, run, data cut, code."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Provenance:
    """The night, or snapshot, that is exported.

    study_id and title are blank where several studies are. as_of: exports after this day did not count. data_cut: events after
    this date were ignored; of one study the one in force, of several that of the run. Times are UTC.
    """

    study_id: str
    title: str
    run_id: str
    run_started: datetime
    as_of: date | None
    data_cut: date | None
    code_version: str
    code_hash: str
    manifest_hash: str
    exported: datetime

    @property
    def created(self) -> str:
        """When the file was made, in ISO 8601."""
        return _iso(self.exported)

    @property
    def started(self) -> str:
        """When the run began, in ISO 8601."""
        return _iso(self.run_started)

    @property
    def study_oid(self) -> str:
        """The study's identifier."""
        return f"ST.{self.study_id}"

    @property
    def metadata_oid(self) -> str:
        """The identifier of this description of the study's data."""
        return f"MDV.{self.study_id}.{self.manifest_hash[:12]}"

    @property
    def file_oid(self) -> str:
        """The identifier of this export."""
        return f"cartrove.{self.study_id}.{self.run_id}"

    def described(self) -> dict[str, str | None]:
        """Everything, as texts."""
        found = {name: value for name, value in asdict(self).items() if name not in ("study_id", "title")}
        return {name: _text(value) for name, value in found.items()}


def _text(value: object) -> str | None:
    if isinstance(value, datetime):
        return _iso(value)
    return None if value is None else str(value)


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"
