"""The figures of a walk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tests.breakage.walk.mischief import KINDS
from tests.breakage.walk.steps import Walked

MEANING = {
    0: "done", 1: "failed", 2: "wrong usage", 3: "an export was rejected", 4: "a check failed", 5: "another run is busy",
    -9: "killed",
}  # fmt: skip


def figures(nights: Sequence[Walked], seed: int) -> list[str]:
    """What befell the nights and how they came out, in lines."""
    kinds = Counter(name for night in nights for name in night.new)
    exits = Counter(night.ran.exit for night in nights)
    hits = Counter(night.ran.hit for night in nights if night.ran.hit)
    seconds = sorted(night.ran.seconds for night in nights)
    wrong = sum(len(night.wrong) for night in nights)
    published, troubled = sum(night.published for night in nights), sum(bool(night.kinds) for night in nights)
    return [
        f"{len(nights)} nights, seed {seed}: {published} published, {troubled} in trouble, median {seconds[len(seconds) // 2]:.1f} s",
        f"{kinds.total()} times mischief, of {len(kinds)} of {len(KINDS)} kinds",
        *(f"{count:5}  {name}" for name, count in sorted(kinds.items(), key=lambda item: (-item[1], item[0]))),
        "exits",
        *(f"{count:5}  {code:3} {MEANING.get(code, 'not documented')}" for code, count in sorted(exits.items())),
        "killed in",
        *(f"{count:5}  {phase}" for phase, count in hits.most_common()),
        f"{sum(night.fresh for night in nights)} of {sum(night.clean for night in nights)} nights without trouble held against a fresh build",
        f"{wrong} violations",
    ]
