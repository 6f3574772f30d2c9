"""A printed figure as the linter sees it, whether a paper prints it or Cartrove."""

from __future__ import annotations

from dataclasses import dataclass

from transforms.printed.digits import NUMBER


@dataclass(frozen=True)
class Figure:
    """A figure as a reader sees it; texts keep the printed digits. What is not said is None or blank.

    endpoint: OS, LFS, EFS, CIR, CR ...; effect: what a ratio is called; groups: counts a p value compares; defines: the
    population this count is the size of; part_of: parts of one whole share a name; later: the covariate is known only
    after the origin; quote: the sentence.
    """

    id: str
    statistic: str
    value: str
    endpoint: str = ""
    unit: str = ""
    population: str = ""
    months: float | None = None
    low: str | None = None
    high: str | None = None
    p_value: str | None = None
    count: int | None = None
    of: int | None = None
    effect: str = ""
    method: str = ""
    groups: tuple[tuple[int, int], ...] = ()
    defines: str = ""
    part_of: str = ""
    later: bool = False
    quote: str = ""

    @property
    def number(self) -> float | None:
        """The value as a number, where it is one."""
        return float(self.value) if NUMBER.match(self.value) else None
