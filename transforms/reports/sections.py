"""The tables of a study's page on its subjects, their responses and their adverse events, from rows of results.analysis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from transforms.analyses.disposition import NOT_INFUSED
from transforms.analyses.response import MRD_NOT_EXAMINED
from transforms.analyses.toxicity import ANY_GRADE, GRADES, OTHER_SCALE, UNGRADED, WORST
from transforms.analyses.unknown import BESIDE
from transforms.reports.numbers import DASH, count_of, p_value, percent, percent_interval, share_cells, spread, whole
from transforms.reports.parts import NO_LINKS, Part, PrintedTable, Row, disputed_note, ids_of, methods_note, rows_of
from transforms.reports.queries import Queries
from transforms.words import Words
from transforms.words.results import without_unit

INDENT = "\u2003"
DENOMINATORS = ("received", "evaluable")
# Among whom residual disease is told of as well.
OF_RESPONDERS = ("in_response", "mrd_examined")


def baseline_part(analysis: pl.DataFrame, subjects: int, queries: Queries, words: Words) -> Part:
    """Characteristics at enrollment: counts by level, median and range of measured ones, and what is missing."""
    found = rows_of(analysis, section="baseline")
    printed: list[list[str]] = []
    notes: list[str] = []
    for key in dict.fromkeys(map(_characteristic, found)):
        of_name = [row for row in found if _characteristic(row) == key]
        missing = next((whole(row["estimate"]) for row in of_name if row["statistic"] == "n_missing"), "0")
        make = _counted if of_name[0]["level"] else _measured
        printed += make(of_name, missing, words)
        if of_name[0]["note"]:
            notes.append(words("note.of", what=of_name[0]["group_name"], reason=of_name[0]["note"]))
    header = [words("baseline.characteristic"), words("baseline.all", n=subjects), words("baseline.missing")]
    asked = [queries.printed(section="baseline"), queries.rows("adam.adsl"), queries.rows("adam.adrisk")]
    return Part(table=PrintedTable(header, printed, notes), queries=asked)


def _characteristic(row: Row) -> tuple[Any, ...]:
    return row["factor"], row["measure"], row["infusion"]


def _counted(rows: list[Row], missing: str, _words: Words) -> Iterator[list[str]]:
    yield [rows[0]["group_name"], "", missing]
    for row in rows:
        if row["statistic"] == "proportion":
            yield [f"{INDENT}{row['group_level']}", _share(row), ""]


def _share(row: Row) -> str:
    return DASH if row["events"] is None else f"{row['events']} ({percent(row['estimate'])}%)"


def _measured(rows: list[Row], missing: str, words: Words) -> Iterator[list[str]]:
    value = {row["statistic"]: row["estimate"] for row in rows}
    shown = spread(value["median"], value.get("min"), value.get("max"))
    yield [measured_label(rows[0], words), shown, missing]


def measured_label(row: Row, words: Words) -> str:
    """What is measured, with its unit, as the baseline table prints it; a name that ends with its unit is not told it twice."""
    unit = words.unit(row["unit"])
    plain = without_unit(row["group_name"], unit)
    return words("baseline.measured", name=plain, unit=unit) if unit else plain


def losses_part(analysis: pl.DataFrame, queries: Queries, words: Words) -> Part:
    """Site and antigens of relapses, and causes of death; no row where nobody relapsed or died."""
    found = [*rows_of(analysis, section="relapse"), *rows_of(analysis, section="death")]
    printed: list[list[str]] = []
    for measure, who in dict.fromkeys((row["measure"], row["analysis_set"]) for row in found):
        of_name = [row for row in found if (row["measure"], row["analysis_set"]) == (measure, who)]
        what, population = (of_name[0][name] for name in ("group_name", "population"))
        printed.append([words("losses.of", what=what, population=population), "", ""])
        printed += [[f"{INDENT}{row['group_level']}", count_of(row), percent_interval(row)] for row in of_name]
    header = ["", words("response.share"), words("percent_interval")]
    asked = [queries.printed(section="relapse"), queries.printed(section="death"), queries.rows("adam.adsl")]
    return Part(table=PrintedTable(header, printed, methods_note(found, words)), queries=asked)


def response_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Per infusion: every category among those infused and those evaluable, then among all enrolled; then by group."""
    parts = []
    for analysis_id in ids_of(analysis, "response"):
        found = rows_of(analysis, analysis_id=analysis_id)
        infusion = found[0]["infusion"]
        rows = queries.rows("adam.adrs", infusion_number=infusion)
        overall = [row for row in found if not row["factor"]]
        sets = tuple(dict.fromkeys((*DENOMINATORS, *(row["analysis_set"] for row in _of_responders(overall)))))
        asked = [queries.printed(analysis_id=analysis_id, factor="", analysis_set=sets), rows]
        title = words("after_infusion", infusion=words.infusion(infusion))
        parts.append(Part(title, _by_denominator(overall, DENOMINATORS, words), queries=asked))
        # Where all enrolled were infused, the first table says it all.
        if any(row["measure"] == NOT_INFUSED for row in overall):
            asked = [queries.printed(analysis_id=analysis_id, factor="", analysis_set="enrolled"), rows]
            parts.append(Part(table=_by_denominator(overall, ("enrolled",), words), queries=asked))
        for factor, label in {row["factor"]: row["group_name"] for row in found if row["factor"]}.items():
            of_group = [row for row in found if row["factor"] == factor]
            asked = [queries.printed(analysis_id=analysis_id, factor=factor), rows]
            title = words("response.by", infusion=words.infusion(infusion), group=words.within(label))
            parts.append(Part(title, _response_by_group(of_group, words), queries=asked))
    return parts


def _by_denominator(rows: list[Row], columns: Sequence[str], words: Words) -> PrintedTable:
    cells = {(row["analysis_set"], row["measure"]): row for row in rows if row["statistic"] == "proportion"}
    printed = []
    for measure, category in {row["measure"]: row["group_level"] for row in rows}.items():
        line = [category]
        for analysis_set in columns:
            row = cells.get((analysis_set, measure))
            line += share_cells(row, _beside(rows, row), words) if row else ["", ""]
        if any(line[1:]):
            printed.append(line)
    for row in _of_responders(rows) if columns == DENOMINATORS else []:
        among = words("response.among", category=row["group_level"], population=row["population"])
        printed.append([among, *share_cells(row, _beside(rows, row), words), *[""] * (2 * len(columns) - 2)])
    share = words("percent_interval")
    header = [words("response.title"), *(cell for name in columns for cell in (words(f"response.{name}"), share))]
    beware = dict.fromkeys(row["note"] for row in rows if row["estimate"] is not None and row["note"])
    notes = [words("note.beware", reason=reason) for reason in beware]
    return PrintedTable(header, printed, [*methods_note(rows, words), *notes])


def _of_responders(rows: list[Row]) -> list[Row]:
    """Residual disease among responders; beside those who were not examined, where there are some, among those who were."""
    found = [row for row in rows if row["analysis_set"] in OF_RESPONDERS and row["statistic"] == "proportion"]
    if any(row["measure"] == MRD_NOT_EXAMINED and row["events"] == 0 for row in found):
        return [row for row in found if row["analysis_set"] == OF_RESPONDERS[0] and row["measure"] != MRD_NOT_EXAMINED]
    return found


def _response_by_group(rows: list[Row], words: Words) -> PrintedTable:
    printed = [
        [row["group_level"], *share_cells(row, _beside(rows, row), words)]
        for row in rows
        if row["statistic"] == "proportion" and (row["estimate"] is not None or row["status"] == "suppressed")
    ]
    tests = [row for row in rows if row["statistic"] == "comparison"]
    notes = [*(compared_note(row, words) for row in tests), *disputed_note(tests, words)]
    return PrintedTable([words("response.group"), words("response.share"), words("percent_interval")], printed, notes)


def compared_note(row: Row, words: Words) -> str:
    """The test between groups and its p value, or why there is none."""
    if row["status"] == "suppressed":
        return words("note.not_compared", reason=words("note.small_group"))
    if row["p_value"] is None:
        return words("note.not_compared", reason=row["note"])
    return words("note.test", test=words.sentence(words.method(row["p_method"])), p=p_value(row["p_value"]))


def toxicity_parts(analysis: pl.DataFrame, queries: Queries, words: Words) -> list[Part]:
    """Per infusion: any grade, severe, onset and duration of each adverse event; then its worst grades."""
    parts = []
    for analysis_id in ids_of(analysis, "toxicity"):
        found = rows_of(analysis, analysis_id=analysis_id)
        infusion, table = found[0]["infusion"], _toxicity(found, words)
        asked = [
            queries.printed(analysis_id=analysis_id, measure=("occurred", "onset", "duration")),
            queries.rows("adam.adae", "subject_id, aeterm", infusion_number=infusion, occurfl="Y"),
        ]
        parts.append(Part(words("after_infusion", infusion=words.infusion(infusion)), table, queries=asked))
        asked = [queries.printed(analysis_id=analysis_id, statistic="count")]
        parts.append(Part(table=_worst_grades(found, words), queries=asked))
    return parts


def _toxicity(rows: list[Row], words: Words) -> PrintedTable:
    printed, scales = [], {}
    for term in dict.fromkeys(row["term"] for row in rows):
        of_term = [row for row in rows if row["term"] == term]
        shares = [row for row in of_term if row["statistic"] == "proportion"]
        cells = [cell for row in shares for cell in share_cells(row, _beside(of_term, row), words)]
        called = of_term[0]["group_name"]
        printed.append([called, *cells, _days(of_term, "onset"), _days(of_term, "duration")])
        scales[called] = shares[-1]["note"]
    severe = next((row["group_level"] for row in rows if (row["grade"] or ANY_GRADE) > ANY_GRADE), "")
    share = words("percent_interval")
    header = [
        words("toxicity.term"),
        words("toxicity.count", grade=words.sentence(words("result.toxicity.any_grade"))),
        share,
        words("toxicity.count", grade=words.sentence(severe)),
        share,
        words("toxicity.onset"),
        words("toxicity.duration"),
    ]
    graded = words("list.strong_separator").join(
        words("toxicity.by_scale", term=term, scale=scale) for term, scale in scales.items()
    )
    notes = methods_note([row for row in rows if row["statistic"] == "proportion"], words)
    return PrintedTable(header, printed, [words("toxicity.graded", graded=graded), *notes])


def _worst_grades(rows: list[Row], words: Words) -> PrintedTable:
    """Subjects by the worst grade of each adverse event; then those without a grade or graded on another scale, if any."""
    counted = [row for row in rows if row["statistic"] == "count"]
    apart = [measure for measure in (UNGRADED, OTHER_SCALE) if any(row["measure"] == measure for row in counted)]
    columns = [*((WORST, grade) for grade in GRADES), *((measure, None) for measure in apart)]
    printed = []
    for term in dict.fromkeys(row["term"] for row in counted):
        of_term = {(row["measure"], row["grade"]): row for row in counted if row["term"] == term}
        called = next(iter(of_term.values()))["group_name"]
        # A row that is not there counts nobody; one that is there without a count is not shown.
        printed.append([called, *(whole(of_term[at]["estimate"]) if at in of_term else "0" for at in columns)])
    header = [
        words("toxicity.worst"),
        *(words("toxicity.grade", grade=grade) for grade in GRADES),
        *(words(f"toxicity.{measure}") for measure in apart),
    ]
    return PrintedTable(header, printed)


def populations_part(analysis: pl.DataFrame, queries: Queries, words: Words) -> Part:
    """Each population of the protocol: how many belong, how many do not and why, and of how many it is not known."""
    found = rows_of(analysis, analysis_id="populations")
    printed: list[list[str]] = []
    for name in dict.fromkeys(row["analysis_set"] for row in found):
        of_name = [row for row in found if row["analysis_set"] == name]
        printed.append([of_name[0]["population"], whole(of_name[0]["estimate"])])
        for row in of_name[1:]:
            told = words(f"populations.{row['measure']}", why=row["group_level"])
            printed.append([f"{INDENT}{told}", whole(row["estimate"])])
    header = [words("populations.title"), words("populations.subjects")]
    asked = [queries.printed(analysis_id="populations"), queries.rows("adam.adpop")]
    return Part(table=PrintedTable(header, printed), queries=asked)


def deaths_part(adsl: pl.DataFrame, queries: Queries, words: Words, links: Mapping[str, str] = NO_LINKS) -> Part:
    """Every death, with its day since the first infusion and its cause. Rows of single subjects. links: the page of each."""
    died = adsl.filter(pl.col("dthdt").is_not_null()).with_columns(
        day=(pl.col("dthdt") - pl.coalesce("trt01dt", "trt02dt", "enrldt")).dt.total_days()
    )
    printed = [
        [row["subject_id"], str(row["day"]), words.told(row["dthcaus"]) if row["dthcaus"] else words("result.loss.not_reported"),
         DASH if row["relapsedt"] is None else str((row["relapsedt"] - row["dthdt"]).days + row["day"])]
        for row in died.sort("day", "subject_id").iter_rows(named=True)
    ]  # fmt: skip
    header = [words("deaths.subject"), words("deaths.day"), words("deaths.cause"), words("deaths.relapse")]
    table = PrintedTable(header, printed, links=links)
    return Part(words("deaths.title"), table, queries=[queries.rows("adam.adsl")])


def _beside(rows: list[Row], row: Row) -> dict[str, Row]:
    """By statistic, the rows that stand beside one under the same name."""
    return {other["statistic"]: other for other in rows if all(other[name] == row[name] for name in BESIDE)}


def _days(rows: list[Row], what: str) -> str:
    value = {row["statistic"]: row["estimate"] for row in rows if row["measure"] == what}
    if "median" not in value:
        return DASH
    return spread(value["median"], value.get("min"), value.get("max"))
