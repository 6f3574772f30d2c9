"""Mischief with folders of the landing: renamed, moved, taken away, strays beside them, the share unmounted."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from tests.breakage.walk.mischief import DONE, FAILED, REJECTED, Place, Trouble, mischief

NAMES = ("New folder", "2024-13-01", "old", "export of May", "2024_03")
STRAYS = ("@eaDir", "$RECYCLE.BIN", "New folder", "2024-02-31", ".snapshot")
OTHER = {"north": "south", "south": "north"}
# Of what was published something may be gone: told, and left out or held; with all of it gone the study fails.
GONE = (DONE, FAILED, REJECTED)


def _moved(path: Path, to: Path) -> Trouble:
    to.parent.mkdir(parents=True, exist_ok=True)
    path.rename(to)
    return Trouble(GONE, mend=lambda: _back(to, path))


def _back(path: Path, to: Path) -> None:
    path.rename(to)


@mischief("north", "south")
def a_delivery_renamed(place: Place, site: str) -> Trouble | None:
    """To something that is no day."""
    chosen = place.chance.choice(place.trial.deliveries(site))
    return _moved(chosen, chosen.with_name(place.chance.choice(NAMES)))


@mischief("north", "south")
def a_delivery_taken_away(place: Place, site: str) -> Trouble | None:
    chosen = place.chance.choice(place.trial.deliveries(site))
    return _moved(chosen, place.attic / f"{site}-{chosen.name}")


@mischief("north", "south")
def the_latest_delivery_taken_away(place: Place, site: str) -> Trouble | None:
    chosen = place.trial.deliveries(site)[-1]
    return _moved(chosen, place.attic / f"{site}-{chosen.name}")


@mischief("north", "south")
def a_delivery_moved_to_another_day(place: Place, site: str) -> Trouble | None:
    chosen = place.chance.choice(place.trial.deliveries(site))
    other = chosen.with_name(str(place.today - timedelta(days=place.chance.randrange(1, 400))))
    return None if other.exists() else replace(_moved(chosen, other), read_so=True)


@mischief("north", "south")
def a_delivery_dated_next_year(place: Place, site: str) -> Trouble | None:
    chosen = place.trial.deliveries(site)[-1]
    return _moved(chosen, chosen.with_name(str(place.today + timedelta(days=365))))


@mischief("landing")
def a_delivery_laid_into_the_folder_of_another_site(place: Place, _: str) -> Trouble | None:
    site = place.chance.choice(("north", "south"))
    chosen = place.trial.deliveries(site)[-1]
    other = place.trial.site(OTHER[site]) / str(place.today)
    return None if other.exists() else replace(_moved(chosen, other), read_so=True)


@mischief("landing")
def the_landing_unmounted(place: Place, _: str) -> Trouble | None:
    """Whole, or with an empty folder where it was."""
    trouble = _moved(place.trial.landing, place.attic / "landing")
    if place.chance.random() < 0.5:
        place.trial.landing.mkdir()
        back = trouble.mend
        trouble.mend = lambda: (place.trial.landing.rmdir(), back())[1]
    trouble.exits = (FAILED,)
    return trouble


@mischief("north", "south")
def a_site_unmounted(place: Place, site: str) -> Trouble | None:
    trouble = _moved(place.trial.site(site), place.attic / site)
    trouble.exits = (FAILED,)
    return trouble


@mischief("north", "south", "landing")
def a_stray_folder(place: Place, part: str) -> Trouble | None:
    """In a site's folder, or beside those of the sites."""
    above = place.trial.landing if part == "landing" else place.trial.site(part)
    stray = above / place.chance.choice((*STRAYS, "a site nobody knows"))
    shutil.copytree(place.trial.deliveries("north")[-1], stray)
    return Trouble((DONE,), mend=lambda: shutil.rmtree(stray))


@mischief("north", "south")
def a_second_name_of_one_day(place: Place, site: str) -> Trouble | None:
    """As 20240905 beside 2024-09-05."""
    chosen = place.chance.choice(place.trial.deliveries(site))
    other = chosen.with_name(chosen.name.replace("-", ""))
    shutil.copytree(chosen, other)
    return Trouble((DONE,), mend=lambda: shutil.rmtree(other))


@mischief("north", "south")
def a_file_beside_the_deliveries(place: Place, site: str) -> Trouble | None:
    stray = place.trial.site(site) / "export.csv"
    shutil.copy(place.trial.deliveries(site)[-1] / "export.csv", stray)
    return Trouble((DONE,), mend=stray.unlink)


@mischief("north", "south")
def a_delivery_of_the_future(place: Place, site: str) -> Trouble | None:
    """A copy dated ahead, which is not read yet."""
    stray = place.trial.site(site) / str(place.today + timedelta(days=place.chance.randrange(2, 900)))
    shutil.copytree(place.trial.deliveries(site)[-1], stray)
    return Trouble((DONE,), mend=lambda: shutil.rmtree(stray))
