"""Table adam.adck: peak, exposure, decline and persistence of CAR-T cells, profile by profile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import polars as pl

from schemas.protocol import Kinetics
from schemas.reasons import Reason, coded, reason
from schemas.tables.adam import ADCK
from transforms.statistics import (
    HalfLife,
    NotEstimable,
    Persistence,
    Profile,
    area_under_curve,
    build_profile,
    half_life,
    last_quantified,
    peak,
    persistence,
)

GRAIN = ("study_id", "site_id", "subject_id", "infusion_number", "target", "assay", "matrix", "quantity", "unit")


@dataclass(frozen=True)
class _Parameter:
    paramcd: str
    param: str
    avalu: str
    aval: float | None = None
    cnsr: int | None = None
    status: str = "estimated"
    note: str = ""
    notecd: str = ""
    notearg: str = ""

    def because(self, missing: NotEstimable) -> _Parameter:
        return replace(self, status="not estimable").noting(*coded(missing.reason))

    def noting(self, said: Reason) -> _Parameter:
        return replace(self, note=str(said), notecd=said.code, notearg=said.arguments_text)


def derive_adck(adcks: pl.DataFrame, rules: Kinetics) -> pl.DataFrame:
    """Parameters of every profile of adam.adcks, by the protocol's rules.

    Grain: one row per parameter, subject, infusion, assay, matrix and quantity. Units stand in `avalu`; days count from the
    infusion. Source: transforms.statistics.kinetics.
    """
    rows = []
    for keys, samples in adcks.sort(*GRAIN, "ckdy").group_by(GRAIN, maintain_order=True):
        grain = dict(zip(GRAIN, keys, strict=True))
        profile = _profile(samples, grain, rules)
        rows += [
            {**grain, "nsamp": int(profile.time.size), **vars(parameter)} for parameter in _parameters(profile, rules)
        ]
    return pl.DataFrame(rows, schema=ADCK.polars_schema, orient="row")


def _profile(samples: pl.DataFrame, grain: dict[str, Any], rules: Kinetics) -> Profile:
    until = samples["untildy"][0]
    quantified = ((samples["quantfl"] == "Y") & samples["aval"].is_not_null()).to_numpy()
    return build_profile(
        samples["ckdy"].to_numpy(),
        samples["aval"].fill_null(0.0).to_numpy(),
        quantified,
        assay=grain["assay"],
        matrix=grain["matrix"],
        unit=grain["unit"],
        blq_rule=rules.below_quantification,
        limit=rules.limits.get(grain["quantity"]),
        until=None if until is None else float(until),
    )


def _parameters(profile: Profile, rules: Kinetics) -> Iterator[_Parameter]:
    unit, window = profile.unit, f"{rules.window_days:g}"
    cmax, tmax = _Parameter("cmax", "Peak", unit), _Parameter("tmax", "Day of peak", "days")
    top = peak(profile)
    if isinstance(top, NotEstimable):
        yield from (cmax.because(top), tmax.because(top))
    else:
        yield from (replace(cmax, aval=top[0]), replace(tmax, aval=top[1]))
    exposure = _Parameter("auc", f"Exposure, day 0 to {window} ({rules.auc})", f"{unit} x days")
    area = area_under_curve(profile, end=rules.window_days, method=rules.auc)
    yield exposure.because(area) if isinstance(area, NotEstimable) else replace(exposure, aval=area)
    clast, tlast = _Parameter("clast", "Last quantified", unit), _Parameter("tlast", "Day last quantified", "days")
    last = last_quantified(profile)
    if isinstance(last, NotEstimable):
        yield from (clast.because(last), tlast.because(last))
    else:
        yield from (replace(clast, aval=last[0]), replace(tlast, aval=last[1]))
    yield _terminal(half_life(profile))
    yield _lasting(persistence(profile))


def _terminal(found: HalfLife | NotEstimable) -> _Parameter:
    row = _Parameter("thalf", "Terminal half-life", "days")
    if isinstance(found, NotEstimable):
        return row.because(found)
    said = reason("half_life_fit", n=found.points, r=found.adjusted_r_squared)
    return replace(row, aval=found.days).noting(said)


def _lasting(found: Persistence | NotEstimable) -> _Parameter:
    row = _Parameter("persist", "Days to the first sample without cells", "days")
    if isinstance(found, NotEstimable):
        return row.because(found)
    if found.first_undetected is None:
        return replace(row, aval=found.last_detected, cnsr=1).noting(reason("last_sample_detectable"))
    return replace(row, aval=found.first_undetected, cnsr=0).noting(reason("last_detected", day=found.last_detected))
