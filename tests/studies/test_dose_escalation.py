"""The dose-escalation study: what its safety tables say, recomputed by another route from the files that its sites sent.

The other route reads the CSV files of the last delivery as they are, by SQL or by hand: no mapping, no endpoint table, no estimator of the pipeline.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from math import comb, log
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.settings import REPOSITORY, Settings
from flows.study_folder import Study, load_study
from tests.studies.built import built, built_by
from tests.studies.escalation_exports import Infused, adverse_events, contacts, died, ends_of_counts, infusions, results
from tests.studies.escalation_icaht import icaht_grades
from tests.synthetic import demo_dose_escalation
from tests.synthetic.escalation_plan import BEGINS, DELIVERIES, INFUSED, PATIENTS, Patient

STUDY = demo_dose_escalation.STUDY
FOLDER = REPOSITORY / "studies" / STUDY
FIRST, LAST = DELIVERIES
CROSSED_ON = date(2024, 8, 25)
LEVELS = (0.5, 1.0, 2.0)
TARGET, COHORT, WINDOW = 0.3, 3, 28


@cache
def study() -> Study:
    return load_study(Settings(studies=REPOSITORY / "studies"), STUDY)


def analysis(analysis_id: str, **keys: Any) -> pl.DataFrame:
    return built(STUDY)["results.analysis"].filter(analysis_id=analysis_id, **keys)


# The study


def test_the_readme_says_first_that_the_patients_are_synthetic_and_names_each() -> None:
    text = (FOLDER / "README.md").read_text("utf-8")
    assert "synthetic" in text.splitlines()[0]
    assert [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| D")] == [
        one.name for one in PATIENTS
    ]


def test_the_generator_writes_what_is_committed(tmp_path: Path) -> None:
    demo_dose_escalation.write(tmp_path)
    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*.csv")}
    landing = FOLDER / "landing"
    assert written == {path.relative_to(landing): path.read_bytes() for path in landing.rglob("*") if path.is_file()}


@pytest.mark.parametrize("day", [FIRST, LAST])
def test_no_delivery_raises_a_question_or_is_set_aside(day: date) -> None:
    tables = built(STUDY) if day == LAST else built_by(STUDY, day)
    assert tables["meta.site_query"].select("rule_id", "query_id", "source_column").rows() == []
    assert tables["meta.quarantine"].is_empty()


def test_everybody_is_accepted_and_who_was_not_infused_is_known() -> None:
    adsl = built(STUDY)["adam.adsl"]
    assert adsl.height == len(PATIENTS)
    assert adsl["trt01dt"].drop_nulls().len() == len(INFUSED) == len(infusions())


# The ledger of dose finding


def cohorts() -> Iterator[list[Infused]]:
    """Runs of one dose in the order of infusions, no longer than a cohort."""
    run: list[Infused] = []
    for one in infusions():
        if run and (one.dose != run[-1].dose or len(run) == COHORT):
            yield run
            run = []
        run.append(one)
    yield run


def boin_interval() -> tuple[float, float]:
    """Liu and Yuan, J R Stat Soc C 2015;64:507: below the first escalate, above the second de-escalate."""
    low, high = 0.6 * TARGET, 1.4 * TARGET
    return (
        log((1 - low) / (1 - TARGET)) / log(TARGET * (1 - low) / (low * (1 - TARGET))),
        log((1 - TARGET) / (1 - high)) / log(high * (1 - TARGET) / (TARGET * (1 - high))),
    )


def test_the_ledger_is_the_one_that_the_exports_give() -> None:
    up, down = boin_interval()
    limited = {row["patient"] for row in adverse_events() if row["limiting"] == "yes"}
    start, seen, expected = infusions()[0].day, Counter[float](), {}
    toxic = Counter[float]()
    for number, run in enumerate(cohorts(), 1):
        level = LEVELS.index(run[0].dose)
        dlts = sum(one.patient in limited for one in run)
        seen[level] += len(run)
        toxic[level] += dlts
        rate = toxic[level] / seen[level]
        step = 1 if rate <= up else -1 if rate >= down else 0
        expected[f"{number}:dl{level + 1}"] = (
            len(run), dlts, (run[0].day - start).days, (run[-1].day - start).days + WINDOW, min(max(level + step, 0), len(LEVELS) - 1) + 1,
        )  # fmt: skip
    rows = analysis("dose_finding").filter(
        pl.col("statistic").is_in(["cohort", "first_day", "decided_on", "recommended"])
    )
    told = {
        measure: {one["statistic"]: one for one in rows.filter(measure=measure).iter_rows(named=True)}
        for measure in rows["measure"].unique()
    }
    found = {
        measure: (
            one["cohort"]["n"], one["cohort"]["estimate"], one["first_day"]["estimate"], one["decided_on"]["estimate"],
            one["recommended"]["estimate"],
        )
        for measure, one in told.items()
    }  # fmt: skip
    assert found == expected
    # The third level is left, and every cohort waited for the decision on the one before.
    assert [one[-1] for one in expected.values()] == [2, 2, 3, 3, 2, 3]
    codes = set(built(STUDY)["results.reason"]["code"])
    assert not codes & {"next_cohort_early", "dlt_unknown", "cohort_short"}


# The stopping boundary


def first_events() -> dict[str, date]:
    """Day of each patient's first event of the boundary: a death without relapse or CRS, ICANS, IEC-HS of grade 4 or 5 by day 60."""
    found: dict[str, date] = {}
    day_0 = {one.patient: one.day for one in infusions()}
    days = [
        (row["patient"], row["start"])
        for row in adverse_events()
        if row["term"] in ("CRS", "ICANS", "IEC-HS") and row["grade"] >= 4
    ]
    days += [(patient, day) for patient, (day, cause) in died().items() if cause != "leukemia"]
    for patient, day in days:
        if day <= day_0[patient] + timedelta(days=60):
            found[patient] = min(day, found.get(patient, day))
    return found


def crossings(known_by: date) -> list[date]:
    """Days on which the events among the first n patients, n from 3, were too many by the exact binomial test at 5 % against 10 %."""
    order = [one for one in infusions() if one.day <= known_by]
    events = {patient: day for patient, day in first_events().items() if day <= known_by}
    found = []
    for n in range(3, len(order) + 1):
        days = sorted(events[one.patient] for one in order[:n] if one.patient in events)
        for had, day in enumerate(days, 1):
            if sum(comb(n, x) * 0.1**x * 0.9 ** (n - x) for x in range(had, n + 1)) <= 0.05:
                found.append(max(day, order[n - 1].day))
    return sorted(found)


def test_the_boundary_is_crossed_on_the_day_that_the_exact_test_gives() -> None:
    assert crossings(LAST)[0] == CROSSED_ON
    said = built(STUDY)["results.reason"].filter(code="stopping_crossed")
    (arguments,) = set(said["arguments"])
    told = json.loads(arguments)
    assert (told["day"], told["events"], told["n"], told["stop"]) == (str(CROSSED_ON), 4, 14, 4)
    # Of the four the one who died is told by two cells.
    assert told["cells"] == ["adverse_event.grade (4)", "death.death_date (1)"]
    (row,) = analysis("stopping.severe", statistic="crossed").iter_rows(named=True)
    assert row["estimate"] == 1


def test_the_first_delivery_alone_does_not_cross_it() -> None:
    assert crossings(FIRST) == []
    reasons = built_by(STUDY, FIRST)["results.reason"]
    assert set(reasons["code"]) & {"stopping_crossed", "interim_crossed"} == set()
    rows = built_by(STUDY, FIRST)["results.analysis"].filter(analysis_id="stopping.severe", statistic="crossed")
    assert rows.select("estimate", "n", "events").rows() == [(0.0, 12, 2)]


def test_nothing_else_raises_an_alarm() -> None:
    found = built(STUDY)["results.reason"].filter(pl.col("code").is_in(["stopping_crossed", "interim_crossed"]))
    (result,) = found["result_id"].unique()
    assert result == analysis("stopping.severe", statistic="crossed")["result_id"].item()


def test_the_path_of_the_trial_is_the_one_that_the_exports_give() -> None:
    path = analysis("stopping.severe", statistic="events").sort("n")
    events = first_events()
    had = [sum(one.patient in events for one in infusions()[:n]) for n in range(1, len(infusions()) + 1)]
    assert path["estimate"].to_list() == had
    assert had[-1] == 4


# Blood counts and chemistry


@pytest.mark.parametrize("scheme", ["ICAHT", "T-ICAHT"])
@pytest.mark.parametrize("phase", ["early", "late"])
def test_grades_of_hematotoxicity_are_those_of_the_raw_counts(scheme: str, phase: str) -> None:
    told = built(STUDY)["adam.adht"].filter(scheme=scheme, phase=phase)
    found = {who[-3:]: grade for who, grade in told.select("subject_id", "grade").iter_rows()}
    assert found == icaht_grades(scheme, phase, results(), infusions(), ends_of_counts())
    place = ("early", "late").index(phase)
    drawn = {one.name: _drawn(one, scheme)[place] for one in INFUSED if one.name in found}
    assert found == drawn
    assert set(found.values()) == {0, 1, 2, 3, 4}


def _drawn(patient: Patient, scheme: str) -> tuple[int, int]:
    return patient.grades.icaht if scheme == "ICAHT" else patient.grades.t_icaht


# Upper limit of normal, and what grades 1 to 4 are multiples of it; of fibrinogen g/L themselves.
CHEMISTRY = {
    "AST increased": ("AST", 40, (1, 3, 5, 20)), "ALT increased": ("ALT", 40, (1, 3, 5, 20)),
    "blood bilirubin increased": ("bilirubin", 21, (1, 1.5, 3, 10)), "creatinine increased": ("creatinine", 97, (1, 1.5, 3, 6)),
}  # fmt: skip
FIBRINOGEN = (2.0, 1.5, 1.0, 0.5)


def worst_by_ctcae(term: str) -> dict[str, int]:
    """Worst grade of each patient after the infusion, by CTCAE 5, from the raw results."""
    day_0 = {one.patient: one.day for one in infusions()}
    test = CHEMISTRY[term][0] if term in CHEMISTRY else "fibrinogen"
    found = dict.fromkeys(day_0, 0)
    before = {one.patient: one.value for one in results() if one.test == test and one.day <= day_0[one.patient]}
    for one in results():
        if one.test == test and one.day > day_0[one.patient]:
            if term in CHEMISTRY:
                _, upper, multiples = CHEMISTRY[term]
                grade = sum(one.value > upper * multiple for multiple in multiples)
                if test == "creatinine":
                    grade = max(
                        grade, 2 * (one.value > 1.5 * before[one.patient]), 3 * (one.value > 3 * before[one.patient])
                    )
            else:
                grade = sum(one.value < limit for limit in FIBRINOGEN)
            found[one.patient] = max(found[one.patient], grade)
    return found


@pytest.mark.parametrize("term", [*CHEMISTRY, "fibrinogen decreased"])
def test_grades_of_chemistry_are_those_of_the_raw_results(term: str) -> None:
    expected = worst_by_ctcae(term)
    reported = {row["patient"]: row["grade"] for row in adverse_events() if row["term"] == term}
    graded = built(STUDY)["adam.adgrade"].filter(aeterm=term, scale="CTCAE 5")
    derived = {who[-3:]: grade for who, grade in graded.select("subject_id", "lowest").iter_rows()}
    assert reported == expected
    assert derived == expected
    assert set(expected.values()) == {0, 1, 2, 3, 4}
    assert set(graded["agreefl"]) == {"Y"}


# Scores


def last_before(patient: str, test: str, day: date, days: int) -> float | None:
    """The latest result up to a day, no older than so many days."""
    found = [
        one
        for one in results()
        if (one.patient, one.test) == (patient, test) and day - timedelta(days=days) <= one.day <= day
    ]
    return max(found, key=lambda one: one.day).value if found else None


def car_hematotox(patient: str, day: date) -> int:
    """Rejeski et al., Blood 2021;138:2499: platelets, neutrophils, hemoglobin, CRP (3 mg/dL = 30 mg/L), ferritin before lymphodepletion."""
    platelets, neutrophils, hemoglobin, crp, ferritin = (
        last_before(patient, test, day, 14) or 0.0
        for test in ("platelets", "neutrophils", "hemoglobin", "CRP", "ferritin")
    )
    return (
        (2 if platelets < 75 else int(platelets <= 175)) + (neutrophils < 1.2) + (hemoglobin < 90) + (crp >= 30)
        + (2 if ferritin > 2000 else int(ferritin >= 650))
    )  # fmt: skip


def test_car_hematotox_and_easix_are_those_of_the_raw_results() -> None:
    scores = built(STUDY)["adam.adscore"]
    told = {
        (who[-3:], score): value
        for who, score, value, moment in scores.select("subject_id", "score", "aval", "moment").iter_rows()
        if moment == "lymphodepletion"
    }
    for one in infusions():
        day = one.day - timedelta(days=5)
        assert told[one.patient, "CAR-HEMATOTOX"] == car_hematotox(one.patient, day), one.patient
        ldh, creatinine, platelets = (
            last_before(one.patient, test, day, 14) or 0.0 for test in ("LDH", "creatinine", "platelets")
        )
        # 1 mg/dL of creatinine is 88.4017 umol/L (113.12 g/mol).
        assert told[one.patient, "EASIX"] == pytest.approx(ldh * creatinine * 0.011312 / platelets, rel=1e-9), (
            one.patient
        )
    assert {0, 1, 2, 4} <= {int(value) for (_, score), value in told.items() if score == "CAR-HEMATOTOX"}


def iec_hs_signs(patient: str, day_0: date) -> int:
    """Hines et al., Transplant Cell Ther 2023;29:438, results of days 0 to 42: ferritin, transaminases, fibrinogen, cytopenia of grade 4."""

    def days_42(test: str) -> list[float]:
        return [
            one.value
            for one in results()
            if (one.patient, one.test) == (patient, test) and 0 <= (one.day - day_0).days <= 42
        ]

    def before(test: str) -> float:
        return last_before(patient, test, day_0, 14) or 0.0

    return (
        (max(days_42("ferritin")) > 2 * min(400, before("ferritin")))
        + any(max(days_42(test)) > 5 * max(40, before(test)) for test in ("AST", "ALT"))
        + (min(days_42("fibrinogen")) < 2)
        + (min(days_42("neutrophils")) < 0.5 or min(days_42("platelets")) < 25)
    )


def test_signs_of_iec_hs_are_those_of_the_raw_results_and_all_are_there_in_whom_it_was_reported() -> None:
    signs = built(STUDY)["adam.adscore"].filter(score="IEC-HS signs")
    told = {who[-3:]: value for who, value in signs.select("subject_id", "aval").iter_rows()}
    assert told == {one.patient: iec_hs_signs(one.patient, one.day) for one in infusions()}
    assert {told[row["patient"]] for row in adverse_events() if row["term"] == "IEC-HS"} == {4}
    assert set(told.values()) == {1, 2, 3, 4}


# Endpoints


def test_survival_and_non_relapse_mortality_are_those_counted_by_hand() -> None:
    deaths = died()
    for months in (3, 6):
        days = months * 30.4375
        gone = [one for one in infusions() if one.patient in deaths and (deaths[one.patient][0] - one.day).days <= days]
        # Nobody is censored before the one non-relapse death, so that its incidence is a plain share.
        survival = analysis("os", statistic="survival", factor="", time_months=float(months))["estimate"].item()
        assert survival == pytest.approx(by_hand(days), rel=1e-9)
        mortality = analysis("nrm", statistic="cumulative_incidence", factor="", time_months=float(months))[
            "estimate"
        ].item()
        others = [one for one in gone if deaths[one.patient][1] != "leukemia"]
        assert mortality == pytest.approx(len(others) / len(infusions()), rel=1e-9)


def by_hand(days: float) -> float:
    """Kaplan and Meier: each death by a day, over those still followed on that day."""
    deaths, survival = died(), 1.0
    followed = {
        one.patient: (deaths[one.patient][0] if one.patient in deaths else last_seen(one)) - one.day
        for one in infusions()
    }
    for time in sorted(followed[patient].days for patient in deaths):
        if time <= days:
            survival *= 1 - 1 / sum(one.days >= time for one in followed.values())
    return survival


def last_seen(one: Infused) -> date:
    """Three to seven days before the export, as the sites' lists of contacts say."""
    return max(day for patient, day in contacts() if patient == one.patient)


def test_of_three_deaths_one_is_non_relapse() -> None:
    assert sorted(cause for _, cause in died().values()) == ["leukemia", "leukemia", "organ failure"]
    assert infusions()[0].day == BEGINS
