"""The figures of bench/night_of_a_registry.py as a statistician would compute them in one script: pandas, pandera, lifelines.

It reads the exports, holds them against a schema, and fits; it keeps no history, asks no questions and writes no report.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pandera.pandas as pa
from lifelines import CoxPHFitter, CoxTimeVaryingFitter, KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test

MONTHS = (6, 12, 24, 60)
DAYS = {months: months * 30.4375 for months in MONTHS}
LEVELS = {
    "year": ["1985-1989", "1990-1994", "1995-1998"],
    "agecl": ["<=20", ">40", "20-40"],
    "proph": ["no", "yes"],
    "match": ["no gender mismatch", "gender mismatch"],
}
FORM = pa.DataFrameSchema(
    {
        "id": pa.Column(int, unique=True),
        **{name: pa.Column(int, pa.Check.ge(0)) for name in ("rec", "ae", "rel", "srv")},
        **{f"{name}.s": pa.Column(int, pa.Check.isin([0, 1])) for name in ("rec", "ae", "rel", "srv")},
        **{name: pa.Column(str, pa.Check.isin(levels)) for name, levels in LEVELS.items()},
    }
)
EXACT = {"precision": 1e-10}


def read(folder: Path) -> pd.DataFrame:
    """All exports, checked, with leukemia-free survival and the first of relapse and death."""
    paths = sorted((folder / "landing").glob("*/*/*/*.csv"))
    patients = FORM.validate(pd.concat([pd.read_csv(path, keep_default_na=False) for path in paths], ignore_index=True))
    relapsed = patients["rel.s"] == 1
    lfs_days = np.where(relapsed, patients["rel"], patients["srv"])
    return patients.assign(
        lfs_days=lfs_days,
        lfs=(relapsed | (patients["srv.s"] == 1)).astype(int),
        kind=np.where(relapsed, 1, np.where(patients["srv.s"] == 1, 2, 0)),
    )


def survival(name: str, days: pd.Series, event: pd.Series) -> Iterator[tuple[str, float]]:
    """Kaplan-Meier at each landmark."""
    curve = KaplanMeierFitter().fit(days, event)
    for months, day in DAYS.items():
        yield f"{name} {months}", float(curve.predict(day))


def incidence(name: str, days: pd.Series, kind: pd.Series) -> Iterator[tuple[str, float]]:
    """Cumulative incidence of relapse, by counts per day: lifelines' estimator moves tied times at random."""
    counts = pd.crosstab(days, kind).reindex(columns=[0, 1, 2], fill_value=0)
    at_risk = counts.sum(axis=1)[::-1].cumsum()[::-1]
    free = (1 - (counts[1] + counts[2]) / at_risk).cumprod().shift(fill_value=1.0)
    curve = (free * counts[1] / at_risk).cumsum()
    for months, day in DAYS.items():
        yield f"{name} {months}", float(curve[curve.index <= day].iloc[-1])


def groups(patients: pd.DataFrame) -> Iterator[tuple[str, float]]:
    """Curves by level, and log-rank tests."""
    for factor, levels in LEVELS.items():
        for level in levels:
            own = patients[patients[factor] == level]
            yield from survival(f"lfs {level}", own["lfs_days"], own["lfs"])
        test = multivariate_logrank_test(patients["lfs_days"], patients[factor], patients["lfs"])
        yield f"lfs logrank {factor}", float(test.test_statistic)
    for level in LEVELS["agecl"]:
        own = patients[patients["agecl"] == level]
        yield from incidence(f"cir {level}", own["lfs_days"], own["kind"])


def design(patients: pd.DataFrame) -> pd.DataFrame:
    """A column for each level but the first."""
    return pd.DataFrame(
        {
            f"{factor} {level}": (patients[factor] == level).astype(float)
            for factor, levels in LEVELS.items()
            for level in levels[1:]
        }
    )


def cox(name: str, days: pd.Series, event: pd.Series, covariates: pd.DataFrame) -> Iterator[tuple[str, float]]:
    """Hazard ratios with Efron's ties."""
    fit = CoxPHFitter().fit(covariates.assign(days=days, event=event), "days", "event", fit_options=EXACT)
    for covariate, coefficient in fit.params_.items():
        yield f"{name} {covariate}", float(np.exp(coefficient))


def cox_over_time(patients: pd.DataFrame, covariates: pd.DataFrame) -> Iterator[tuple[str, float]]:
    """The same with recovery and adverse event from their day on."""
    whole = covariates.assign(id=patients["id"], stop=patients["lfs_days"].astype(float), event=patients["lfs"])
    rows = whole.assign(start=0.0, recovered=0.0, adverse=0.0)
    for column, exposure in (("rec", "recovered"), ("ae", "adverse")):
        begins = patients.set_index("id")[column].where(patients.set_index("id")[f"{column}.s"] == 1)
        when = rows["id"].map(begins)
        split = (when > rows["start"]) & (when < rows["stop"])
        before = rows[split].assign(stop=when[split], event=0)
        after = rows[split].assign(start=when[split], **{exposure: 1.0})
        whole_rows = rows[~split].assign(**{exposure: (when <= rows["start"])[~split].astype(float)})
        rows = pd.concat([whole_rows, before, after], ignore_index=True)
    fit = CoxTimeVaryingFitter().fit(rows, event_col="event", id_col="id", fit_options=EXACT)
    for covariate, coefficient in fit.params_.items():
        yield f"cox_timevarying_lfs {covariate}", float(np.exp(coefficient))


def figures(patients: pd.DataFrame) -> Iterator[tuple[str, float]]:
    """Every figure by its name."""
    covariates = design(patients)
    yield from survival("os", patients["srv"], patients["srv.s"])
    yield from survival("lfs", patients["lfs_days"], patients["lfs"])
    yield from incidence("cir", patients["lfs_days"], patients["kind"])
    yield from groups(patients)
    yield from cox("cox_os", patients["srv"], patients["srv.s"], covariates)
    yield from cox("cox_lfs", patients["lfs_days"], patients["lfs"], covariates)
    yield from cox_over_time(patients, covariates)


if __name__ == "__main__":
    place = Path(sys.argv[1])
    (place / "figures.json").write_text(json.dumps(dict(figures(read(place)))))
