"""Mischief of persons with the study's files: edits that break a YAML, its folder moved away."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from tests.breakage.walk.mischief import DONE, FAILED, USAGE, Place, Trouble, mischief
from tests.breakage.walk.trial import TRIAL

BREAKS: dict[str, Callable[[str], str]] = {
    "cut short": lambda text: text[: len(text) // 3],
    "a tab": lambda text: text.replace("\n", "\n\t", 1),
    "a word twice": lambda text: text + text.splitlines()[0] + "\n",
    "an unknown key": lambda text: text + "siets: [north]\n",
    "an impossible day": lambda text: text + "data_cut: 2023-02-29\n",
    "empty": lambda _: "",
    "no YAML": lambda _: "\x00\x01 {{{",
    "a merge left open": lambda text: "<<<<<<< HEAD\n" + text,
}


@mischief("yaml")
def a_yaml_broken(place: Place, _: str) -> Trouble | None:
    path = _some_yaml(place)
    before, how = path.read_text("utf-8"), place.chance.choice(list(BREAKS))
    path.write_text(BREAKS[how](before), "utf-8")
    return Trouble((USAGE,), mend=lambda: _write(path, before))


@mischief("yaml")
def a_yaml_closed_to_us(place: Place, _: str) -> Trouble | None:
    path = _some_yaml(place)
    mode = path.stat().st_mode
    path.chmod(0)
    return Trouble((USAGE, FAILED), mend=lambda: path.chmod(mode))


@mischief("yaml")
def a_mapping_taken_away(place: Place, _: str) -> Trouble | None:
    path = place.trial.folder / "sites" / "south.yaml"
    away = path.rename(place.attic / path.name)
    return Trouble((USAGE,), mend=lambda: _back(away, path))


@mischief("yaml")
def a_site_struck_from_the_protocol(place: Place, _: str) -> Trouble | None:
    """Its folder lies in the landing as before."""
    path = place.trial.folder / "protocol.yaml"
    before = path.read_text("utf-8")
    path.write_text(re.sub(r"^- south\n", "", before, flags=re.MULTILINE), "utf-8")
    return Trouble((DONE, USAGE, 4), mend=lambda: _write(path, before))


@mischief("yaml")
def the_title_changed(place: Place, _: str) -> Trouble | None:
    path = place.trial.folder / "protocol.yaml"
    before = path.read_text("utf-8")
    path.write_text(re.sub(r"^title:.*", f"title: Trial {place.today}", before, flags=re.MULTILINE), "utf-8")
    return Trouble((DONE,), lasts=False)


@mischief("study")
def the_folder_of_the_study_moved_away(place: Place, _: str) -> Trouble | None:
    """With all that has landed; or its protocol alone."""
    path = place.trial.folder if place.chance.random() < 0.5 else place.trial.folder / "protocol.yaml"
    away = path.rename(place.attic / f"moved-{TRIAL}")
    # Where its finished tables are gone as well, nothing can be published.
    return Trouble((DONE, USAGE), mend=lambda: _back(away, path))


def _some_yaml(place: Place) -> Path:
    return place.chance.choice(
        [place.trial.folder / "protocol.yaml", *sorted((place.trial.folder / "sites").glob("*.yaml"))]
    )


def _write(path: Path, content: str) -> None:
    path.write_text(content, "utf-8")


def _back(path: Path, to: Path) -> None:
    path.rename(to)
