"""Mischief with files of the landing: cut short, overwritten, closed to us, rewritten with less in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.breakage.walk.mischief import DONE, FAILED, REJECTED, Place, Trouble, mischief

CHANGED = (DONE, REJECTED)


def _changed(path: Path, change: Callable[[bytes], bytes]) -> Trouble:
    before = path.read_bytes()
    path.write_bytes(change(before))
    return Trouble(CHANGED, mend=lambda: _write(path, before))


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _some_export(place: Place, site: str) -> Path:
    """Any, but the latest as often as all others."""
    deliveries = place.trial.deliveries(site)
    return place.chance.choice([deliveries[-1], place.chance.choice(deliveries)]) / "export.csv"


@mischief("north", "south")
def a_file_cut_short(place: Place, site: str) -> Trouble | None:
    share = place.chance.random()
    return _changed(_some_export(place, site), lambda text: text[: int(share * len(text))])


@mischief("north", "south")
def the_last_line_of_a_file_lost(place: Place, site: str) -> Trouble | None:
    """One patient, which is no loss that is held."""
    return _changed(_some_export(place, site), lambda text: text[: text.rstrip().rindex(b"\n") + 1])


@mischief("north", "south")
def a_relapse_lost_in_a_file(place: Place, site: str) -> Trouble | None:
    """The cell of one patient is blank now."""
    return _changed(_some_export(place, site), lambda text: without_a_cell(text, 7, place.chance.randrange(100)))


@mischief("north", "south")
def a_death_lost_in_a_file(place: Place, site: str) -> Trouble | None:
    return _changed(_some_export(place, site), lambda text: without_a_cell(text, 9, place.chance.randrange(100)))


def without_a_cell(text: bytes, column: int, which: int) -> bytes:
    """An export in which one patient has a blank in a column that was filled."""
    rows = [line.split(",") for line in text.decode().splitlines()]
    filled = [row for row in rows[1:] if row[column]]
    if filled:
        filled[which % len(filled)][column] = ""
    return ("\n".join(",".join(row) for row in rows) + "\n").encode()


@mischief("north", "south")
def a_file_of_noise(place: Place, site: str) -> Trouble | None:
    noise = place.chance.randbytes(place.chance.choice((0, 10, 4000)))
    return _changed(_some_export(place, site), lambda _: noise)


@mischief("north", "south")
def a_file_taken_out_of_its_folder(place: Place, site: str) -> Trouble | None:
    path = _some_export(place, site)
    away = path.rename(place.attic / f"{site}-{path.parent.name}.csv")
    return Trouble((DONE, REJECTED), mend=lambda: _back(away, path))


def _back(path: Path, to: Path) -> None:
    path.rename(to)


@mischief("north", "south")
def a_file_closed_to_us(place: Place, site: str) -> Trouble | None:
    return _closed(_some_export(place, site), (REJECTED,))


@mischief("north", "south")
def a_delivery_closed_to_us(place: Place, site: str) -> Trouble | None:
    return _closed(_some_export(place, site).parent, (REJECTED,))


@mischief("north", "south")
def a_site_closed_to_us(place: Place, site: str) -> Trouble | None:
    return _closed(place.trial.site(site), (FAILED,))


@mischief("landing")
def the_landing_closed_to_us(place: Place, _: str) -> Trouble | None:
    return _closed(place.trial.landing, (FAILED,))


def _closed(path: Path, exits: tuple[int, ...]) -> Trouble:
    mode = path.stat().st_mode
    path.chmod(0)
    return Trouble(exits, mend=lambda: path.chmod(mode))
