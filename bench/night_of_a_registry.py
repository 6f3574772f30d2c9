"""A whole night of a registry of n transplants in five sites, against plain scripts that compute the same figures from the same files.

The registry's form is that of tests/registry/ebmt4: twelve columns, three endpoints, three models. Beside the night stand a plain script
(bench/registry_by_script.py: pandas, pandera, lifelines), R's (bench/registry_by_r.R, where R is there) and DuckDB copying the files to Parquet.
Their figures have to be equal. All in one run and as ratios, since machines differ and drift.

`uv run python bench/night_of_a_registry.py [patients ...]`, by default 10,000 and 100,000. --night: the night alone, and with nothing changed.
Aims at 100,000: at most 3 times the script's wall time, and growth from one size to the next no worse than linear.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

HERE = Path(__file__).resolve().parent
FORM = HERE.parent / "tests" / "registry" / "ebmt4"
SITES = 5
ALIKE = 1e-6
LEVELS = {
    "year": (["1985-1989", "1990-1994", "1995-1998"], [0.28, 0.39, 0.33]),
    "agecl": (["<=20", "20-40", ">40"], [0.24, 0.53, 0.23]),
    "proph": (["no", "yes"], [0.76, 0.24]),
    "match": (["no gender mismatch", "gender mismatch"], [0.76, 0.24]),
}
COPY = (
    'import duckdb, sys; duckdb.sql("COPY (FROM read_csv(\'" + sys.argv[1] + "/landing/*/*/*/*.csv\', all_varchar=true)) '
    'TO \'" + sys.argv[1] + "/copy.parquet\'")'
)


@dataclass(frozen=True)
class Took:
    """What a command took: seconds by the clock, of the processors, and the memory of its largest process in GiB."""

    wall: float
    busy: float
    peak: float

    def __str__(self) -> str:
        return f"{self.wall:7.1f} s, of the processors {self.busy:7.1f} s, largest process {self.peak:5.2f} GiB"


def make_patients(n: int) -> pl.DataFrame:
    """Random transplants: relapse, death in remission and after relapse, recovery and adverse events, all in whole days since the transplant."""
    draw = np.random.default_rng(20_251)
    code = {name: draw.choice(len(levels), n, p=shares) for name, (levels, shares) in LEVELS.items()}
    risk = np.exp(0.25 * (code["agecl"] - 1) - 0.2 * code["proph"] - 0.1 * code["year"] + 0.1 * code["match"])

    def day_of(mean: float) -> np.ndarray[Any, Any]:
        return np.asarray(np.ceil(draw.exponential(mean / risk)))

    relapse, death, censored = day_of(9000), day_of(5500), np.ceil(draw.uniform(300, 5000, n))
    death = np.minimum(death, relapse + day_of(400))
    last = np.minimum(death, censored)
    recovery, adverse = np.ceil(draw.exponential(60, n)), np.ceil(draw.exponential(70, n))
    days = {"srv": (death, censored, last), "rel": (relapse, last, last), "rec": (recovery, np.minimum(last, 90), last)}
    days["ae"] = (adverse, np.minimum(last, 80), last)
    columns: dict[str, Any] = {"id": np.arange(1, n + 1)}
    for name in ("rec", "ae", "rel", "srv"):
        when, until, otherwise = days[name]
        happened = when <= until
        columns[name], columns[f"{name}.s"] = np.where(happened, when, otherwise).astype(int), happened.astype(int)
    named = {name: np.array(levels)[code[name]] for name, (levels, _) in LEVELS.items()}
    return pl.DataFrame({**columns, **named})


def write_registry(folder: Path, n: int) -> None:
    """The study's folder with its five sites, and an export of each."""
    study = folder / "studies" / "ebmt4"
    names = [f"site{number}" for number in range(1, SITES + 1)]
    (study / "sites").mkdir(parents=True)
    protocol = (FORM / "protocol.yaml").read_text("utf-8")
    (study / "protocol.yaml").write_text(protocol.replace("sites: [ebmt]", f"sites: [{', '.join(names)}]"), "utf-8")
    patients = make_patients(n)
    combined = [pl.lit(0).alias("recae"), pl.lit(0).alias("recae.s")]
    for number, name in enumerate(names):
        site = yaml.safe_load((FORM / "sites" / "ebmt.yaml").read_text("utf-8"))
        (study / "sites" / f"{name}.yaml").write_text(yaml.safe_dump({**site, "site_id": name}), "utf-8")
        delivery = folder / "landing" / "ebmt4" / name / "2026-01-01"
        delivery.mkdir(parents=True)
        own = patients.filter(pl.col("id") % SITES == number).with_columns(combined)
        own.write_csv(delivery / f"{name}.csv")


def run(command: list[str], folder: Path, log: Path) -> Took:
    """A command that has to succeed. Its output goes to a file."""
    environment = {
        **os.environ,
        "CARTROVE_WORKSPACE": str(folder / "var"),
        "CARTROVE_STUDIES": str(folder / "studies"),
        "CARTROVE_LANDING": str(folder / "landing"),
        "CARTROVE_SETTLE_SECONDS": "0",
    }
    started = time.perf_counter()
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment)  # noqa: S603 - our own commands
        _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    if process.returncode is None:
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{log.read_text()[-3000:]}")
    return Took(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20)


def figures_of_night(folder: Path) -> dict[str, float]:
    """The figures of the published night, named as the scripts name them."""
    import duckdb

    with duckdb.connect(str(folder / "var" / "warehouse" / "cartrove.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "SELECT analysis_id, statistic, factor, level, time_months, estimate FROM results.analysis"
        ).fetchall()
    found: dict[str, float] = {}
    for analysis, statistic, factor, level, months, estimate in rows:
        if estimate is None:
            continue
        if statistic in ("survival", "cumulative_incidence") and months in (6, 12, 24, 60):
            name = [analysis, *([level] if level else []), f"{months:.0f}"]
        elif statistic in ("logrank", "gray"):
            name = [analysis, statistic, factor]
        elif statistic == "hazard_ratio" and analysis.startswith("cox_"):
            name = [analysis, *([factor] if factor else []), *([level] if level else [])]
        else:
            continue
        found[" ".join(name)] = estimate
    return found


def farthest_apart(figures: dict[str, float], others: dict[str, float]) -> str:
    """How many figures two routes share, and the largest relative difference."""
    shared = sorted(figures.keys() & others.keys())
    if not shared:
        raise SystemExit(f"the two routes share no figure: {sorted(figures)[:9]} and {sorted(others)[:9]}")
    apart = {name: abs(figures[name] - others[name]) / max(abs(others[name]), 1e-12) for name in shared}
    worst = max(shared, key=apart.__getitem__)
    if apart[worst] > ALIKE:
        raise SystemExit(f"{worst}: {figures[worst]} by the night, {others[worst]} by the script")
    return f"{len(shared)} of {len(others)} figures shared, at most {apart[worst]:.0e} apart"


def say(line: str) -> None:
    """Print a line at once."""
    print(line, flush=True)  # noqa: T201 - this is what it is for


def measure(n: int, *, night_alone: bool) -> Took:
    """Print what each route takes at one size."""
    with tempfile.TemporaryDirectory(prefix="registry-") as name:
        folder = Path(name)
        write_registry(folder, n)
        command = [sys.executable, "-m", "flows.command", "run"]
        night = run(command, folder, folder / "night.log")
        say(f"{n:>9,} patients, night            {night}")
        again = run(command, folder, folder / "again.log")
        say(f"{'':18} nothing changed  {again}")
        if night_alone:
            return night
        say(f"{'':18} copy by DuckDB   {run([sys.executable, '-c', COPY, str(folder)], folder, folder / 'copy.log')}")
        figures = figures_of_night(folder)
        for who, script in _scripts(folder).items():
            took = run(script, folder, folder / "script.log")
            theirs = json.loads((folder / "figures.json").read_text())
            times = f"the night takes {night.wall / took.wall:.1f} times as long, {night.busy / took.busy:.1f} times of the processors"
            say(f"{'':18} {who:16} {took}; {times}; {farthest_apart(figures, theirs)}")
        return night


def _scripts(folder: Path) -> dict[str, list[str]]:
    """The scripts that compute the same figures."""
    scripts = {"plain script": [sys.executable, str(HERE / "registry_by_script.py"), str(folder)]}
    if rscript := shutil.which("Rscript"):
        scripts["R"] = [rscript, str(HERE / "registry_by_r.R"), str(folder)]
    return scripts


def main() -> None:
    """Every size in turn, and how wall time and memory grow from one to the next."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patients", nargs="*", type=int, default=[10_000, 100_000])
    parser.add_argument("--night", action="store_true", help="the night alone")
    asked = parser.parse_args()
    found = [(n, measure(n, night_alone=asked.night)) for n in asked.patients]
    for (fewer, before), (more, after) in pairwise(found):
        grown = [
            f"{kind} {math.log(getattr(after, kind) / getattr(before, kind)) / math.log(more / fewer):.2f}"
            for kind in ("wall", "busy", "peak")
        ]
        say(f"growth from {fewer:,} to {more:,}, exponents: {', '.join(grown)}")


if __name__ == "__main__":
    main()
