"""Cox, logistic and time-dependent Cox models equal R's coxph, glm and tmerge."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.transforms.statistics.reference import ITERATIVE, assert_close, load_carried, load_reference
from transforms import statistics as st

REFERENCE = load_reference("regression")
SMALL = REFERENCE["small"]
RISK = st.Categorical("risk", SMALL["risk"], ["standard", "high", "very high"])
AGE = st.Numeric("age", SMALL["age"])
ROSSI = ("fin", "age", "race", "wexp", "mar", "paro", "prio")


def numbers(values: list[str]) -> Any:
    return np.array(values, dtype=np.float64)


def rossi() -> tuple[Any, Any, st.Design]:
    data = load_carried("rossi.csv")
    design = st.build_design([st.Numeric(name, numbers(data[name])) for name in ROSSI])
    return numbers(data["week"]), numbers(data["arrest"]), design


def gbsg2() -> tuple[Any, Any, st.Design]:
    data = load_carried("gbsg2.csv")
    design = st.build_design(
        [
            st.Categorical("horTh", data["horTh"], ["no", "yes"]),
            st.Numeric("age", numbers(data["age"])),
            st.Categorical("menostat", data["menostat"], ["Pre", "Post"]),
            st.Numeric("tsize", numbers(data["tsize"])),
            st.Categorical("tgrade", data["tgrade"], ["I", "II", "III"]),
            st.Numeric("pnodes", numbers(data["pnodes"])),
        ]
    )
    return numbers(data["time"]), numbers(data["cens"]), design


def waltons() -> tuple[Any, Any, st.Design]:
    data = load_carried("waltons_dataset.csv")
    design = st.build_design([st.Categorical("group", data["group"], ["control", "miR-137"])])
    return numbers(data["T"]), numbers(data["E"]), design


def gbsg2_grade() -> tuple[Any, Any, st.Design]:
    time, event, _ = gbsg2()
    grade = load_carried("gbsg2.csv")["tgrade"]
    return (
        time,
        event,
        st.build_design([st.Categorical("tgrade", grade, ["I", "II", "III"], reference="III")]),
    )


COX = {
    "rossi": rossi,
    "gbsg2": gbsg2,
    "gbsg2_tgrade": gbsg2_grade,
    "waltons": waltons,
    "small": lambda: (SMALL["time"], SMALL["event"], st.build_design([AGE, RISK])),
    "small_risk": lambda: (SMALL["time"], SMALL["event"], st.build_design([RISK])),
}
LOGISTIC = {
    "rossi": lambda: rossi()[1:],
    "gbsg2": lambda: (gbsg2()[1], gbsg2()[2].only(["horTh", "age", "menostat", "tgrade", "pnodes"])),
    "small": lambda: (SMALL["cr"], st.build_design([AGE, RISK])),
    "small_risk": lambda: (SMALL["cr"], st.build_design([RISK])),
}


def check_terms(terms: tuple[st.Term, ...], theirs: dict[str, Any]) -> None:
    for name, ours in (("coef", "coefficient"), ("se", "standard_error"), ("p", "p_value")):
        assert_close([getattr(term, ours) for term in terms], theirs[name], ITERATIVE)
    assert_close([term.ratio.value for term in terms], np.exp(theirs["coef"]), ITERATIVE)
    if "low" in theirs:
        assert_close([term.ratio.low for term in terms], theirs["low"], ITERATIVE)
        assert_close([term.ratio.high for term in terms], theirs["high"], ITERATIVE)


def check_cox(model: st.Model | st.NotEstimable, theirs: dict[str, Any], n: int | None = None) -> None:
    assert isinstance(model, st.Model), model
    assert not model.penalized and model.effect == "hazard ratio"
    assert (model.n, model.events) == (n or theirs["n"], theirs["events"])
    check_terms(model.terms, theirs)
    assert_close([model.log_likelihood_null, model.log_likelihood], theirs["loglik"], ITERATIVE)
    ratio = model.likelihood_ratio
    assert_close([ratio.statistic, ratio.degrees_of_freedom, ratio.p_value], theirs["lr"], ITERATIVE)


@pytest.mark.parametrize("name", COX)
def test_cox(name: str) -> None:
    time, event, design = COX[name]()
    model = st.fit_cox(time, event, design)
    check_cox(model, REFERENCE["cox"][name])
    assert isinstance(model, st.Model)
    assert_close([model.concordance], [REFERENCE["cox"][name]["concordance"]], ITERATIVE)


@pytest.mark.parametrize("name", LOGISTIC)
def test_logistic(name: str) -> None:
    model = st.fit_logistic(*LOGISTIC[name]())
    theirs = REFERENCE["logistic"][name]
    assert isinstance(model, st.Model) and model.intercept is not None
    assert not model.penalized and model.effect == "odds ratio"
    check_terms((model.intercept, *model.terms), theirs)
    assert_close([model.log_likelihood, model.log_likelihood_null], [theirs["loglik"], theirs["null"]], ITERATIVE)


def test_rows_cut_at_exposures_are_those_of_tmerge() -> None:
    subjects, theirs = REFERENCE["exposed"], REFERENCE["rows"]
    rows = cut_exposed(subjects)
    assert (rows.subject + 1).tolist() == theirs["id"]
    for name in ("start", "stop", "event"):
        assert getattr(rows, name).tolist() == theirs[name]
    assert rows.exposed[:, 0].tolist() == theirs["transplanted"]
    assert rows.exposed[:, 1].tolist() == theirs["treated"]


def cut_exposed(subjects: dict[str, Any]) -> st.StartStop:
    exposures = {"transplanted": subjects["transplant"], "treated": subjects["decitabine"]}
    return st.split_at_exposures(subjects["time"], subjects["event"], exposures)


def test_time_dependent_cox_on_cut_rows() -> None:
    subjects = REFERENCE["exposed"]
    sex = st.build_design([st.Numeric("sex", subjects["sex"])])
    rows = cut_exposed(subjects)
    model = st.fit_cox_time_dependent(rows, sex)
    check_cox(model, REFERENCE["time_dependent"]["exposed"], n=np.unique(rows.subject).size)


def test_time_dependent_cox_on_the_stanford_heart_data() -> None:
    data = {name: numbers(values) for name, values in load_carried("stanford_heart.csv").items()}
    data = {name: values[data["stop"] > data["start"]] for name, values in data.items()}
    n = data["start"].size
    rows = st.StartStop(
        np.arange(n),
        data["start"],
        data["stop"],
        data["event"] == 1,
        ("transplant",),
        data["transplant"][:, None],
        0,
    )
    fixed = st.build_design([st.Numeric(name, data[name]) for name in ("age", "year", "surgery")])
    check_cox(
        st.fit_cox_time_dependent(rows, fixed), REFERENCE["time_dependent"]["heart"], n=np.unique(rows.subject).size
    )
