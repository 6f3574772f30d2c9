"""Tables of a study's page on safety that a protocol has to ask for: grades of hematotoxicity, and boundaries that stop the trial."""

from __future__ import annotations

import polars as pl

from schemas.count_criteria import count_schemes
from transforms.analyses.hematotoxicity import DAYS, GRADES, UNGRADED
from transforms.analyses.stopping import CROSSED, EXPECTED_N, PATH, POSTERIOR, RATE, STOPS, STOPS_AT
from transforms.figures import draw_boundary
from transforms.reports.numbers import DASH, percent, share_cells, spread, whole
from transforms.reports.parts import Part, PrintedTable, Row, ids_of, methods_note, rows_of
from transforms.reports.queries import Queries
from transforms.words import Words

BESIDE = ("unknown", "bound_low", "bound_high")


def hematotoxicity_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Per infusion: how many had which grade early and late; the share of severe ones; days with low counts."""
    parts = []
    for analysis_id in ids_of(analysis, "hematotoxicity"):
        found = rows_of(analysis, analysis_id=analysis_id)
        infusion = found[0]["infusion"]
        rows = queries.rows("adam.adht", "scheme, phase, subject_id", infusion_number=infusion)
        title = words("after_infusion", infusion=words.infusion(infusion))
        parts.append(Part(title, _grades(found, words), queries=[queries.printed(analysis_id=analysis_id), rows]))
        days = [row for row in found if row["measure"].startswith(DAYS)]
        if days:
            asked = queries.rows("adam.adhtday", "scheme, phase, limitn, subject_id", infusion_number=infusion)
            parts.append(Part(table=_days(days, words), queries=[asked]))
    return parts


def _grades(found: list[Row], words: Words) -> PrintedTable:
    printed = []
    apart = any(row["quantity"] == UNGRADED for row in found)
    phases = dict.fromkeys((row["term"], row["measure"]) for row in found if not row["measure"].startswith(DAYS))
    severe = None
    for scheme, phase in phases:
        of = [row for row in found if (row["term"], row["measure"]) == (scheme, phase)]
        counts = {row["grade"]: row for row in of if row["statistic"] == "count" and not row["quantity"]}
        open_ = next((row for row in of if row["quantity"] == UNGRADED), None)
        severe = next(row for row in of if row["statistic"] == "proportion")
        beside = {row["statistic"]: row for row in of if row["statistic"] in BESIDE}
        line = [words("hematotoxicity.of", scheme=scheme, phase=words(f"hematotoxicity.{phase}"))]
        line += [whole(counts[grade]["estimate"]) for grade in GRADES]
        line += [whole(open_["estimate"]) if open_ else "0"] if apart else []
        printed.append([*line, *share_cells(severe, beside, words)])
    header = [
        "", *(words("toxicity.grade", grade=grade) for grade in GRADES), *([words("hematotoxicity.ungraded")] if apart else []),
        words("toxicity.count", grade=severe["group_level"] if severe else ""), words("percent_interval"),
    ]  # fmt: skip
    sources = words("list.strong_separator").join(
        words("hematotoxicity.source", scheme=scheme, source=count_schemes()[scheme].source)
        for scheme in dict.fromkeys(one for one, _ in phases)
    )
    beware = dict.fromkeys(row["note"] for row in found if row["statistic"] == "proportion" and row["note"])
    notes = [
        words("hematotoxicity.note"), words("hematotoxicity.sources", sources=sources),
        *methods_note([row for row in found if row["statistic"] == "proportion"], words),
        *(words("note.beware", reason=one) for one in beware),
    ]  # fmt: skip
    return PrintedTable(header, printed, notes)


def _days(rows: list[Row], words: Words) -> PrintedTable:
    printed = []
    for scheme, limit in dict.fromkeys((row["term"], row["quantity"]) for row in rows):
        value = {row["statistic"]: row for row in rows if (row["term"], row["quantity"]) == (scheme, limit)}
        shown = spread(*(value[name]["estimate"] for name in ("median", "min", "max")))
        printed.append([words("hematotoxicity.limit", scheme=scheme, limit=limit), str(value["median"]["n"]), shown])
    header = [words("hematotoxicity.days"), words("outcome.subjects"), words("hematotoxicity.days_shown")]
    return PrintedTable(header, printed, [words("hematotoxicity.days_note")])


def stopping_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Per boundary: the path of the trial against it, where it stands, and how the boundary behaves."""
    parts = []
    for analysis_id in ids_of(analysis, "stopping"):
        found = rows_of(analysis, analysis_id=analysis_id)
        asked = [
            queries.printed(analysis_id=analysis_id),
            queries.rows("adam.adex"),
            queries.rows("adam.adae"),
            queries.rows("adam.adsl"),
        ]
        title = words.told(words.names.states[analysis_id, ""])
        crossed = next(row for row in found if row["statistic"] == CROSSED)
        boundary = [
            (row["n"], row["estimate"]) for row in found if row["statistic"] == STOPS_AT and row["estimate"] is not None
        ]
        path = [
            (row["n"], row["estimate"]) for row in found if row["statistic"] == PATH and row["estimate"] is not None
        ]
        at = (
            (crossed["n"], float(crossed["events"]))
            if crossed["estimate"] == 1 and crossed["events"] is not None
            else None
        )
        figure = draw_boundary(boundary, path, at, title, words) if boundary else ""
        parts.append(Part(title, _standing(found, crossed, words), figure, asked))
        parts.append(Part(table=_boundary(found, words)))
    return parts


def _standing(found: list[Row], crossed: Row, words: Words) -> PrintedTable:
    """Where the trial stands: events among those known, the posterior probability, and whether the boundary was reached."""
    rate = next(row for row in found if row["statistic"] == RATE)
    beside = {row["statistic"]: row for row in found if row["statistic"] in BESIDE}
    count, shown = share_cells(rate, beside, words)
    state = {1.0: "crossed", 0.0: "within"}.get(crossed["estimate"], "none")
    printed = [
        [words("stopping.events"), count],
        [words("percent_interval"), shown],
        *([words("stopping.posterior"), percent(row["estimate"])] for row in found if row["statistic"] == POSTERIOR),
        [words("stopping.state"), DASH if crossed["status"] == "suppressed" else words(f"stopping.{state}")],
    ]
    for row in found:
        if row["statistic"] in (STOPS, EXPECTED_N):
            value = percent(row["estimate"]) if row["statistic"] == STOPS else f"{row['estimate']:.1f}"
            printed.append([words(f"stopping.{row['statistic']}", rate=percent(float(row["measure"]))), value])
    notes = [words("note.beware", reason=crossed["note"])] if crossed["note"] else []
    return PrintedTable(
        ["", words("response_design.value")], printed, [words("stopping.note"), *notes, *methods_note([rate], words)]
    )


def _boundary(found: list[Row], words: Words) -> PrintedTable:
    """The boundary, a line for each number of events that stops: among how many subjects it does, and what was seen of the last of them."""
    stops = [(row["n"], row["estimate"]) for row in found if row["statistic"] == STOPS_AT]
    seen = {row["n"]: row for row in found if row["statistic"] == PATH}
    printed = []
    for events in dict.fromkeys(events for _, events in stops):
        looks = [n for n, at in stops if at == events]
        last = max((n for n in looks if n in seen), default=None)
        among = f"{looks[0]}–{looks[-1]}" if looks[0] < looks[-1] else str(looks[0])
        here = DASH if last is None else words("stopping.of", events=whole(seen[last]["estimate"]), n=last)
        printed.append([among, whole(events), here])
    return PrintedTable([words(f"stopping.{column}") for column in ("subjects", "stops_at", "seen")], printed)
