"""Time of the estimators against R's in the same run, and their growth from 10,000 subjects to a million.

Eight covariates, times in whole days. `uv run python bench/statistics_against_r.py [subjects]`; without R the growth alone. R's crr
does not finish beyond some thousand subjects and is timed up to 5,000.
Aims: no slower than R anywhere; growth no worse than linear.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from transforms import statistics as st

ROUNDS = 3
NEVER = 1e9
# Beyond, exact ties are refused: too many events share a day.
MOST_EXACT = 5_000
# Beyond, R's jackknife and geepack take minutes.
MOST_PSEUDO = 100_000
# Beyond, weights by subject and day of exposure are refused.
MOST_WEIGHED = 100_000


def make_subjects(n: int) -> dict[str, Any]:
    """Random subjects: two kinds of event, about half censored, covariates with small effects."""
    draw = np.random.default_rng(20_251)
    x = draw.normal(size=(n, 8))
    event, censored = (
        np.ceil(draw.exponential(700 * np.exp(-x @ np.linspace(-0.2, 0.2, 8)))),
        np.ceil(draw.uniform(100, 2000, n)),
    )
    kind = np.where(event <= censored, draw.integers(1, 3, n), 0)
    # Exposure in the first hundred days, so that weights change as often as days pass, not as subjects come.
    begins = np.where(draw.random(n) < 0.3, np.ceil(draw.uniform(0, 100, n)), NEVER)
    return {"time": np.minimum(event, censored), "kind": kind, "group": draw.integers(0, 2, n), "x": x, "begins": begins,
            "weight": draw.uniform(0.5, 3, n), "stratum": draw.integers(0, 4, n),
            "longer": np.ceil(draw.exponential(400, n)), "again": draw.integers(0, 2, n)}  # fmt: skip


def estimators(data: dict[str, Any]) -> dict[str, Callable[[], object]]:
    """What is timed, by name."""
    days, kind, group = data["time"], data["kind"], data["group"]
    event = kind > 0
    begins = [None if day == NEVER else float(day) for day in data["begins"]]
    predicted = 1 / (1 + np.exp(data["x"][:, 0]))
    design = st.build_design([st.Numeric(f"x{i}", column) for i, column in enumerate(data["x"].T, 1)])
    return {
        "Kaplan-Meier": lambda: st.kaplan_meier(days, event),
        "Aalen-Johansen": lambda: st.cumulative_incidence(days, kind),
        "log-rank": lambda: st.logrank(days, event, group),
        "Gray": lambda: st.gray_test(days, kind, group),
        "Cox": lambda: st.fit_cox(days, event, design),
        "Fine-Gray": lambda: st.fit_fine_gray(days, kind, design),
        "Cox, weighted": lambda: st.fit_cox(days, event, design, weights=data["weight"]),
        "time lost": lambda: st.time_lost(st.cumulative_incidence(days, kind, variance_method="Greenwood"), 365),  # type: ignore[arg-type]
        "Gray, stratified": lambda: st.gray_test(days, kind, group, strata=data["stratum"]),
        "Cox, one transition": lambda: st.fit_transition_cox(histories(data), design, "well", "ill"),
        "landmark supermodel": lambda: st.fit_landmark_supermodel(days, event, begins, landmarks=[30, 60, 90]),
        **(
            {"weighted, nobody exposed": lambda: weighted(days, kind, begins, design)}
            if days.size <= MOST_WEIGHED
            else {}
        ),
        "Fine-Gray, stratified": lambda: st.fit_fine_gray(days, kind, design, strata=data["stratum"]),
        "log-rank, stratified": lambda: st.logrank(days, event, group, strata=data["stratum"]),
        "logistic": lambda: st.fit_logistic(data["again"], design),
        "states": lambda: st.state_probabilities(after_illness(data)),
        "mean cumulative count": lambda: st.mean_cumulative_count(recurrences(data), 365),
        "Andersen-Gill": lambda: st.fit_recurrent(recurrences(data), stretched(data), model="Andersen-Gill"),
        "Brier": lambda: st.brier_score(days, event, predicted, 365),
        "calibration": lambda: st.calibrate_at(days, event, predicted, 365, groups=10),
        **(
            {"Cox, exact ties": lambda: st.fit_cox(days, event, design, ties="exact")}
            if days.size <= MOST_EXACT
            else {}
        ),
        **({"pseudo, cloglog": lambda: fit_pseudo(days, kind, design)} if days.size <= MOST_PSEUDO else {}),
    }


def histories(data: dict[str, Any]) -> st.StateHistories:
    """One stay of each subject, who falls ill or dies from it."""
    to = {0: None, 1: "ill", 2: "dead"}
    n = data["time"].size
    who = list(range(n))
    return st.build_histories(
        who, np.zeros(n), data["time"] + 1, ["well"] * n, [to[kind] for kind in data["kind"]], states=["well", "ill", "dead"]
    )  # fmt: skip


def after_illness(data: dict[str, Any]) -> st.StateHistories:
    """Those who fall ill, and half of whom die of it after a second stay."""
    ill, first = data["kind"] == 1, data["time"] + 1
    to = np.array([None, "ill", "dead"], dtype=object)[data["kind"]]
    died = np.where(data["again"] == 1, "dead", None)[ill]
    return st.build_histories(
        [*range(first.size), *np.flatnonzero(ill)],
        [*np.zeros(first.size), *first[ill]],
        [*first, *(first + data["longer"])[ill]],
        ["well"] * first.size + ["ill"] * int(ill.sum()),
        [*to, *died],
        states=["well", "ill", "dead"],
    )


def recurrences(data: dict[str, Any]) -> st.RecurrentRows:
    """Up to two events of a subject: the first, and half as often a second."""
    ill, first = data["kind"] == 1, data["time"] + 1
    return st.build_recurrent(
        np.r_[np.arange(first.size), np.flatnonzero(ill)],  # type: ignore[arg-type]
        np.r_[np.zeros(first.size), first[ill]],
        np.r_[first, (first + data["longer"])[ill]],
        np.r_[ill, data["again"][ill] == 1],
    )


def stretched(data: dict[str, Any]) -> st.Design:
    """The covariates of each row of `recurrences`, in its order as given."""
    rows = np.r_[np.arange(data["time"].size), np.flatnonzero(data["kind"] == 1)]
    return st.build_design([st.Numeric(f"x{i}", column) for i, column in enumerate(data["x"][rows].T, 1)])


def weighted(days: Any, kind: Any, begins: Any, design: st.Design) -> object:
    """Incidence at a year had nobody been exposed, with its error."""
    found = st.weigh_unexposed(days, kind, begins, design)
    assert isinstance(found, st.Weighting)  # noqa: S101 - of the subjects made here
    curve = st.weighted_incidence(found.rows)
    assert isinstance(curve, st.WeightedCurve)  # noqa: S101
    return st.weighted_at(curve, 365)


def fit_pseudo(days: Any, kind: Any, design: st.Design) -> object:
    """Regression on pseudo-observations of the incidence at a year."""
    return st.fit_pseudo_observations(days, kind, design, 365, of="incidence", link="complementary log-log")


def measure(n: int) -> dict[str, float]:
    """Seconds of each estimator, the best of three after imports are done."""
    for warm in estimators(make_subjects(200)).values():
        warm()
    times = {}
    for name, call in estimators(make_subjects(n)).items():
        rounds = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            call()
            rounds.append(time.perf_counter() - started)
        times[name] = min(rounds)
    return times


def measure_r(n: int) -> dict[str, float]:
    """Seconds of R's functions on the same subjects; empty where R is not installed."""
    if shutil.which("Rscript") is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        data = make_subjects(n)
        columns = {
            **{
                name: data[name] for name in ("time", "kind", "group", "weight", "stratum", "begins", "longer", "again")
            },
            **{f"x{i}": c for i, c in enumerate(data["x"].T, 1)},
        }
        for name, values in columns.items():
            values.astype(np.float64).tofile(Path(folder) / name)
        script = Path(__file__).with_suffix(".R")
        command = ["Rscript", str(script), folder, str(n)]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own script
    return {line.rsplit(maxsplit=1)[0]: float(line.split()[-1]) for line in output.splitlines() if line.strip()}


def main(n: int) -> None:
    """Print a table: ours, R's, their ratio, and the growth for a hundredfold of subjects."""
    small, large, r = measure(n // 100), measure(n), measure_r(n)
    few, r_few = measure(5_000), measure_r(5_000)
    print(f"{n:,} subjects, 8 covariates    ours        R    R / ours   growth for 100x")  # noqa: T201 - this is what it is for
    for name, seconds in large.items():
        theirs = f"{r[name]:8.2f} s {r[name] / seconds:8.0f} x" if name in r else "       -          -"
        print(f"  {name:26} {1000 * seconds:8.0f} ms {theirs} {seconds / small[name]:12.0f} x")  # noqa: T201
    # What R takes minutes for among more.
    for name in ("Fine-Gray", "Fine-Gray, stratified", "weighted, nobody exposed", "Cox, exact ties"):
        if name in r_few and name in few:
            ours, theirs_few = few[name], r_few[name]
            print(f"  {name}, 5,000 {1000 * ours:12.0f} ms {theirs_few:8.2f} s {theirs_few / ours:8.0f} x")  # noqa: T201


if __name__ == "__main__":
    main(int(float(sys.argv[1])) if len(sys.argv) > 1 else 1_000_000)
