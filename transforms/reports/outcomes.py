"""The time-to-event section of a study's page: curves with their rates, for all subjects and by group."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.figures import draw_incidence, draw_survival
from transforms.figures.curves import Curve
from transforms.reports.numbers import DASH, median_interval, months, percent_interval, ratio_interval, whole
from transforms.reports.parts import Part, PrintedTable, Row, disputed_note, methods_note, rows_of
from transforms.reports.queries import Queries
from transforms.reports.sections import compared_note
from transforms.words import Words
from transforms.words.results import HAZARD_RATIOS

RATES = ("survival", "cumulative_incidence")
# The role of what happens, by the curve that shows it.
ROLES = {"cumulative_incidence": "event", "competing_incidence": "competing"}


def follow_up_part(analysis: pl.DataFrame, queries: Queries, words: Words) -> Part:
    """How long subjects were followed, each way of saying it under its own name."""
    rows = rows_of(analysis, section="followup")
    printed = []
    for measure, label in {row["measure"]: row["label"] for row in rows}.items():
        value = {row["statistic"]: row for row in rows if row["measure"] == measure}
        text = median_interval(value["median_time"], words)
        if value["median_time"]["estimate"] is not None and not value["median_time"]["method"]:
            text = months(value["median_time"]["estimate"])
        if "min" in value:
            low, middle, high = (value[name]["estimate"] for name in ("min", "median_time", "max"))
            text = words("follow_up.range", median=f"{middle:.1f}", low=f"{low:.1f}", high=f"{high:.1f}")
        printed.append([label, text])
    header = [words("follow_up.title"), words("follow_up.months")]
    return Part(table=PrintedTable(header, printed), queries=[queries.printed(section="followup")])


def outcome_parts(
    analysis: pl.DataFrame,
    curve: pl.DataFrame,
    roles: pl.DataFrame,
    fewest_at_risk: int,
    days_0: Mapping[str, str],
    queries: Queries,
    words: Words,
    *,
    bands: bool = False,
) -> list[Part]:
    """Every endpoint, in order of position; the comparisons between groups are its parts. roles: meta.endpoint_role.

    fewest_at_risk: where fewer are, curves are drawn pale. days_0: what each endpoint's time is counted from, in words.
    bands: whether curves of groups have theirs.
    """
    day_0 = pl.col("analysis_id").replace_strict(days_0, default="", return_dtype=pl.String)
    curve = curve.with_columns(pale=pl.col("at_risk") < fewest_at_risk, day_0=day_0)
    timed = analysis.filter(pl.col("section").is_in(["survival", "competing"])).sort("position")
    return [
        _outcome(analysis, curve, name, told_happenings(roles.filter(paramcd=name), words), queries, words, bands=bands)
        for name in timed["analysis_id"].unique(maintain_order=True)
    ]


def told_happenings(roles: pl.DataFrame, words: Words) -> dict[str, str]:
    """What each incidence of an endpoint is of: the event, and what may happen before it and prevents it."""
    of_role = {role: roles.filter(role=role)["happening"].sort(descending=True).to_list() for role in ROLES.values()}
    named = {
        role: words("list.or").join(words(f"happening.{name}") for name in names) for role, names in of_role.items()
    }
    # Of those who may relapse, death without it has a name of its own.
    if of_role["event"] == ["relapse"] and of_role["competing"] == ["death"]:
        named["competing"] = words("happening.non_relapse_mortality")
    elif named["competing"]:
        named["competing"] = words("incidence.competing", what=named["competing"])
    return {statistic: named[role] for statistic, role in ROLES.items()}


def _outcome(
    analysis: pl.DataFrame,
    curve: pl.DataFrame,
    name: str,
    what: Mapping[str, str],
    queries: Queries,
    words: Words,
    *,
    bands: bool,
) -> Part:
    found = rows_of(analysis, analysis_id=name)
    overall = [row for row in found if not row["factor"]]
    title, competing = overall[0]["label"], overall[0]["section"] == "competing"
    # What all subjects of the endpoint have to be read with stands beside their number.
    reasons = dict.fromkeys(row["note"] for row in overall if row["statistic"] == "n" and row["note"])
    beware = [words("note.beware", reason=reason) for reason in reasons]
    table = landmark_table(overall, what, words)
    subjects = queries.rows("adam.adtte", paramcd=name)
    groups = {row["factor"]: row["group_name"] for row in found if row["factor"]}
    return Part(
        anchor=name,
        title=title,
        aside=overall[0]["population"],
        figure=_figure(curve, name, "", title, words, competing=competing, what=what),
        table=PrintedTable(table.header, table.rows, [*table.notes, *beware]),
        queries=[queries.printed(analysis_id=name, factor=""), queries.curve(analysis_id=name, factor=""), subjects],
        parts=[
            _comparison(
                found, curve, name, factor, words("by_group", title=title, group=words.within(label)), queries, words,
                bands=bands,
            )
            for factor, label in groups.items()
        ],
    )  # fmt: skip


def landmark_table(rows: list[Row], what: Mapping[str, str], words: Words) -> PrintedTable:
    """An endpoint's table of all subjects: counts, rates at times, the median. what: as told_happenings."""
    counts = {row["statistic"]: row["estimate"] for row in rows if row["statistic"] in ("n", "events")}
    printed = [
        [words("outcome.subjects"), whole(counts.get("n", 0)), ""],
        [words("outcome.events"), whole(counts.get("events", 0)), ""],
    ]
    for row in rows:
        if row["statistic"] == "unknown":
            printed.append([words("outcome.unknown"), whole(row["estimate"]), ""])
        elif row["statistic"] == "median_time":
            printed.append([words("outcome.median"), median_interval(row, words), ""])
        elif row["time_months"] is not None:
            at_risk = "" if row["at_risk"] is None else str(row["at_risk"])
            printed.append([rate_label(row, what, words), _rate(row, words), at_risk])
    timed = [row for row in rows if row["time_months"] is not None]
    header = ["", words("outcome.estimate"), words("figure.at_risk")]
    return PrintedTable(header, printed, methods_note(timed, words))


def rate_label(row: Row, what: Mapping[str, str], words: Words) -> str:
    """A rate at a time, as the first column of an endpoint's table names it. what: as told_happenings."""
    happens = what.get(row["statistic"], "")
    return words.sentence(words(f"outcome.at.{row['statistic']}", months=row["time_months"], what=happens))


def _rate(row: Row, words: Words) -> str:
    if row["estimate"] is not None or row["status"] == "suppressed":
        return percent_interval(row)
    return words("not_estimable", reason=row["note"])


def _comparison(
    found: list[Row],
    curve: pl.DataFrame,
    name: str,
    factor: str,
    named: str,
    queries: Queries,
    words: Words,
    *,
    bands: bool,
) -> Part:
    """Curves by level, rates by level, the ratios of levels where there are some, and the test."""
    rows = [row for row in found if row["factor"] == factor]
    tests = [row for row in rows if row["statistic"] in ("logrank", "gray")]
    ratios = [row for row in rows if row["statistic"] in HAZARD_RATIOS]
    levels = list(dict.fromkeys(row["level"] for row in rows if row["level"]))
    printed = [
        [label, *(_cell(rows, level, statistic, time, words) for level in levels)]
        for label, statistic, time in _lines(rows, words)
    ]
    notes = [*(compared_note(row, words) for row in tests), *disputed_note(tests, words)]
    if any(DASH in line for line in printed):
        notes.append(words("note.dash", dash=DASH))
    if ratios:
        printed.append([_ratio_label(ratios[0], words), *(_ratio_cell(ratios, level, words) for level in levels)])
        notes += _ratio_notes(ratios, words)
    competing = rows[0]["section"] == "competing"
    ratio = _ratio_in_figure(ratios, words)
    figure = _figure(curve, name, factor, named, words, competing=competing, bands=bands, ratio=ratio) if levels else ""
    asked = [
        queries.printed(analysis_id=name, factor=factor),
        queries.curve(analysis_id=name, factor=factor),
        queries.rows("adam.adrisk", "risk_factor, subject_id"),
    ]
    header = ["", *map(words.told, levels)] if levels else []
    return Part(named, PrintedTable(header, printed if levels else [], notes), figure, asked)


def _ratio_label(row: Row, words: Words) -> str:
    return words.sentence(words("figure.with_interval", effect=words(f"effect.{row['statistic']}")))


def _ratio_cell(ratios: list[Row], level: str, words: Words) -> str:
    """The ratio of a level; of the first level, that the others are held against it."""
    row = next((row for row in ratios if row["level"] == level), None)
    if row is None:
        return words("outcome.reference")
    return ratio_interval(row) if row["estimate"] is not None else words("model.see_below")


def _ratio_notes(ratios: list[Row], words: Words) -> list[str]:
    """How the ratios were estimated, why one was not, and what to beware of; what is so of several is said once."""
    effect = words.sentence(words(f"effect.{ratios[0]['statistic']}"))
    methods = dict.fromkeys(row["method"] for row in ratios if row["method"])
    fitted = [words("note.fitted", which=effect, method=words.method(method)) for method in methods]
    missing = [
        words("model.not_estimable", covariate=effect, which=row["group_level"], reason=row["note"])
        for row in ratios
        if row["estimate"] is None
    ]
    warned = dict.fromkeys(row["note"] for row in ratios if row["estimate"] is not None and row["note"])
    return [*fitted, *missing, *(words("model.beware", which=words.within(effect), reason=note) for note in warned)]


def _ratio_in_figure(ratios: list[Row], words: Words) -> str:
    """What is written into the plot of two levels; nothing where there are more, or no ratio."""
    if len(ratios) != 1 or ratios[0]["estimate"] is None:
        return ""
    row = ratios[0]
    return words(f"figure.ratio.{row['statistic']}", shown=ratio_interval(row), contrast=row["group_level"])


def _lines(rows: list[Row], words: Words) -> list[tuple[str, str, float | None]]:
    """The lines of a comparison: counts, rates in order of time, the median."""
    timed = {
        (row["statistic"], row["time_months"]): words("outcome.rate_at", months=row["time_months"])
        for row in rows
        if row["statistic"] in RATES and row["time_months"] is not None
    }
    counts: list[tuple[str, str, float | None]] = [
        (words("outcome.subjects"), "n", None),
        (words("outcome.events"), "events", None),
    ]
    medians = (
        [(words("outcome.median"), "median_time", None)] if any(r["statistic"] == "median_time" for r in rows) else []
    )
    return [*counts, *((label, statistic, time) for (statistic, time), label in timed.items()), *medians]


def _cell(rows: list[Row], level: str, statistic: str, time: float | None, words: Words) -> str:
    found = [
        row for row in rows if row["level"] == level and row["statistic"] == statistic and row["time_months"] == time
    ]
    if found and statistic == "median_time":
        return median_interval(found[0], words)
    if not found or found[0]["estimate"] is None:
        return DASH
    return percent_interval(found[0]) if time is not None else whole(found[0]["estimate"])


def _figure(
    curve: pl.DataFrame,
    name: str,
    factor: str,
    title: str,
    words: Words,
    *,
    competing: bool,
    what: Mapping[str, str] | None = None,
    bands: bool = False,
    ratio: str = "",
) -> str:
    rows = curve.filter(analysis_id=name, factor=factor)
    if not rows.height:
        return ""
    if competing and not factor:
        column = "statistic"
        parts = [
            (words.sentence(words(f"incidence.{kind}", what=(what or {}).get(kind, title))), kind)
            for kind in rows["statistic"].unique(maintain_order=True)
        ]
    else:
        column, rows = "level", rows.filter(pl.col("statistic").is_in(RATES))
        parts = [(words.told(level), level) for level in rows["level"].unique(maintain_order=True)]
    curves = [Curve(label, rows.filter(pl.col(column) == part).sort("time_months")) for label, part in parts]
    day_0 = rows["day_0"][0]
    if competing:
        return draw_incidence(curves, title, words, one_risk_set=not factor, day_0=day_0, bands=bands, ratio=ratio)
    return draw_survival(curves, title, words, day_0=day_0, bands=bands, ratio=ratio)
