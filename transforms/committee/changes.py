"""What moved since the last pack, and the questions still open that could move more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from schemas.tables.results import REASON
from transforms.attribution import KEY, find_moved
from transforms.headline_news import print_headline
from transforms.reports.numbers import DASH
from transforms.reports.parts import Part, PrintedTable
from transforms.words import Names, Words, worded

# Figures whose move a committee looks for first, those of all subjects; the others are counted.
SECTIONS = ("disposition", "toxicity", "response", "survival", "competing", "relapse", "death", "stopping", "interim")
STATISTICS = (
    "count", "n", "events", "proportion", "survival", "cumulative_incidence", "median_time", "information", "interim_z", "conditional_power",
)  # fmt: skip
MOST = 80
# Units of counts.
WHOLE = ("subjects",)


@dataclass(frozen=True)
class MovedBy:
    """A headline that moved, and what each step did to it. key: as of results.analysis; None where a value is not estimable."""

    key: tuple[object, ...]
    unit: str
    code: float | None
    study_files: float | None
    data: float | None


def moved_part(before: pl.DataFrame, after: pl.DataFrame, names: Names, words: Words) -> Part:
    """Every figure of all subjects whose value differs from the last pack. before, after: rows of results.analysis as either told them."""
    moved = find_moved(before, after)
    shown = moved.filter(
        pl.col("section").is_in(SECTIONS),
        pl.col("statistic").is_in(STATISTICS),
        (pl.col("factor") == "") | (pl.col("section") == "interim"),
    )
    said = worded(shown.head(MOST), pl.DataFrame(schema=REASON.polars_schema), names, words)
    printed = [
        [_figure(row, words), row["population"] or "", _value(row["value_before"], row["unit"], words), _value(row["value_after"], row["unit"], words)]
        for row in said.iter_rows(named=True)
    ]  # fmt: skip
    notes = [words("pack.moved_note", n=moved.height, shown=len(printed))]
    header = [words(f"pack.{column}") for column in ("figure", "population", "before", "after")]
    # A table without rows would have no header either: its note alone says that nothing moved.
    return Part(words("pack.moved"), PrintedTable(header, printed or [[words("none"), "", "", ""]], notes))


def attributed_part(found: Sequence[MovedBy], after: pl.DataFrame, names: Names, words: Words) -> Part:
    """What moved each headline: code, study files, records. after: rows of results.analysis that hold them."""
    said = {
        tuple(row[name] for name in KEY): row
        for row in worded(after, pl.DataFrame(schema=REASON.polars_schema), names, words).iter_rows(named=True)
    }
    printed = [
        [
            _label(said.get(one.key), words),
            *(_change(value, one.unit) for value in (one.code, one.study_files, one.data)),
        ]
        for one in found
    ]
    header = [words(f"pack.{column}") for column in ("figure", "by_code", "by_files", "by_records")]
    return Part(words("pack.attributed"), PrintedTable(header, printed or [[words("none"), "", "", ""]]))


def records_part(counts: Mapping[tuple[str, str, str], int], words: Words) -> Part:
    """Records that came, changed and went. counts: by site, domain and kind of change."""
    keys = dict.fromkeys((site, domain) for site, domain, _ in counts)
    printed = [
        [
            site,
            words.told(domain),
            *(str(counts.get((site, domain, kind), 0)) for kind in ("added", "changed", "removed")),
        ]
        for site, domain in keys
    ]
    header = [words(f"pack.{column}") for column in ("site", "table", "added", "changed", "removed")]
    return Part(words("pack.records"), PrintedTable(header, printed or [[words("none"), "", "", "", ""]]))


def questions_part(analysis: pl.DataFrame, asked: pl.DataFrame, words: Words) -> Part:
    """Open questions about subjects each headline rests on. analysis: rows in words; asked: result_id, questions, subjects."""
    rows = analysis.join(asked, on="result_id").sort("headline", "position")
    printed = [
        [row["label"], row["population"] or "", print_headline(row["estimate"], row["unit"], words), str(row["questions"]), str(row["subjects"])]
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip
    header = [words(f"pack.{column}") for column in ("figure", "population", "published", "questions", "subjects")]
    table = PrintedTable(header, printed or [[words("none"), "", "", "", ""]], [words("pack.questions_note")])
    return Part(words("pack.could_move"), table)


def sites_part(queries: pl.DataFrame, words: Words) -> Part:
    """How many questions are open at each site. queries: rows of meta.site_query."""
    counted = queries.filter(status="open").group_by("site_id").len().sort("site_id")
    printed = [[site, str(number)] for site, number in counted.iter_rows()]
    header = [words("pack.site"), words("pack.questions")]
    return Part(words("queries.title"), PrintedTable(header, printed or [[words("none"), ""]]))


def _label(row: Mapping[str, object] | None, words: Words) -> str:
    if row is None:
        return words("unknown")
    return words.joined([str(row[name]) for name in ("label", "population") if row[name]])


def _figure(row: Mapping[str, str], words: Words) -> str:
    """The label; of subjects and events of an endpoint, which of the two."""
    counted = {"n": "outcome.subjects", "events": "outcome.events"}.get(row["statistic"])
    return words.joined([row["label"], words.within(words(counted))]) if counted else row["label"]


def _value(value: float | None, unit: str, words: Words) -> str:
    if value is None:
        return DASH
    if unit in WHOLE:
        return f"{value:g}"
    return f"p {value:.3g}" if unit == "p" else print_headline(value, unit, words) if unit else f"{value:.2f}"


def _change(value: float | None, unit: str) -> str:
    if value is None:
        return DASH
    shown = f"{100 * value:+.1f}" if unit == "fraction" else f"{value:+.3g}"
    return "0" if value == 0 else shown.replace("-", "−")
