"""What mischief is: something that befalls a part of the place, how it is mended, and what the night may answer.

Kinds are functions that say `@mischief(part)`; the walk draws among them. While a part of the place is in trouble nothing
else befalls it, so that what is mended is mended.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random
from typing import Literal

from tests.breakage.walk.night import Circumstances
from tests.breakage.walk.trial import Trial

Part = Literal["north", "south", "landing", "yaml", "study", "workspace", "night"]
# Parts that lie within one another, or the other way round.
WITHIN: dict[str, set[str]] = {
    "landing": {"north", "south", "study"},
    "north": {"landing", "study"},
    "south": {"landing", "study"},
    "yaml": {"study"},
    "study": {"landing", "north", "south", "yaml"},
}

DONE, FAILED, USAGE, REJECTED, CHECKED, BUSY, KILLED = 0, 1, 2, 3, 4, 5, -9


@dataclass
class Place:
    """Where the walk takes place.

    has_disk: the workspace is a disk of its own, which can be filled. falls: domains, and rows they have fallen to, of a
    night that was held for it, until a person accepts that.
    """

    root: Path
    trial: Trial
    chance: Random
    today: date
    has_disk: bool = False
    troubles: list[Trouble] = field(default_factory=list)
    falls: dict[str, int] = field(default_factory=dict)

    def is_free(self, part: str) -> bool:
        """Whether nothing is wrong with a part of the place, nor with what it lies in or what lies in it."""
        return not {trouble.part for trouble in self.troubles} & {part, *WITHIN.get(part, ())}

    @property
    def workspace(self) -> Path:
        """Where nights work."""
        return self.root / "var"

    @property
    def published(self) -> Path:
        """The published warehouse."""
        return self.workspace / "warehouse" / "cartrove.duckdb"

    @property
    def attic(self) -> Path:
        """Where things are that were taken away."""
        folder = self.root / "attic"
        folder.mkdir(exist_ok=True)
        return folder


@dataclass
class Trouble:
    """What has befallen the place.

    exits: codes a night may have that meets it. mend: puts right what it did; a night after that owes nothing to it.
    meets: changes the circumstances of the next night alone. lasts: until it is mended; else it is over after one night.
    forgets: the published night itself is gone, so that a night may fail without one. unmoved: it must not change what is published.
    read_so: exports were read as it left them; putting them back takes those away, which the night after tells once.
    holds: another program has the published file open, whose own log beside it is not ours to remove.
    """

    exits: Collection[int]
    mend: Callable[[], None] = lambda: None
    meets: Callable[[Circumstances], None] = lambda _: None
    lasts: bool = True
    forgets: bool = False
    unmoved: bool = False
    read_so: bool = False
    holds: bool = False
    kind: str = ""
    part: str = ""


Do = Callable[[Place, str], Trouble | None]


@dataclass(frozen=True)
class Kind:
    """A kind of mischief: its name, the parts of the place it may befall, and how it is done."""

    name: str
    parts: tuple[Part, ...]
    do: Do


KINDS: list[Kind] = []


def mischief(*parts: Part) -> Callable[[Do], Do]:
    """Have the walk know a kind of mischief; it may find that it can't be done just now, and gives None then."""

    def known(do: Do) -> Do:
        KINDS.append(Kind(do.__name__.replace("_", " "), parts, do))
        return do

    return known
