"""How late follow-up is: from one contact with a subject to the next that is reported, and what that says of who has been silent since.

Belongs here: gaps between contacts and the time until they are reported, as one joint distribution. A contact of which no later one is
reported yet is censored; Kaplan-Meier's steps are the masses of those that are (Stute, J Multivar Anal 1993;45:89). What is left at the
end is of subjects after whom nobody asks any more: their follow-up is not late.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from transforms.statistics.arrays import Booleans, Floats, check_times

# A subject has no more contacts than this without a report between them.
_MOST = 200
_ROUNDING = 1e-12


@dataclass(frozen=True, eq=False)
class Contacts:
    """Contacts of one site's subjects, one entry each, in one unit of time.

    Attributes
    ----------
    gap: to the later contact that was reported first. reported: from the contact until that report; where there is none yet, until the
    last report of the site, or the subject's death. seen: whether there is one.
    """

    gap: ArrayLike
    reported: ArrayLike
    seen: ArrayLike


@dataclass(frozen=True)
class LateContacts:
    """Masses of (gap, reported), ascending by `reported`; they sum up to 1 but for what was never followed by a report."""

    gap: Floats
    reported: Floats
    mass: Floats
    summed: Floats

    @classmethod
    def of(cls, contacts: Contacts) -> Self:
        """The distribution. Raises ValueError for unequal lengths, and a gap that is longer than it took to be reported, or 0."""
        reported = check_times(contacts.reported, "reported")
        seen: Booleans = check_times(contacts.seen, "seen").astype(np.bool_)
        gap = check_times(contacts.gap, "gap")
        if not gap.size == reported.size == seen.size:
            raise ValueError("gap, reported and seen must be of one length")
        if ((gap > reported) & seen).any() or ((gap <= 0) & seen).any():
            raise ValueError("gap must be above 0, and no longer than it took to be reported")
        order = np.lexsort((~seen, reported))
        gap, reported, seen = gap[order], reported[order], seen[order]
        left = np.arange(seen.size, 0, -1)
        before = np.concatenate(([1.0], np.cumprod(1.0 - seen / np.maximum(left, 1))))[:-1]
        mass = (before / np.maximum(left, 1))[seen]
        # Sums of shares may pass 1 by rounding, and what is left then would be of nobody.
        return cls(gap[seen], reported[seen], mass, np.minimum(np.cumsum(mass), 1.0))

    def none_reported(self, age: float, lived: Floats) -> Floats:
        """Probability that of a subject seen `age` ago, who lived for `lived` since, no later contact is reported yet."""
        told = np.searchsorted(self.reported, age, side="right")
        order = np.argsort(self.gap[:told], kind="stable")
        summed = np.concatenate(([0.0], np.cumsum(self.mass[:told][order])))
        left = 1.0 - summed[np.searchsorted(self.gap[:told][order], lived, side="left")]
        return np.where(left > _ROUNDING, left, 0.0)

    def draw_last(self, last: Floats, known: Floats, draw: np.random.Generator) -> Floats:
        """The last contact that took place by `known`, reported or not, of subjects whose last reported one is `last`."""
        last, going = last.copy(), np.arange(last.size)
        for _ in range(_MOST):
            if not going.size or not self.gap.size:
                break
            told = np.searchsorted(self.reported, known[going] - last[going], side="right")
            so_far = np.concatenate(([0.0], self.summed))[told]
            place = np.searchsorted(self.summed, so_far + draw.random(going.size) * (1.0 - so_far), side="right")
            gap = np.concatenate((self.gap, [np.inf]))[np.minimum(place, self.gap.size)]
            happened = last[going] + gap <= known[going]
            last[going[happened]] += gap[happened]
            going = going[happened]
        return last
