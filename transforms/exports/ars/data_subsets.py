"""Data subsets: which records of the endpoint tables an analysis is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, get_args

from schemas.protocol import Protocol, adverse_events, care, censoring, cytopenia
from schemas.protocol.transplant import SECTION, DefinedBy, variant_name
from schemas.units import DAYS_PER_MONTH
from transforms.analyses.adverse_events import CLASS, CODE, INFECTION, INFECTIONS, ORGANISM, SITE, TERM
from transforms.analyses.cytopenia import ANY
from transforms.analyses.transplant import IGNORED
from transforms.exports.ars.conditions import Condition, all_of, where
from transforms.exports.ars.keys import SUBSET, Row, named, subset_id

# The table a section's records are of; of a model or of fragility, that of what it is about.
TABLES = {
    "response": "adrs",
    "toxicity": "adae",
    "adverse_events": "adae",
    "hematotoxicity": "adht",
    "prolonged_cytopenia": "adcyto",
    "supportive_care": "adcare",
    "scores": "adscore",
    "vein_to_vein": "adv2v",
    "stopping": "adex",
    "paired": "adae",
    "survival": "adtte",
    "competing": "adtte",
    "curves": "adtte",
    "shares": "adrs",
    "benchmark": "adtte",
    "followup": "adtte",
    "kinetics": "adck",
    "multi_state": "adstate",
    "transplant": "adtte",
    "censoring": "adtte",
    "dose_finding": "adex",
    "recurrent": "adae",
    "win_ratio": "adtte",
    "response_design": "adrs",
    "subgroup": "adrs",
    "definitions": "adttealt",
    "lateness": "adtte",
}
SUBJECTS = "adsl"
# Told of every subject, whatever the protocol asks for; all other factors are its own.
CHARACTERISTICS = ("age", "sex")
ANY_GRADE = 1


def table_of(row: Row) -> str:
    """The endpoint table a row is computed from, without its schema."""
    if row["section"] == "baseline" and row["factor"] not in ("", *CHARACTERISTICS):
        return "adrisk"
    if row["section"] == "measured":
        return "adck" if row["quantity"] else "adrisk"
    if row["section"] == "several_tests":
        return "adtte" if row["endpoint"] else "adck" if row["quantity"] else "adrs" if row["infusion"] else "adrisk"
    if row["section"] in ("interim", "model", "fragility", "cut_point", "selection", "fitted"):
        return "adtte" if row["endpoint"] else "adrs"
    # What products are compared by is told of their subjects; delays are of exports, which are no analysis data.
    of_subjects = {"paired": "term", "kinetics": "quantity", "lateness": "endpoint"}
    if row["section"] in of_subjects and not row[of_subjects[row["section"]]]:
        return SUBJECTS
    return TABLES.get(row["section"], SUBJECTS)


def data_subsets(rows: Sequence[Row], protocol: Protocol) -> list[dict[str, Any]]:
    """Every subset the rows are of, in their order."""
    first = {subset_id(row): row for row in reversed(rows) if subset_id(row)}
    return [
        {"id": id_, "name": ", ".join(named(row, SUBSET)), "level": 1, "order": order}
        | all_of(list(_conditions(row, protocol)))
        for order, (id_, row) in enumerate(reversed(first.items()), 1)
    ]


def _conditions(row: Row, protocol: Protocol) -> Iterator[Condition]:
    """What variables hold of the subset; the rest is in its name."""
    table = table_of(row)
    if table == "adttealt" and row["definition"]:
        # Where it censors and which relapses count are in no variable.
        origin, transplant, _, _ = row["definition"].split(".")
        yield where(table, "origin", "EQ", origin)
        yield where(table, "transplant", "EQ", transplant)
    elif row["endpoint"]:
        yield where("adtte", "paramcd", "EQ", _parameter(row))
    if row["infusion"] is not None and table in ("adrs", "adae", "adck"):
        numbers = [number for number in (row["other_infusion"], row["infusion"]) if number is not None]
        yield where(table, "infusion_number", "EQ" if len(numbers) == 1 else "IN", *numbers)
    if row["section"] in OF_SECTION:
        yield from OF_SECTION[row["section"]](row)
        return
    if row["term"]:
        yield from _of_event(row, protocol)
    for column in ("assay", "matrix", "quantity"):
        if row[column]:
            yield where("adck", column, "EQ", row[column])
    if table == "adck" and row["measure"] and row["section"] != "several_tests":
        yield where("adck", "paramcd", "EQ", row["measure"])
    yield from _of_time(table, row)


def _parameter(row: Row) -> str:
    """The parameter of adtte a row is of: its endpoint, or that endpoint under a censoring rule or a way of dealing with transplant."""
    if row["section"] == censoring.SECTION:
        return censoring.rule_name(row["endpoint"], row["measure"])
    if row["section"] != SECTION:
        return str(row["endpoint"])
    return variant_name(row["endpoint"], row["measure"] if row["measure"] in get_args(DefinedBy) else IGNORED)


def _of_time(table: str, row: Row) -> Iterator[Condition]:
    """The part of the follow-up a row is of; of states, also the model."""
    months = row["time_months"]
    if table == "adstate":
        yield where(table, "model", "EQ", row["analysis_id"].partition(".")[2])
        if months is not None:
            yield where(table, "entrydy", "LE", f"{months * DAYS_PER_MONTH:g}")
    elif months is not None:
        yield where("adttealt" if row["definition"] else "adtte", "avalm", "LE", f"{months:g}")


# What a line of a table of adverse events is of, by the column that says so.
LINES = {CLASS: "aebodsys", TERM: "aedecod", CODE: "aeterm", ORGANISM: "organism", SITE: "infsite"}


def _of_line(row: Row) -> Iterator[Condition]:
    """A line of a table of adverse events: an organ class, a term, an organism ... in a period."""
    line = row["measure"].partition(".")[0]
    yield where("adae", "occurfl", "EQ", "Y")
    if line in LINES and row["term"]:
        yield where("adae", LINES[line], "EQ", row["term"])
    elif line in (INFECTIONS, ORGANISM, SITE):
        yield where("adae", "aeterm", "EQ", INFECTION)
    first, _, last = row["quantity"].partition("-")
    if first.isdigit():
        yield where("adae", "astdy", "GE", first)
    if last:
        yield where("adae", "astdy", "LE", last)


def _of_day(row: Row) -> Iterator[Condition]:
    """A count, or any of them, on a day after an infusion."""
    yield where("adcyto", "infusion_number", "EQ", row["infusion"])
    yield where("adcyto", "askdy", "EQ", row["measure"])
    # Who is at risk on a day is so of every count.
    yield where("adcyto", "paramcd", "EQ", row["term"] or ANY)


def _of_period(row: Row) -> Iterator[Condition]:
    """A treatment or stay in a period after an infusion."""
    yield where("adcare", "infusion_number", "EQ", row["infusion"])
    yield where("adcare", "period", "EQ", row["measure"])
    if row["term"]:
        yield where("adcare", "treatment", "EQ", row["term"])


def _of_event(row: Row, protocol: Protocol) -> Iterator[Condition]:
    yield where("adae", "aeterm", "EQ", row["term"])
    yield where("adae", "occurfl", "EQ", "Y")
    if (row["grade"] or ANY_GRADE) > ANY_GRADE:
        yield where("adae", "atoxgr", "GE", row["grade"])
    window = next((one.window_days for one in protocol.toxicity if one.term == row["term"]), None)
    if window is not None:
        yield where("adae", "astdy", "LE", window)


# Sections whose rows say by keys of their own what they are of.
OF_SECTION: Mapping[str, Callable[[Row], Iterator[Condition]]] = {
    adverse_events.SECTION: _of_line,
    cytopenia.SECTION: _of_day,
    care.SECTION: _of_period,
}
