"""Safety in words: grades of hematotoxicity, boundaries that stop a trial, and interim looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.death_classes import SECTION as DEATHS
from transforms.words.estimands import Row, Saying

if TYPE_CHECKING:
    from transforms.words.results import ResultWords
    from transforms.words.words import Words

DAYS = "days."


def _hematotoxicity(row: Row, told: ResultWords) -> str:
    """A grade, a share or days of one scheme and phase after an infusion."""
    phase = row["measure"].removeprefix(DAYS)
    what = told.words(f"result.hematotoxicity.{phase}", scheme=row["term"], **told.infusions(row))
    if row["measure"].startswith(DAYS):
        return told.words("result.hematotoxicity.days", what=what, limit=row["quantity"])
    if row["quantity"]:
        return told.words("result.hematotoxicity.ungraded", what=what)
    key = "grade" if row["statistic"] == "count" else row["statistic"]
    return told.words(f"result.hematotoxicity.{key}", what=what, grade=row["grade"])


def _adverse_line(row: Row, told: ResultWords) -> str:
    """What a line of a table of adverse events is of."""
    line = row["measure"].partition(".")[0]
    if row["term"]:
        return told.words.told(row["term"])
    return told.words(f"result.adverse_events.line.{line}")


def _adverse_events(row: Row, told: ResultWords) -> str:
    """A line of a table of adverse events, what is told of it, and in which period."""
    kind = row["measure"].partition(".")[2]
    statistic = row["statistic"] if row["statistic"] in ("unknown", "bound_low", "bound_high") else ""
    what = told.words(f"result.adverse_events.kind.{kind}", grade=row["grade"])
    return told.words(
        f"result.adverse_events.{statistic or 'of'}", line=_adverse_line(row, told), what=what,
        period=period_words(row["quantity"], told.words), **told.infusions(row),
    )  # fmt: skip


def period_words(name: str, words: Words) -> str:
    """A span of time after an infusion."""
    first, dash, last = name.partition("-")
    if not dash:
        return words(f"result.adverse_events.span.{name}")
    return words(f"result.adverse_events.span.{'between' if last else 'since'}", first=first, last=last)


def _stopping(row: Row, told: ResultWords) -> str:
    """A boundary: where it lies, where the trial is, and how it behaves."""
    label = told.words.told(told.names.states.get((row["analysis_id"], ""), row["analysis_id"]))
    return told.words(f"result.stopping.{row['statistic']}", rule=label, n=row["measure"])


def _death(row: Row, told: ResultWords) -> str:
    """Deaths of a class, non-relapse deaths, or all."""
    what = told.words("result.deaths.of", what=told.level(row) or told.group(row), **told.infusions(row))
    return told.words(f"result.deaths.{row['statistic']}", what=what)


def _scores(row: Row, told: ResultWords) -> str:
    """A score of a day: how many have which group, the share of the graver one, or its values."""
    what = told.words(
        "result.scores.of", score=row["term"], moment=moment(row["measure"], told.words), **told.infusions(row)
    )
    if row["quantity"]:
        return told.words(f"result.scores.{row['quantity']}", what=what)
    return told.words("result.scores.value", what=what)


def _vein_to_vein(row: Row, told: ResultWords) -> str:
    """A count, an interval or an attribute of the product of an infusion."""
    what = told.words(f"vein_to_vein.{row['measure']}")
    if row["quantity"]:
        what = told.words(
            "result.vein_to_vein.of_group", what=what, group=told.words(f"vein_to_vein.{row['quantity']}")
        )
    if row["level"]:
        what = told.words(
            "result.vein_to_vein.because", what=what, why=told.words(f"result.flow.reason.{row['level']}")
        )
    return told.words("result.vein_to_vein.of", what=what, **told.infusions(row))


def moment(code: str, words: Words) -> str:
    """The day of a score in words, from its code."""
    kind, _, day = code.partition(" ")
    return words(f"result.scores.moment.{kind}", day=day)


def _interim(row: Row, told: ResultWords) -> str:
    """A look, its bound and its test; or the conditional power."""
    label = told.words.told(told.names.states.get((row["analysis_id"], ""), row["analysis_id"]))
    numbered = row["measure"].isdecimal()
    key = row["statistic"] if numbered or not row["measure"] else f"{row['statistic']}_{row['measure']}"
    return told.words(f"result.interim.{key}", test=label, n=row["measure"])


def _level(row: Row, told: ResultWords) -> str:
    if row["grade"] is None:
        return ""
    key = (
        "result.hematotoxicity.grade_alone" if row["statistic"] == "count" else "result.hematotoxicity.grade_or_higher"
    )
    return told.words(key, grade=row["grade"])


# By section: what a row is about, and what it is split by.
LABELS: dict[str, Saying] = {
    "adverse_events": _adverse_events,
    "hematotoxicity": _hematotoxicity,
    "scores": _scores,
    "vein_to_vein": _vein_to_vein,
    "stopping": _stopping,
    "interim": _interim,
    DEATHS: _death,
}
GROUPS: dict[str, Saying] = {
    "adverse_events": _adverse_line,
    **dict.fromkeys(("hematotoxicity", "scores"), lambda row, _: str(row["term"])),
    DEATHS: lambda row, told: told.words(f"death_classes.{row['measure']}"),
}
LEVELS: dict[str, Saying] = {
    "hematotoxicity": _level,
    "scores": lambda row, told: told.words(f"scores.group.{row['quantity']}") if row["quantity"] else "",
}
