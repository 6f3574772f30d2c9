"""The walk: a day goes by, something is mended, something befalls the place, a night runs, the laws are asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from tests.breakage.walk import deliveries, files, folders, machine, person  # noqa: F401 - they make their kinds known
from tests.breakage.walk.answers import accept_falls, falls_told
from tests.breakage.walk.fresh import differences
from tests.breakage.walk.laws import Step, complaints
from tests.breakage.walk.mischief import CHECKED, KINDS, Place, Trouble
from tests.breakage.walk.night import Circumstances, Ran, run_night
from tests.breakage.walk.seen import Seen, look
from tests.breakage.warm_nights import WarmNights

# Of the nights on which nothing is wrong, every so manieth is held against a fresh build.
FRESH_EVERY = 2
# How often a kind is drawn that can't be done just now before another night goes by.
DRAWS = 8
MOST_TROUBLES = 3


@dataclass
class Walked:
    """One night of the walk. fresh: whether it was held against a fresh build."""

    number: int
    kinds: list[str]
    new: list[str]
    ran: Ran
    published: bool
    clean: bool
    fresh: bool = False
    wrong: list[str] = field(default_factory=list)


def walk(place: Place, nights: int, seed: int) -> Iterator[Walked]:
    """So many nights. The last is one on which all is mended."""
    before, forgotten, clean_nights = look(place.published), False, 0
    for number in range(1, nights + 1):
        place.chance = Random(f"{seed} {number}")
        place.today += timedelta(days=place.chance.randrange(1, 4))
        last = number == nights
        mended, lasting = any(trouble.lasts for trouble in place.troubles), list(place.troubles)
        forgotten = _mend(place, all_of_it=last or place.chance.random() < 0.15) or forgotten
        taken_back = any(trouble.read_so for trouble in lasting if trouble not in place.troubles)
        accepted = accept_falls(place)
        new = [] if last else _befall(place)
        forgotten = forgotten or any(trouble.forgets for trouble in place.troubles)
        met = Circumstances(place.today, place.workspace)
        for trouble in place.troubles:
            trouble.meets(met)
        ran = run_night(met)
        now = _what_is_left(place)
        walked = Walked(
            number, [one.kind for one in place.troubles], new, ran, _is_new(before, now), not place.troubles
        )
        walked.wrong = complaints(_step(place, ran, before, now, forgotten, mended, taken_back, accepted))
        place.falls = falls_told(ran.output) if ran.exit == CHECKED else {}
        if walked.clean and now and ran.exit == 0:
            clean_nights += 1
            walked.fresh = last or clean_nights % FRESH_EVERY == 0
            walked.wrong += differences(place, now) if walked.fresh else []
        before, forgotten = now or before, forgotten and ran.exit != 0
        yield walked


def _befall(place: Place) -> list[str]:
    """New mischief, of none to two kinds. Gives their names."""
    found: list[str] = []
    wanted = place.chance.choice((0, 1, 1, 1, 2))
    for _ in range(DRAWS):
        kind = place.chance.choice(KINDS)
        part = place.chance.choice(kind.parts)
        if len(found) == wanted or len(place.troubles) >= MOST_TROUBLES:
            break
        if place.is_free(part) and (trouble := kind.do(place, part)):
            trouble.kind, trouble.part = kind.name, part
            place.troubles.append(trouble)
            found.append(kind.name)
    return found


def _mend(place: Place, *, all_of_it: bool) -> bool:
    """What lasted one night is over; of the rest some is mended. Gives whether the published file went with it."""
    gone = False
    for trouble in list(place.troubles):
        if not trouble.lasts or all_of_it or place.chance.random() < 0.45:
            trouble.mend()
            place.troubles.remove(trouble)
            gone = gone or not place.published.exists()
    return gone


def _what_is_left(place: Place) -> Seen | None:
    return look(place.published) if place.published.exists() else None


def _is_new(before: Seen | None, now: Seen | None) -> bool:
    return now is not None and (before is None or before.run_id != now.run_id)


def _step(
    place: Place,
    ran: Ran,
    before: Seen | None,
    now: Seen | None,
    forgotten: bool,
    mended: bool,
    taken_back: bool,
    accepted: set[str],
) -> Step:
    troubles: list[Trouble] = list(place.troubles)
    studies = [study for (study,) in now.of_study] if now else []
    pages = [place.workspace / "reports" / name / page for name in studies for page in ("index.html", "explore.html")]
    return Step(
        place, troubles, ran, before, now, forgotten, mended, taken_back, accepted,
        marked=place.published.with_name(f"{place.published.name}.publishing").exists(),
        missing=[page.parent.name for page in pages if not page.exists()],
        leftovers=WarmNights(place.root, place.root).leftovers(),
    )  # fmt: skip
