"""Whether two infusions of the same subjects go together: the peak in the subject, and what is known of the products."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import polars as pl

from schemas.reasons import Reason
from transforms.analyses.basis import Basis
from transforms.analyses.endpoint_rows import KNOWN, Conditions
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData, known_for
from transforms.statistics import NotEstimable, pearson, spearman

# Columns of adsl that describe a product, without the number of its infusion.
PRODUCTS = ("viab", "tran")


def correlation_rows(data: StudyData, adck: pl.DataFrame, said: tuple[Reason, ...]) -> Iterator[ResultRow]:
    """Peaks of one infusion against those of the next, of one assay, matrix and quantity; then the products themselves.

    said: what is not known of the samples.
    """
    peaks = adck.filter(paramcd="cmax", status="estimated")
    for keys, rows in peaks.sort("infusion_number", "subject_id").group_by(
        ("assay", "matrix", "quantity"), maintain_order=True
    ):
        assay, matrix, quantity = keys
        for first, second in pairwise(sorted(set(rows["infusion_number"].drop_nulls()))):
            pairs = rows.filter(infusion_number=first).join(
                rows.filter(infusion_number=second), on="subject_id", validate="1:1"
            )
            row = replace(
                _row("cmax"),
                infusion=second, other_infusion=first, assay=str(assay), matrix=str(matrix), quantity=str(quantity),
                basis=data.rests_on("value", "adam.adck", known_for(pairs, rows), among=None), reasons=said,
            )  # fmt: skip
            yield from _correlated(row, pairs["aval"], pairs["aval_right"])
    for column in PRODUCTS:
        pair = [f"{column}01", f"{column}02"]
        both = data.adsl.drop_nulls(pair)
        if both.height:
            known: Conditions = dict.fromkeys(pair, KNOWN)
            basis = sum((data.rests_on("value", "adam.adsl", both, name, **known) for name in pair), start=Basis())
            row = replace(_row(column), infusion=2, other_infusion=1, basis=basis)
            yield from _correlated(row, both[pair[0]], both[pair[1]])


def _row(measure: str) -> ResultRow:
    return ResultRow(
        "kinetics.correlation", "kinetics", "", analysis_set="both_sampled", measure=measure,
        unit="correlation",
    )  # fmt: skip


def _correlated(row: ResultRow, first: pl.Series, second: pl.Series) -> Iterator[ResultRow]:
    row = replace(row, n=first.len())
    for name, correlate in (("pearson", pearson), ("spearman", spearman)):
        named = replace(row, statistic=name)
        found = correlate(first, second)
        if isinstance(found, NotEstimable):
            yield named.filled(found)
        else:
            estimate, test = found
            yield replace(named.filled(estimate), p_value=test.p_value, p_method=test.method)
