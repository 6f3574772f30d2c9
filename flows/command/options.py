"""Options that several commands have, and how they become settings."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from schemas.errors import UsageError

StudyOption = Annotated[
    list[str] | None, typer.Option("--study", help="A study to run; repeat for several. Default: all.")
]
SiteOption = Annotated[
    list[str] | None,
    typer.Option("--site", help="A site whose exports are looked at anew; repeat for several."),
]
StudiesOption = Annotated[Path | None, typer.Option("--studies", help="Folder with one folder per study.")]
LandingOption = Annotated[
    Path | None, typer.Option("--landing", help="Folder where sites drop exports, <study>/<site>/<date>/.")
]
WorkspaceOption = Annotated[
    Path | None, typer.Option("--workspace", help="Folder for everything a run writes. Default: var.")
]


def apply_settings(studies: Path | None, landing: Path | None, workspace: Path | None) -> None:
    """Options become settings in the environment, which subflows and worker processes read as well."""
    for name, path in (("STUDIES", studies), ("LANDING", landing), ("WORKSPACE", workspace)):
        if path is not None:
            if name != "WORKSPACE" and not path.is_dir():
                raise UsageError(f"--{name.lower()} {path}: expected a folder")
            os.environ[f"CARTROVE_{name}"] = str(path)
