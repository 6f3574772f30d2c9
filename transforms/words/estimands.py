"""What a protocol asks beyond its endpoints, in words: designs, states, rules side by side, doses, events that come again, pairs won."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from schemas.protocol.dose_finding import OF
from schemas.protocol.multi_state import THEN
from schemas.units import DAYS_PER_MONTH
from transforms.words.further import BOUNDS

if TYPE_CHECKING:
    from transforms.words.results import ResultWords

Row = Mapping[str, Any]
Saying = Callable[[Row, "ResultWords"], str]


def _dose_level(row: Row, told: ResultWords) -> str:
    """The level of dose of a cohort, or of all its subjects."""
    level = row["measure"].partition(OF)[2]
    return _state(row, level, told) if level else ""


def _dose_finding(row: Row, told: ResultWords) -> str:
    """The ledger of dose finding: a cohort, what the design recommended after it, or a level."""
    number, _, level = row["measure"].partition(OF)
    if not level:
        return told.words(f"result.dose_finding.{row['measure']}", **told.infusions(row))
    what = told.words(f"result.dose_finding.{row['statistic']}")
    if not number:
        return told.words("result.dose_finding.of_level", level=_dose_level(row, told), what=what)
    return told.words("result.dose_finding.of_cohort", number=number, level=_dose_level(row, told), what=what)


def _recurrent(row: Row, told: ResultWords) -> str:
    """An event that may come again: how often, of all or of a level."""
    said = _state(row, "", told)
    if row["reference_level"]:
        return told.words(
            "result.recurrent.ratio", what=said, factor=told.words.within(told.group(row)), contrast=told.level(row)
        )
    if row["level"]:
        said = told.words(
            "result.curve.of_level", endpoint=said, factor=told.group(row), level=told.words.told(row["level"])
        )
    elif row["factor"]:
        return told.words("result.curve.by", endpoint=said, factor=told.words.within(told.group(row)))
    if row["statistic"] == "n":
        return said
    if row["statistic"] == "mean_cumulative_count":
        return told.words("result.recurrent.mean_cumulative_count", what=said, months=row["time_months"])
    return told.words(f"result.recurrent.{row['measure']}", what=said)


def _outcome_named(name: str, told: ResultWords) -> str:
    """An outcome of a win ratio: an endpoint, or a risk factor."""
    if name in told.names.endpoints:
        return told.words.told(told.names.endpoints[name])
    return told.words.factor(name)


def _win_ratio(row: Row, told: ResultWords) -> str:
    """A win ratio, or the pairs that an outcome decided."""
    said = _state(row, "", told)
    if row["statistic"] == "n":
        return told.words(
            "result.curve.of_level", endpoint=said, factor=told.group(row), level=told.words.told(row["level"])
        )
    what = _outcome_named(row["measure"], told) if row["measure"] else ""
    return told.words(f"result.win_ratio.{row['statistic']}", what=said, outcome=what)


def _response_design(row: Row, told: ResultWords) -> str:
    """A response rate against one fixed in advance."""
    said = {"responders": told.responders(row), **told.infusions(row)}
    if row["statistic"] == "design" and row["status"] == "estimated":
        return told.words(f"result.of_design.{row['measure']}", **said)
    return told.words(
        f"result.response_design.{row['measure'] if row['statistic'] == 'design' else row['statistic']}", **said
    )


def _subgroup(row: Row, told: ResultWords) -> str:
    """Response in a subgroup, compared between subgroups, or the effect of a contrast in them."""
    factor, contrast = told.group(row), told.words.factor(row["measure"])
    if row["statistic"] == "interaction":
        return told.words("result.subgroup.interaction", factor=told.words.within(factor), contrast=contrast)
    if not row["level"]:
        return told.words("result.response.by", factor=told.words.within(factor))
    kind = "effect" if row["statistic"] == "odds_ratio" else "rate"
    return told.words(
        f"result.subgroup.{kind}", factor=factor, level=told.words.told(row["level"]), contrast=contrast,
        responders=told.responders(row), **told.infusions(row),
    )  # fmt: skip


def _censoring(row: Row, told: ResultWords) -> str:
    """An endpoint under a censoring rule."""
    said = told.words("result.transplant.of", endpoint=told.endpoint(row), strategy=_state(row, row["measure"], told))
    if row["statistic"] == "competing_incidence":
        return told.words("result.curve.competing", what=said, months=row["time_months"])
    if row["statistic"] == "median_time":
        return told.words("result.curve.median", what=said)
    return told.at(said, row)


# What is told of transplant beside counts and rates.
OF_TRANSPLANT = frozenset({
    "hazard_ratio", "hazard_ratio_change", "mantel_byar", "logrank", "survival_difference", "incidence_difference", "left_strategy",
    "weight_mean", "weight_least", "weight_largest", "least_probability", "effective_size",
})  # fmt: skip


def _transplant(row: Row, told: ResultWords) -> str:
    """An endpoint under one way of dealing with transplant."""
    said = told.words("result.transplant.of", endpoint=told.endpoint(row), strategy=_strategy(row, told))
    if row["statistic"] in OF_TRANSPLANT:
        return told.at(told.words(f"result.transplant.{row['statistic']}", what=said), row)
    if row["level"]:
        said = told.words(
            "result.transplant.group", what=said, level=told.words(f"result.transplant.level.{row['level']}")
        )
    if row["statistic"] == "competing_incidence":
        return told.words("result.curve.competing", what=said, months=row["time_months"])
    return told.at(said, row)


def _strategy(row: Row, told: ResultWords) -> str:
    """A way of dealing with transplant, and from which month a landmark counts."""
    return told.words(f"result.transplant.strategy.{row['measure']}", **landmark_of(row))


def landmark_of(row: Row) -> dict[str, object]:
    """From which month a landmark counts, and the days that are."""
    months = row["landmark_months"]
    return {"months": months, "days": None if months is None else round(months * DAYS_PER_MONTH)}


def _state(row: Row, name: str, told: ResultWords) -> str:
    """A state or sum of a multi-state model; without a name, the model."""
    return told.words.told(told.names.states.get((row["analysis_id"], name), name or row["analysis_id"]))


def _states(row: Row, told: ResultWords) -> str:
    """A multi-state model: who is in a state at a time, for how long, or where from."""
    if not row["measure"]:
        return _state(row, "", told)
    if row["statistic"] == "hazard_ratio":
        said = {"model": _state(row, "", told), "move": _transition(row, told), "factor": told.group(row)}
        contrast = _contrast(row, told)
        return told.words(f"result.multi_state.{'contrast' if contrast else 'ratio'}", contrast=contrast, **said)
    return told.words(
        f"result.multi_state.{row['statistic'] if row['statistic'] not in BOUNDS else 'state_probability'}",
        model=_state(row, "", told), state=told.group(row), months=row["time_months"], given=_landmark(row, told),
    )  # fmt: skip


def _transition(row: Row, told: ResultWords) -> str:
    """From which state to which a row leads."""
    given, _, state = row["measure"].partition(THEN)
    return told.words("result.multi_state.move", given=_state(row, given, told), state=_state(row, state, told))


def _contrast(row: Row, told: ResultWords) -> str:
    """A level against another; of a number per unit, of a factor that is refused nothing."""
    if row["level"]:
        return told.contrast(row)
    return told.words("result.model.per_unit") if row["estimate"] is not None else ""


def _landmark(row: Row, told: ResultWords) -> str:
    """In which state and month transition probabilities begin."""
    if row["landmark_months"] is None:
        return ""
    state = _state(row, row["measure"].partition(THEN)[0], told)
    return told.words("result.multi_state.given", state=state, months=row["landmark_months"])


# By section: what a row is about, what it is split by, and its level.
LABELS: dict[str, Saying] = {
    "response_design": _response_design,
    "subgroup": _subgroup,
    "censoring": _censoring,
    "transplant": _transplant,
    "multi_state": _states,
    "dose_finding": _dose_finding,
    "recurrent": _recurrent,
    "win_ratio": _win_ratio,
}
GROUPS: dict[str, Saying] = {
    "dose_finding": _dose_level,
    "recurrent": lambda row, told: told.words.told(row["term"]),
    "win_ratio": lambda row, told: _outcome_named(row["measure"], told) if row["measure"] else "",
    "multi_state": lambda row, told: _state(row, row["measure"].rpartition(THEN)[2], told) if row["measure"] else "",
}
LEVELS: dict[str, Saying] = {
    "multi_state": lambda row, told: _contrast(row, told) if row["factor"] else _landmark(row, told),
    "recurrent": lambda row, told: told.held_against(row),
    "win_ratio": lambda row, told: told.held_against(row),
}
