"""Whether two infusions of the same subjects go together: the peak in the subject, and what is known of the products."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import polars as pl

from transforms.analyses.basis import Basis, rests_on
from transforms.analyses.rows import ResultRow
from transforms.analyses.study_data import StudyData, known_for
from transforms.statistics import NotEstimable, pearson, spearman

QUANTITIES = {"car_t_pct": "CAR-T of T cells", "car_t_per_ul": "CAR-T cells", "copies_per_ug": "transgene copies"}
# Columns of adsl that describe a product, without the number of its infusion.
PRODUCTS = {"viab": "Viability of the product", "tran": "Transduction of the product"}


def correlation_rows(data: StudyData, adck: pl.DataFrame) -> Iterator[ResultRow]:
    """Peaks of one infusion against those of the next, of one assay, matrix and quantity; then the products themselves."""
    peaks = adck.filter(paramcd="cmax", status="estimated")
    for keys, rows in peaks.sort("infusion_number", "subject_id").group_by(
        ("assay", "matrix", "quantity"), maintain_order=True
    ):
        assay, matrix, quantity = keys
        for first, second in pairwise(sorted(set(rows["infusion_number"].drop_nulls()))):
            pairs = rows.filter(infusion_number=first).join(
                rows.filter(infusion_number=second), on="subject_id", validate="1:1"
            )
            what = f"{QUANTITIES[str(quantity)]} by {assay}, {matrix}"
            yield from _correlated(
                what,
                f"peak after infusion {first} and {second}",
                pairs["aval"],
                pairs["aval_right"],
                rests_on("value", "adam.adck", known_for(pairs, rows)),
            )
    for column, what in PRODUCTS.items():
        pair = [f"{column}01", f"{column}02"]
        both = data.adsl.drop_nulls(pair)
        if both.height:
            basis = sum((rests_on("value", "adam.adsl", both, name) for name in pair), start=Basis())
            yield from _correlated(what, "infusion 1 and 2", both[pair[0]], both[pair[1]], basis)


def _correlated(what: str, between: str, first: pl.Series, second: pl.Series, basis: Basis) -> Iterator[ResultRow]:
    row = ResultRow(
        "kinetics.correlation", "kinetics", "", "", population="subjects with both",
        group_name=what, group_level=between, unit="correlation", n=first.len(), basis=basis,
    )  # fmt: skip
    for name, correlate in (("pearson", pearson), ("spearman", spearman)):
        named = replace(row, statistic=name, label=f"{name.title()} correlation, {between}")
        found = correlate(first, second)
        if isinstance(found, NotEstimable):
            yield named.filled(found)
        else:
            estimate, test = found
            yield replace(named.filled(estimate), p_value=test.p_value, p_method=test.method)
