"""Rows of results.analysis and results.curve, from estimates or from the reason why there is none."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace

import polars as pl

from schemas.methods import method_parts
from schemas.reasons import Reason, coded
from schemas.tables.results import ANALYSIS, CURVE, KEY_COLUMNS, REASON
from transforms.analyses.basis import Basis
from transforms.statistics import Estimate, Model, NotEstimable, Term, TestResult

SEPARATOR = "\x1f"


@dataclass(frozen=True)
class ResultRow:
    """A row of results.analysis; the columns are described in schemas.tables.results. basis: the rows it rests on.

    It is told by keys; transforms.words.results says it in words.
    """

    analysis_id: str
    section: str
    statistic: str
    analysis_set: str = ""
    endpoint: str = ""
    infusion: int | None = None
    other_infusion: int | None = None
    measure: str = ""
    term: str = ""
    grade: int | None = None
    assay: str = ""
    matrix: str = ""
    quantity: str = ""
    definition: str = ""
    time_months: float | None = None
    factor: str = ""
    level: str = ""
    reference_level: str = ""
    fit: str = ""
    landmark_months: float | None = None
    compared_study: str = ""
    compared_endpoint: str = ""
    estimate: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    ci_level: float | None = None
    method: str = ""
    p_value: float | None = None
    p_method: str = ""
    n: int | None = None
    events: int | None = None
    at_risk: int | None = None
    unit: str = ""
    status: str = "estimated"
    reasons: tuple[Reason, ...] = ()
    basis: Basis = field(default=Basis(), repr=False)

    def filled(self, found: Estimate | TestResult | NotEstimable, *, per_unit: float = 1.0) -> ResultRow:
        """This row with an estimate (divided by `per_unit`), a test, or the reason why there is neither; what it warns of stays."""
        if isinstance(found, NotEstimable):
            return replace(self, status="not estimable", reasons=(*coded(found.reason), *self.reasons))
        if isinstance(found, TestResult):
            return replace(
                self,
                estimate=found.statistic,
                p_value=found.p_value,
                p_method=found.method,
                method=found.method,
                n=found.n if found.n is not None else self.n,
                reasons=(*self.reasons, *coded(found.note)),
            )
        return replace(
            self,
            estimate=found.value / per_unit,
            ci_low=None if found.low is None else found.low / per_unit,
            ci_high=None if found.high is None else found.high / per_unit,
            ci_level=found.confidence,
            method=found.method,
            n=found.n,
            events=found.events if found.events is not None else self.events,
            at_risk=found.at_risk,
            reasons=(*self.reasons, *coded(found.note)),
        )

    def with_ratio(self, fit: Model, term: Term) -> ResultRow:
        """This row with the ratio of one term of a fitted model, and what the model has to say."""
        filled = self.filled(term.ratio).beware(*fit.warnings)
        return replace(
            filled, method=fit.method, p_value=term.p_value, p_method=term.p_method, n=fit.n, events=fit.events
        )

    @property
    def note(self) -> str:
        """Its reasons one after the other, for whoever reads rows in Python."""
        return "; ".join(self.reasons)

    def beware(self, *reasons: Reason) -> ResultRow:
        """This row with further reasons to beware of it."""
        return replace(self, reasons=(*self.reasons, *reasons))

    def counting(self, statistic: str, count: int, n: int) -> ResultRow:
        """This row as a count of subjects."""
        return replace(self, statistic=statistic, estimate=float(count), n=n, unit="subjects")

    def resting_on(self, basis: Basis) -> ResultRow:
        """This row with what it rests on."""
        return replace(self, basis=basis)

    def with_estimate(self, value: float, *, n: int | None = None) -> ResultRow:
        """This row with a plain value that has no interval."""
        return replace(self, estimate=value, n=n if n is not None else self.n)


def analysis_frame(study_id: str, rows: Iterable[ResultRow]) -> pl.DataFrame:
    """Rows in print order as results.analysis. ValueError for a method that schemas.methods does not declare."""
    rows = list(rows)
    for code in {code for row in rows for code in (row.method, row.p_method) if code}:
        method_parts(code)
    names = [field.name for field in fields(ResultRow) if field.name not in ("basis", "reasons")]
    given = [
        {
            "study_id": study_id,
            "result_id": result_id(study_id, row),
            **{name: getattr(row, name) for name in names},
            "position": position,
            "purpose": "",
            "basis_id": row.basis.basis_id or None,
        }
        for position, row in enumerate(rows, 1)
    ]
    return pl.DataFrame(given, schema=ANALYSIS.polars_schema, orient="row")


def reason_frame(study_id: str, rows: Iterable[ResultRow]) -> pl.DataFrame:
    """What each row has to be read with, as results.reason."""
    given = [
        (study_id, result_id(study_id, row), position, said.code, said.arguments_text)
        for row in rows
        for position, said in enumerate(dict.fromkeys(row.reasons), 1)
    ]
    return pl.DataFrame(given, schema=REASON.polars_schema, orient="row")


def result_id(study_id: str, row: ResultRow) -> str:
    """What a person quotes: made of the keys of the row, neither of its words nor of its numbers."""
    named = (study_id, *(getattr(row, name) for name in KEY_COLUMNS))
    return f"R{hashlib.sha256(SEPARATOR.join(map(str, named)).encode()).hexdigest()[:10].upper()}"


def curve_frame(study_id: str, frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Curves as results.curve."""
    schema = CURVE.polars_schema
    given = [
        frame.with_columns(study_id=pl.lit(study_id)).select(pl.col(name).cast(kind) for name, kind in schema.items())
        for frame in frames
    ]
    return pl.concat([pl.DataFrame(schema=schema), *given])
