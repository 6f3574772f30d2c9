"""What sites send: whole exports, exports that lack patients or events, the same twice. Mended by a whole export of a later day."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.breakage.walk.files import without_a_cell
from tests.breakage.walk.mischief import DONE, REJECTED, Place, Trouble, mischief


def sent_whole(place: Place, site: str) -> Path | None:
    """A whole export of today; None where there is one of today, or the site's folder is in trouble."""
    if not place.is_free(site) or (place.trial.site(site) / str(place.today)).exists():
        return None
    place.trial.live_on(site, place.chance)
    return place.trial.send(site, place.today)


def _mended_by_a_whole_one(place: Place, site: str, folder: Path) -> None:
    """What the site does: it sends the export again, whole, for another day or in the place of the wrong one."""
    whole = place.trial.send(site, place.today)
    if place.chance.random() < 0.5:
        shutil.move(whole, folder / whole.name)
        whole.parent.rmdir()


@mischief("north", "south")
def a_whole_export(place: Place, site: str) -> Trouble | None:
    return Trouble((DONE,), lasts=False) if sent_whole(place, site) else None


@mischief("north", "south")
def the_same_export_again(place: Place, site: str) -> Trouble | None:
    folder = place.trial.site(site) / str(place.today)
    if folder.exists():
        return None
    shutil.copytree(place.trial.deliveries(site)[-1], folder)
    return Trouble((DONE,), lasts=False)


@mischief("north", "south")
def an_export_of_half_the_patients(place: Place, site: str) -> Trouble | None:
    return _without(place, site, len(place.trial.patients[site]) // 2, (REJECTED,))


@mischief("north", "south")
def an_export_without_a_tenth_of_the_patients(place: Place, site: str) -> Trouble | None:
    return _without(place, site, len(place.trial.patients[site]) // 10 + 1, (REJECTED,))


@mischief("north", "south")
def an_export_without_one_patient(place: Place, site: str) -> Trouble | None:
    return _without(place, site, 1, (DONE, REJECTED))


def _without(place: Place, site: str, lost: int, exits: tuple[int, ...]) -> Trouble | None:
    patients = place.trial.patients[site]
    missing = set(place.chance.sample(range(len(patients)), lost))
    if not (sent := sent_whole(place, site)):
        return None
    place.trial.send(site, place.today, [one for number, one in enumerate(patients) if number not in missing])
    return Trouble(exits, mend=lambda: _mended_by_a_whole_one(place, site, sent.parent))


@mischief("north", "south")
def an_export_without_one_relapse(place: Place, site: str) -> Trouble | None:
    return _without_event(place, site, 7)


@mischief("north", "south")
def an_export_without_one_death(place: Place, site: str) -> Trouble | None:
    return _without_event(place, site, 9)


def _without_event(place: Place, site: str, column: int) -> Trouble | None:
    if not (sent := sent_whole(place, site)):
        return None
    sent.write_bytes(without_a_cell(sent.read_bytes(), column, place.chance.randrange(100)))
    return Trouble((DONE, REJECTED), mend=lambda: _mended_by_a_whole_one(place, site, sent.parent))


@mischief("north", "south")
def an_export_with_a_word_where_a_date_stood(place: Place, site: str) -> Trouble | None:
    """Of one patient's relapse: it has happened, on a day nobody can read."""
    if not (sent := sent_whole(place, site)):
        return None
    rows = [line.split(",") for line in sent.read_text("utf-8").splitlines()]
    relapsed = [row for row in rows[1:] if row[7]]
    if relapsed:
        place.chance.choice(relapsed)[7] = "see letter"
    sent.write_text("\n".join(",".join(row) for row in rows) + "\n", "utf-8")
    return Trouble((DONE, REJECTED), mend=lambda: _mended_by_a_whole_one(place, site, sent.parent))
