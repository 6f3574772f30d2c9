"""How far the shares of responders in the levels of a risk factor lie apart: differences, ratios, over sites, and by trend.

Belongs here: effects beside the test of response.py, whose counts they are made of. A subject of whom the response is unknown is in no
share; what an effect would be at worst and at best with all of them stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import polars as pl

from schemas.protocol import FurtherShares, ResponseWindow
from schemas.reasons import reason
from transforms.analyses.cautions import derived_cautions, factor_cautions, level_cautions, orphans_cautions
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData, immortal_time, with_level
from transforms.analyses.unknown import HIGHEST, LOWEST
from transforms.statistics import (
    Estimate,
    NotEstimable,
    chi_square,
    difference_of_proportions,
    mantel_haenszel,
    odds_ratio,
    risk_ratio,
    trend_test,
)

SECTION = "shares"
DIFFERENCE, RATIO, ODDS = "share_difference", "share_ratio", "share_odds_ratio"
COMMON, HOMOGENEITY, TREND, CHI_SQUARE = "common_odds_ratio", "homogeneity", "share_trend", "chi_square"
# By the key of the protocol: statistic and unit.
EFFECTS = {"difference": (DIFFERENCE, "fraction"), "risk_ratio": (RATIO, "ratio"), "odds_ratio": (ODDS, "ratio")}
Effect = Callable[[int, int, int, int], Estimate | NotEstimable]


@dataclass(frozen=True)
class Level:
    """The evaluable subjects of a level, the responders among them, and how many may be either."""

    name: str
    subjects: pl.DataFrame
    unread: int

    @property
    def counts(self) -> tuple[int, int]:
        """Responders and evaluable subjects."""
        return self.subjects.filter(respfl="Y").height, self.subjects.height

    @property
    def possible(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """The same if none of those who are unknown responded, and if all did."""
        events, total = self.counts
        return (events, total + self.unread), (events + self.unread, total + self.unread)


def further_share_rows(data: StudyData) -> Iterator[ResultRow]:
    """Effects of every risk factor that responses are compared by, where the protocol asks for some."""
    for window in data.protocol.response:
        for name in window.groups:
            if window.further != FurtherShares() or data.protocol.risk_factors[name].scores is not None:
                yield from _of_factor(data, window, name)


def _of_factor(data: StudyData, window: ResponseWindow, name: str) -> Iterator[ResultRow]:
    factor, assessed = data.protocol.risk_factors[name], data.adrs.filter(infusion_number=window.infusion)
    evaluable, unread = (assessed.filter(evalfl=flag).sort("subject_id") for flag in ("Y", "U"))
    known, known_unread = data.factor_of(evaluable, name), data.factor_of(unread, name)
    counted = data.rests_on("counted", "adam.adrs", evaluable, evalfl="Y")
    base = ResultRow(
        f"{SECTION}.i{window.infusion}", SECTION, "", analysis_set="evaluable", infusion=window.infusion, factor=name,
        basis=counted + data.factor_basis(evaluable, name, counted.who),
        reasons=(
            *orphans_cautions(data, ["response"], infusion=window.infusion),
            *([reason("response_unknown", n=unread.height, of=assessed.height)] if unread.height else []),
        ),
    )  # fmt: skip
    if refusal := immortal_time(name, factor, known, evaluable["infusiondt"]):
        yield replace(base, statistic=CHI_SQUARE, measure=CHI_SQUARE).filled(refusal)
        return
    levels = [
        Level(level, evaluable.filter(known["level"] == level), int((known_unread["level"] == level).sum()))
        for level in factor.level_names
    ]
    for other in levels[1:]:
        pair = pl.concat([levels[0].subjects, other.subjects]).sort("subject_id")
        row = replace(base, level=other.name, reference_level=levels[0].name).beware(*derived_cautions(factor))
        of_pair = [with_level(name, levels[0].name, other.name)]
        held = data.rests_on("counted", "adam.adrs", pair, among=of_pair, evalfl="Y")
        row = row.resting_on(held + data.factor_basis(pair, name, held.who))
        yield from _effects(window.further, row, levels[0], other)
        if window.further.over_sites:
            yield from _over_sites(row, levels[0], other)
    tested = base.beware(*level_cautions(factor, known), *factor_cautions(data, name, evaluable))
    counts = [level.counts for level in levels]
    if window.further.chi_square:
        table = [(events, total - events) for events, total in counts]
        yield replace(tested, statistic=CHI_SQUARE, measure=CHI_SQUARE, unit="chi-square").filled(chi_square(table))
    if factor.scores is not None:
        found = trend_test([e for e, _ in counts], [n for _, n in counts], scores=list(factor.scores.values()))
        yield replace(tested, statistic=TREND, measure=TREND, unit="chi-square").filled(found)


def _effects(further: FurtherShares, base: ResultRow, first: Level, other: Level) -> Iterator[ResultRow]:
    """Each effect of a level against the first, with its ends where responses are unknown."""

    def difference(x: int, m: int, y: int, n: int) -> Estimate | NotEstimable:
        return difference_of_proportions(x, m, y, n, method=further.difference_interval)

    asked: dict[str, Effect] = {"difference": difference, "risk_ratio": risk_ratio, "odds_ratio": odds_ratio}
    for effect in further.effects:
        statistic, unit = EFFECTS[effect]
        row = replace(base, statistic=statistic, measure=statistic, unit=unit)
        found = asked[effect](*other.counts, *first.counts)
        # Of an infinite ratio the lower bound is known.
        yield replace(row.filled(found), ci_low=found.low, ci_level=_level(found))
        if first.unread or other.unread:
            # At its lowest none of the unknown responded in this level, and all in the first.
            ends = [(other.possible[end], first.possible[1 - end]) for end in (0, 1)]
            for bound, (own, against) in zip((LOWEST, HIGHEST), ends, strict=True):
                at = asked[effect](*own, *against)
                end = replace(row, statistic=bound)
                # An end without a number, as an infinite ratio, is said to be one.
                n = own[1] + against[1]
                yield end.with_estimate(at.value, n=n) if isinstance(at, Estimate) else end.filled(at)


def _level(found: Estimate | NotEstimable) -> float | None:
    return found.confidence if isinstance(found, Estimate) else None if found.low is None else 0.95


def _over_sites(base: ResultRow, first: Level, other: Level) -> Iterator[ResultRow]:
    """The odds ratio common to all sites with its test, and the test that it is common."""
    sites = sorted({*first.subjects["site_id"], *other.subjects["site_id"]})
    tables = [(*_at(other, site), *_at(first, site)) for site in sites]
    common = replace(base, statistic=COMMON, measure=COMMON, unit="ratio")
    found = mantel_haenszel(tables)
    if isinstance(found, NotEstimable):
        yield common.filled(found)
        return
    silent = [reason("silent_tables", n=found.n_silent, of=len(tables))] if found.n_silent else []
    filled = common.filled(found.odds_ratio).beware(*silent)
    yield replace(filled, p_value=found.test.p_value, p_method=found.test.method)
    homogeneity = replace(base, statistic=HOMOGENEITY, measure=HOMOGENEITY, unit="chi-square")
    yield homogeneity.filled(found.homogeneity or NotEstimable(reason("one_telling_table"))).beware(*silent)


def _at(level: Level, site: str) -> tuple[int, int]:
    own = level.subjects.filter(site_id=site)
    return own.filter(respfl="Y").height, own.height
