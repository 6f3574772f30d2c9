"""Where things are. The only place that reads the variables CARTROVE_..."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.errors import UsageError
from schemas.language import Language

REPOSITORY = Path(__file__).resolve().parent.parent

# Beside a published file, the folder in which its successor is built.
BUILDING = "building"
SIZE = r"\d+(\.\d+)?\s?[KMGT]i?B"
POWERS = "KMGT"


def _is_size(text: str) -> str:
    if not re.fullmatch(SIZE, text):
        raise ValueError("expected a size, as 500MB or 8GB")
    return text


Size = Annotated[str, AfterValidator(_is_size)]


class Settings(BaseSettings):
    """Settings, each from the environment variable CARTROVE_<NAME> or its default."""

    model_config = SettingsConfigDict(env_prefix="CARTROVE_", frozen=True)

    workspace: Path = Field(default=Path("var"), description="Folder for everything a run writes")
    studies: Path = Field(default=REPOSITORY / "studies", description="Folder with one folder per study")
    landing: Path | None = Field(
        default=None,
        description="Folder <study>/<site>/<extract-date>/ where sites drop exports; by default each study's landing/",
    )
    timezone: str = Field(default="Asia/Shanghai", description="Time zone in which a day ends")

    subject_key: SecretStr | None = Field(
        default=None,
        description="Secret under which subject ids are hashed, for sites whose mapping asks for pseudonyms",
    )
    redcap_tokens: dict[str, SecretStr] = Field(
        default={}, description='API tokens as JSON, by <study>/<site>: {"trial/site": "..."}'
    )
    smallest_count: int | None = Field(
        default=None,
        ge=3,
        description="In reports and exports, counts of subjects below this are not shown and all others rounded down to its multiples; by default all are as they are",
    )
    settle_seconds: float = Field(
        default=2,
        ge=0,
        description="An export that is new has to stay as it is for so long before it is read; one that changes is looked at again",
    )
    read_memory: Size = Field(
        default="8GB",
        description="Memory that reading one export may take, as 500MB or 8GB; one that needs more is rejected",
    )
    read_seconds: float = Field(
        default=1800, gt=0, description="Seconds that reading one export may take; one that needs more is rejected"
    )
    audit_key: SecretStr | None = Field(
        default=None, description="Secret under which the lines of the run log are signed; without it they are hashed"
    )
    signing_passphrase: SecretStr | None = Field(
        default=None,
        description="Passphrase of a signer's key; by default cartrove sign and cartrove signer ask for it",
    )
    timestamp_server: str = Field(
        default="",
        description="Address of a time stamp server (RFC 3161): each signature is stamped by it, and cartrove audit stamp asks it for one",
    )
    timestamp_certificates: Path | None = Field(
        default=None,
        description="PEM file with the certificates of the time stamp server that cartrove audit verify trusts",
    )
    memory: Size | None = Field(
        default=None,
        description="Memory a run may take, as 8GB: half of it is for the database, which puts what exceeds that below the workspace; a run "
        "that takes more ends with exit code 7. By default a run ends when it takes nearly all of the machine",
    )
    sql_memory: Size = Field(
        default="2GB",
        description="Memory the queries of one analyst may take, as 500MB or 2GB; they write no temporary files",
    )
    readers: str = Field(
        default="",
        description="Group of this machine that may read the published warehouse; by default the workspace is its user's alone",
    )
    reports_url: str | None = Field(
        default=None, description="Address at which the folder of reports is served; by default links are file:// ones"
    )
    notify: str = Field(
        default="", description="Prefect blocks to notify, separated by commas: custom-webhook/cartrove"
    )
    dask: str = Field(
        default="",
        description="Where studies are worked on: empty for threads of this machine, local, or a Dask scheduler",
    )
    language: Language = Field(
        default="en",
        description="Language of reports and messages: en or zh; a study's protocol may state its own for its report",
    )
    verbose: bool = Field(default=False, description="Show what Prefect logs")

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError("expected the name of a time zone, as Asia/Shanghai") from None
        return name

    def __init__(self, **values: Any) -> None:
        """As the environment says.

        Raises
        ------
        UsageError: a value a setting can't have; it names the variable.
        """
        try:
            super().__init__(**values)
        except ValidationError as error:
            first = error.errors()[0]
            name = f"CARTROVE_{'.'.join(map(str, first['loc'])).upper()}"
            # Not what was found: it may be a secret.
            told = first["msg"].removeprefix("Value error, ")
            raise UsageError(f"{name}: {told[0].lower()}{told[1:]}") from None

    @property
    def pseudonym_key(self) -> bytes | None:
        """The secret under which subject ids are hashed; None where none is set."""
        return _bytes_of(self.subject_key)

    @property
    def signing_key(self) -> bytes | None:
        """The secret under which the lines of the run log are signed; None where none is set."""
        return _bytes_of(self.audit_key)

    @property
    def read_bytes(self) -> int:
        """Memory that reading one export may take."""
        return _bytes_in(self.read_memory)

    @property
    def memory_bytes(self) -> int | None:
        """Memory a run may take; None where no limit is set."""
        return _bytes_in(self.memory) if self.memory else None

    @property
    def sql_bytes(self) -> int:
        """Memory the queries of one analyst may take."""
        return _bytes_in(self.sql_memory)

    def landing_of(self, study_id: str) -> Path:
        """The landing folder of a study."""
        return self.landing / study_id if self.landing else self.studies / study_id / "landing"

    @property
    def receivers(self) -> list[str]:
        """The blocks that are told of news."""
        return [name.strip() for name in self.notify.split(",") if name.strip()]

    @property
    def staging(self) -> Path:
        """Staged exports."""
        return self.workspace / "staging"

    @property
    def scratch(self) -> Path:
        """Where files of archives are unpacked while they are read."""
        return self.workspace / "staging" / "unfinished"

    @property
    def spill(self) -> Path:
        """Where databases put what exceeds their memory, while a run lasts."""
        return self.scratch / "spill"

    @property
    def products(self) -> Path:
        """Finished tables and reports of studies."""
        return self.workspace / "staging" / "studies"

    @property
    def published(self) -> Path:
        """The published warehouse."""
        return self.workspace / "warehouse" / "cartrove.duckdb"

    @property
    def snapshots(self) -> Path:
        """Warehouses as of a past day, or with a data cut of their own."""
        return self.published.parent / "snapshots"

    @property
    def reports(self) -> Path:
        """The published reports."""
        return self.workspace / "reports"

    @property
    def queries(self) -> Path:
        """The lists of site queries, a CSV and a workbook per study and site."""
        return self.workspace / "queries"

    @property
    def signed(self) -> Path:
        """Nights as they were signed."""
        return self.published.parent / "signed"

    @property
    def packs(self) -> Path:
        """Packs of data monitoring committees, by study."""
        return self.workspace / "packs"

    @property
    def nights(self) -> Path:
        """What each published night rested on."""
        return self.workspace / "nights"

    @property
    def log(self) -> Path:
        """Run log."""
        return self.workspace / "log"

    def published_places(self, snapshot: str | None) -> tuple[Path, Path]:
        """Where a run publishes its warehouse file and its reports; a snapshot has a place of its own for each."""
        if snapshot is None:
            return self.published, self.reports
        return self.snapshots / f"{snapshot}.duckdb", self.reports / "snapshots" / snapshot


def _bytes_in(size: str) -> int:
    """The bytes of a size: 2GB are two thousand million, 2GiB are 2 x 1024 x 1024 x 1024."""
    unit = size.lstrip("0123456789. ")
    base = 1024 if "i" in unit else 1000
    return int(float(size.removesuffix(unit)) * base ** (POWERS.index(unit[0]) + 1))


def _bytes_of(secret: SecretStr | None) -> bytes | None:
    return secret.get_secret_value().encode() if secret else None
