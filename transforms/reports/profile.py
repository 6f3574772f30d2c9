"""A page for each infused subject: what happened, was given and measured, on one time axis. Subject-level pages, where the protocol asks for them.

Days count from the first infusion; no calendar date stands on a page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from transforms.figures import draw_profile
from transforms.figures.profile import MeasuredCourse, ProfileLane, ProfilePanel, Span
from transforms.reports.numbers import DASH, measured
from transforms.reports.page_templates import environment
from transforms.reports.parts import Part, PrintedTable, Row
from transforms.reports.queries import Queries
from transforms.words import Words

FOLDER = "profiles"
KEY_LENGTH = 16
COUNTS = ("neutrophils", "platelets", "lymphocytes", "leukocytes", "hemoglobin")
CYTOKINES = ("IL-6", "CRP", "ferritin", "IL-10", "IFN-gamma", "TNF-alpha", "sIL-2R", "fibrinogen")
# Laboratory results of a panel each, by its key.
PANELS: Mapping[str, tuple[str, ...]] = {"counts": COUNTS, "cytokines": CYTOKINES}
# A lane each; of the others a lane per code.
ONE_LANE = ("infusion", "response", "relapse", "transplant", "death")
ORDER = (
    *ONE_LANE[:1],
    "lymphodepletion",
    "adverse_event",
    "treatment",
    "response",
    "consolidation",
    "transplant",
    "relapse",
    "death",
)
NOT_OCCURRED, IN_DOUBT, ONGOING = "N", "U", "Y"
Tables = Mapping[str, pl.DataFrame]


def profile_key(study_id: str, subject_id: str) -> str:
    """The name of a subject's page, which tells nothing of the subject's id."""
    return hashlib.sha256(f"{len(study_id)} {study_id} {subject_id}".encode()).hexdigest()[:KEY_LENGTH]


def profile_address(study_id: str, subject_id: str) -> str:
    """Where a subject's page lies, from the report of the study."""
    return f"{FOLDER}/{profile_key(study_id, subject_id)}.html"


def profile_links(study_id: str, tables: Tables) -> dict[str, str]:
    """The address of the page of each infused subject."""
    return {subject: profile_address(study_id, subject) for subject in _infused(tables)["subject_id"]}


def profile_list_part(tables: Tables, links: Mapping[str, str], queries: Queries, words: Words) -> Part:
    """The subjects who have a page, with their site."""
    rows = _infused(tables)
    printed = [[row["subject_id"], row["site_id"], words.told(row["trt01"])] for row in rows.iter_rows(named=True)]
    header = [words("profile.subject"), words("profile.site"), words("profile.product")]
    table = PrintedTable(header, printed, links=links)
    return Part(words("profile.list"), table, queries=[queries.rows("adam.adsl")])


def render_profiles(
    study: Mapping[str, Any], tables: Tables, provenance: Mapping[str, str], words: Words
) -> dict[str, str]:
    """The pages as HTML, by their keys; nothing is fetched by one, and there is no script."""
    queries = Queries(study["study_id"])
    happened = _by_subject(tables["adam.adtime"].sort("startdt", "kind", "what", nulls_last=True))
    results = _by_subject(tables["adam.adlb"].sort("paramcd", "adt", "srcseq"))
    cells = _by_subject(tables["adam.adcks"].sort("assay", "matrix", "quantity", "cksdt", "srcseq"))
    template, pages = environment().get_template("profile.html.j2"), {}
    for subject in _infused(tables).iter_rows(named=True):
        name = subject["subject_id"]
        parts = _parts(
            subject,
            happened.get(name, tables["adam.adtime"].clear()),
            results.get(name, tables["adam.adlb"].clear()),
            cells.get(name, tables["adam.adcks"].clear()),
            queries,
            words,
        )
        pages[profile_key(study["study_id"], name)] = template.render(
            say=words, told=words.told, study=study, subject=subject, site=dict(study["sites"]).get(subject["site_id"], ""),
            parts=parts, status=_status(subject, words), provenance=provenance,
        )  # fmt: skip
    return pages


def _infused(tables: Tables) -> pl.DataFrame:
    return tables["adam.adsl"].filter(pl.col("trt01dt").is_not_null()).sort("subject_id")


def _by_subject(frame: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {str(subject): rows for (subject,), rows in frame.group_by("subject_id", maintain_order=True)}


def _status(subject: Row, words: Words) -> list[str]:
    """What is known of the subject's life, and what is not."""
    last = subject["dthdt"] or subject["lstalvdt"]
    day = (last - subject["trt01dt"]).days if last else None
    told = [words("profile.died" if subject["dthdt"] else "profile.last_seen", day=DASH if day is None else day)]
    told += [words(f"profile.{name}") for name in ("relunkfl", "dthunkfl") if subject[name] == "Y"]
    if subject["wthheldn"]:
        told.append(words("profile.withheld", n=subject["wthheldn"]))
    return told


def _parts(
    subject: Row, happened: pl.DataFrame, results: pl.DataFrame, cells: pl.DataFrame, queries: Queries, words: Words
) -> list[Part]:
    """The figure; then what happened by day; then what has no day."""
    first, name = subject["trt01dt"], subject["subject_id"]
    occurred = happened.filter(pl.col("occurfl") != NOT_OCCURRED)
    results = results.with_columns(day=(pl.col("adt") - pl.lit(first)).dt.total_days())
    cells = cells.with_columns(day=(pl.col("cksdt") - pl.lit(first)).dt.total_days())
    panels = [panel for panel in _panels(results, cells, words) if panel.courses]
    last = max([0, *(value for value in [_last_day(subject)] if value is not None)])
    figure = draw_profile(_lanes(occurred, words), panels, last, words("profile.title", subject=name), words)
    asked = [
        queries.rows(table, order, subject_id=name)
        for table, order in (("adam.adtime", "startdt, kind"), ("adam.adlb", "paramcd, adt"), ("adam.adcks", "assay, matrix, quantity, cksdt"))
    ]  # fmt: skip
    notes = [words("profile.axis"), *_left_out(results, words)]
    found = [Part(table=PrintedTable([], [], notes), figure=figure, queries=asked)]
    for title, rows in (
        ("profile.happened", occurred.filter(pl.col("startdy").is_not_null())),
        ("profile.undated", occurred.filter(pl.col("startdy").is_null())),
    ):
        if rows.height:
            found.append(Part(words(title), _table(rows, words)))
    return found


def _last_day(subject: Row) -> int | None:
    last = subject["dthdt"] or subject["lstalvdt"]
    return (last - subject["trt01dt"]).days if last else None


def _lanes(occurred: pl.DataFrame, words: Words) -> list[ProfileLane]:
    """Lanes in reading order, of what has a day."""
    rows = occurred.filter(pl.col("startdy").is_not_null()).to_dicts()
    lanes: dict[tuple[int, str], list[Span]] = {}
    for row in sorted(rows, key=lambda row: (ORDER.index(row["kind"]), row["startdy"])):
        name = words(f"profile.kind.{row['kind']}") if row["kind"] in ONE_LANE else _named(row, words)
        lanes.setdefault((ORDER.index(row["kind"]), name), []).append(_span(row, words))
    return [ProfileLane(name, spans) for (_, name), spans in lanes.items()]


def _named(row: Row, words: Words) -> str:
    """What happened in words: its code, of another event or treatment the site's own."""
    if row["what"] in (None, "other") and row["detail"]:
        return str(row["detail"])
    return words.told(row["what"]) or words("profile.not_known")


def _span(row: Row, words: Words) -> Span:
    graded = row["kind"] == "adverse_event"
    grade = None if row["number"] is None or not graded else int(row["number"])
    text = ("?" if grade is None else str(grade)) if graded else _short(row, words)
    # Of a treatment without a last day nobody knows how long it was given: one day is drawn.
    open_end = row["ongofl"] == ONGOING and graded
    return Span(row["startdy"], row["enddy"], text, grade, graded=graded, open_end=open_end)


def _short(row: Row, words: Words) -> str:
    if row["kind"] == "response":
        status = words(f"profile.mrd.{row['detail'].replace(' ', '_')}") if row["detail"] else ""
        return " ".join(part for part in (row["what"] or words("profile.not_known"), status) if part)
    return words.told(row["what"]) if row["kind"] in ONE_LANE and row["kind"] != "death" else ""


def _panels(results: pl.DataFrame, cells: pl.DataFrame, words: Words) -> Iterator[ProfilePanel]:
    """Counts, cytokines, then CAR-T cells: tests and assays that were measured, each in its own unit."""
    usable = results.filter(pl.coalesce("aval", "avallo", "avalhi") > 0)
    for key, tests in PANELS.items():
        courses = []
        for test in tests:
            for (unit,), rows in usable.filter(paramcd=test).group_by(("avalu",), maintain_order=True):
                named = words("with_unit", name=words.told(test), unit=words.unit(str(unit)))
                courses.append(_course(named, rows))
        yield ProfilePanel(words(f"profile.panel.{key}"), courses)
    courses = []
    for (assay, matrix, unit), rows in cells.group_by(("assay", "matrix", "unit"), maintain_order=True):
        named = words(
            "profile.cells", assay=words.told(str(assay)), matrix=words.told(str(matrix)), unit=words.unit(str(unit))
        )
        floor = float(rows.filter(pl.col("aval") > 0)["aval"].min() or 1.0) / 2  # type: ignore[arg-type]
        value = pl.when((pl.col("quantfl") == "Y") & (pl.col("aval") > 0)).then("aval")
        drawn = rows.with_columns(aval=value, avallo=pl.lit(None, pl.Float64), avalhi=pl.lit(floor))
        courses.append(_course(named, drawn))
    yield ProfilePanel(words("profile.panel.cells"), courses)


def _course(name: str, rows: pl.DataFrame) -> MeasuredCourse:
    """Values in order; where none is known the limit it lies below, else the one above which."""
    side = (
        pl.when(pl.col("aval").is_not_null())
        .then(pl.lit(""))
        .when(pl.col("avalhi").is_not_null())
        .then(pl.lit("below"))
        .otherwise(pl.lit("above"))
    )
    drawn = rows.sort("day", maintain_order=True).select(
        "day", value=pl.coalesce("aval", "avalhi", "avallo"), side=side
    )
    return MeasuredCourse(name, drawn["day"].to_list(), drawn["value"].to_list(), drawn["side"].to_list())


def _left_out(results: pl.DataFrame, words: Words) -> list[str]:
    """How many results of the tests drawn have no usable unit or are 0, and so are not drawn."""
    shown = [test for tests in PANELS.values() for test in tests]
    of_shown = results.filter(pl.col("paramcd").is_in(shown))
    drawn = of_shown.filter(pl.coalesce("aval", "avallo", "avalhi") > 0).height
    left = of_shown.height - drawn
    return [words("profile.not_drawn", n=left)] if left else []


def _table(rows: pl.DataFrame, words: Words) -> PrintedTable:
    """What happened, a row each: from which day to which, what, and its grade or finding."""
    printed = [
        [_day(row["startdy"], row["startdtf"]), _end(row, words), words(f"profile.kind.{row['kind']}"), _told(row, words), _finding(row, words)]
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip
    header = [words(f"profile.{name}") for name in ("day", "until", "kind_of", "what", "finding")]
    imputed = rows["startdtf"].is_not_null().any()
    return PrintedTable(header, printed, [words("profile.imputed")] if imputed else [])


def _day(day: int | None, imputed: str | None) -> str:
    return DASH if day is None else f"{day}*" if imputed else str(day)


def _end(row: Row, words: Words) -> str:
    if row["enddy"] is not None:
        return str(row["enddy"])
    return words("profile.no_end") if row["ongofl"] == ONGOING else ""


def _told(row: Row, words: Words) -> str:
    own = row["detail"] if row["kind"] in ("adverse_event", "treatment") and row["what"] not in (None, "other") else ""
    named = _named(row, words)
    return words("profile.in_own_words", name=named, own=own) if own else named


def _finding(row: Row, words: Words) -> str:
    doubt = [words("profile.in_doubt")] if row["occurfl"] == IN_DOUBT else []
    if row["kind"] == "adverse_event":
        grade = (
            words("profile.no_grade")
            if row["number"] is None
            else words("toxicity.grade", grade=measured(row["number"]))
        )
        return words.joined([grade, *([words.told(row["scale"])] if row["scale"] else []), *doubt])
    if row["kind"] == "infusion":
        return words.infusion(int(row["number"])) if row["number"] is not None else words("profile.not_known")
    if row["kind"] == "response":
        return words(
            "profile.mrd_is", status=words.told(row["detail"]) if row["detail"] else words("profile.not_known")
        )
    return words.told(row["detail"]) if row["kind"] == "relapse" and row["detail"] else ""
