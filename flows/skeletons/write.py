"""Write the skeletons. Nothing that exists is overwritten; the protocol comes last, so that a study is there once it is whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from stat import S_IMODE
from string import Template

from flows.landing_folders import NOTE, site_folder_of
from flows.settings import REPOSITORY, Settings
from flows.skeletons.as_yaml import as_yaml
from flows.skeletons.site_list import with_site
from flows.study_folder import choose_studies
from schemas.errors import UsageError
from schemas.protocol import Protocol
from schemas.protocol.names import refuse_bad_name
from schemas.yaml_file import load_yaml
from warehouse.durable import write_durably

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class NewSite:
    """What was written for a site. listed: the protocol names it; else a person has to add it there."""

    mapping: Path
    landing: Path
    protocol: Path
    listed: bool


def write_study(settings: Settings, study_id: str, site_id: str) -> NewSite:
    """A protocol with its first site, that passes `cartrove check`.

    Raises
    ------
    UsageError: a name that is no identifier, a file that is there already, or a folder that can't be written to.
    """
    refuse_bad_name("study", study_id)
    refuse_bad_name("site", site_id)
    _refuse_installed(settings)
    folder = settings.studies / study_id
    protocol, mapping = folder / "protocol.yaml", folder / "sites" / f"{site_id}.yaml"
    _refuse_existing(protocol, mapping)
    landing = _write_site_files(settings, study_id, site_id, mapping)
    _write_new(protocol, _filled("protocol.yaml", study_id, site_id))
    return NewSite(mapping, landing, protocol, listed=True)


def write_site(settings: Settings, study_id: str, site_id: str) -> NewSite:
    """A mapping and a landing folder for one more site of a study, and its name in the protocol where that is safe.

    Raises
    ------
    UsageError: an unknown study, a broken protocol, a name that is no identifier, a mapping that is there already, or a
        folder that can't be written to.
    """
    refuse_bad_name("site", site_id)
    choose_studies(settings, [study_id])
    _refuse_installed(settings)
    protocol = settings.studies / study_id / "protocol.yaml"
    # Before anything is written: a protocol that can't be read is not added to.
    is_listed = site_id in load_yaml(protocol, Protocol).sites
    mapping = protocol.parent / "sites" / f"{site_id}.yaml"
    _refuse_existing(mapping, hint="" if is_listed else f"; to use it, add {site_id} under sites: in {protocol}")
    landing = _write_site_files(settings, study_id, site_id, mapping)
    return NewSite(mapping, landing, protocol, listed=is_listed or _list_site(protocol, site_id))


def _write_site_files(settings: Settings, study_id: str, site_id: str, mapping: Path) -> Path:
    landing = site_folder_of(settings.landing_of(study_id), site_id)
    # Of a site that was here before, the note may be there; it says the same.
    if not (landing / NOTE).exists():
        _write_new(landing / NOTE, _filled("landing.txt", study_id, site_id))
    _write_new(mapping, _filled("site.yaml", study_id, site_id))
    return landing


def _filled(template: str, study_id: str, site_id: str) -> str:
    text = (TEMPLATES / template).read_text("utf-8")
    return Template(text).substitute(
        study=study_id, site=site_id, study_yaml=as_yaml(study_id), site_yaml=as_yaml(site_id)
    )


def _list_site(protocol: Path, site_id: str) -> bool:
    """Add the site to the protocol in one step; False where only a person can."""
    with _told(protocol):
        # Bytes, so that the ends of lines stay as they are.
        changed = with_site(protocol.read_bytes().decode("utf-8"), site_id)
        if changed is None:
            return False
        there = protocol.resolve()
        mode = S_IMODE(there.stat().st_mode)
        write_durably(there, changed.encode("utf-8"))
        there.chmod(mode)
    return True


def _write_new(path: Path, text: str) -> None:
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """A file that can't be written is told in a sentence."""
    try:
        yield
    except FileExistsError:
        raise UsageError(f"{path}: already exists and was left unchanged") from None
    except OSError as error:
        raise UsageError(f"{path}: could not be written ({error.strerror})") from None


def _refuse_existing(*paths: Path, hint: str = "") -> None:
    if there := [str(path) for path in paths if os.path.lexists(path)]:
        raise UsageError(f"{', '.join(there)}: already exists and was left unchanged{hint}")


def _refuse_installed(settings: Settings) -> None:
    """The studies that come with the installed package are not a place for one's own: the next version replaces them."""
    if settings.studies == REPOSITORY / "studies" and not (REPOSITORY / "pyproject.toml").exists():
        raise UsageError(
            f"{settings.studies}: belongs to the installed package and is replaced by the next version; name a folder of "
            "your own with --studies or CARTROVE_STUDIES"
        )
