"""Under Firth's penalty a factor of several levels is tested by the likelihood ratio, and errors are those of the information."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import chi2

from transforms import statistics as st

RNG = np.random.default_rng(7)
N = 60
LEVELS = np.repeat(["a", "b", "c"], N // 3)
AGE = RNG.normal(40, 12, N)
# Nobody of level a has the outcome: its likelihood has no maximum.
OUTCOME = (LEVELS != "a") & (RNG.random(N) < 0.6)
TIME = np.ceil(RNG.exponential(300, N))
DESIGN = st.build_design([st.Categorical("group", LEVELS, ["a", "b", "c"]), st.Numeric("age", AGE)])


def fitted(model: st.Model | st.NotEstimable) -> st.Model:
    assert isinstance(model, st.Model) and model.penalized
    return model


def logistic(matrix: np.ndarray) -> Callable[[np.ndarray], float]:
    """Minus the penalized log likelihood, written out subject by subject."""

    def value(beta: np.ndarray) -> float:
        share = 1 / (1 + np.exp(-(matrix @ beta)))
        information = (matrix * (share * (1 - share))[:, None]).T @ matrix
        chance = np.where(OUTCOME, share, 1 - share)
        return -float(np.log(chance).sum() + 0.5 * np.linalg.slogdet(information)[1])

    return value


def cox(matrix: np.ndarray) -> Callable[[np.ndarray], float]:
    """The same of the partial likelihood after Breslow, event by event."""

    def value(beta: np.ndarray) -> float:
        linear, total, information = matrix @ beta, 0.0, np.zeros((matrix.shape[1],) * 2)
        for i in np.flatnonzero(OUTCOME):
            at_risk = TIME[i] <= TIME
            weight = np.exp(linear[at_risk])
            x = matrix[at_risk] - weight @ matrix[at_risk] / weight.sum()
            information += (x * (weight / weight.sum())[:, None]).T @ x
            total += linear[i] - np.log(weight.sum())
        return -float(total + 0.5 * np.linalg.slogdet(information)[1])

    return value


def drop(value: Callable[[np.ndarray], float], p: int, held: list[int]) -> float:
    """Twice the loss where some coefficients are held at 0, by a search that knows no derivative."""
    free = [i for i in range(p) if i not in held]

    def of(part: np.ndarray, where: list[int]) -> float:
        beta = np.zeros(p)
        beta[where] = part
        return value(beta)

    def best(where: list[int]) -> float:
        found = minimize(of, np.zeros(len(where)), (where,), method="BFGS", options={"gtol": 1e-9})
        return float(found.fun)

    return 2 * (best(free) - best(list(range(p))))


MATRIX = np.column_stack([LEVELS == "b", LEVELS == "c", (AGE - AGE.mean()) / 10]).astype(float)
WITH_INTERCEPT = np.column_stack([MATRIX, np.ones(N)])


def test_a_factor_of_three_levels_in_a_logistic_model() -> None:
    test = fitted(st.fit_logistic(OUTCOME, DESIGN)).variable_tests["group"]
    wanted = drop(logistic(WITH_INTERCEPT), 4, [0, 1])
    assert test.method == "penalized-likelihood-ratio" and test.statistic == pytest.approx(wanted, rel=1e-5)
    assert test.p_value == pytest.approx(chi2.sf(wanted, 2), rel=1e-4)


def test_a_factor_of_three_levels_in_a_cox_model() -> None:
    test = fitted(st.fit_cox(TIME, OUTCOME, DESIGN)).variable_tests["group"]
    wanted = drop(cox(MATRIX), 3, [0, 1])
    assert test.method == "penalized-likelihood-ratio" and test.statistic == pytest.approx(wanted, rel=1e-5)
    assert test.p_value == pytest.approx(chi2.sf(wanted, 2), rel=1e-4)


@pytest.mark.parametrize("model", [st.fit_logistic(OUTCOME, DESIGN), st.fit_cox(TIME, OUTCOME, DESIGN)])
def test_a_variable_of_one_column_has_the_p_value_of_its_term(model: st.Model | st.NotEstimable) -> None:
    found = fitted(model)
    term = next(term for term in found.terms if term.variable == "age")
    assert found.variable_tests["age"].p_value == pytest.approx(term.p_value, rel=1e-12)


def test_errors_of_a_logistic_model_are_those_of_the_information_as_in_logistf() -> None:
    model = fitted(st.fit_logistic(OUTCOME, DESIGN))
    matrix = np.column_stack([LEVELS == "b", LEVELS == "c", AGE, np.ones(N)]).astype(float)
    assert model.intercept is not None
    beta = np.array([*(term.coefficient for term in model.terms), model.intercept.coefficient])
    share = 1 / (1 + np.exp(-(matrix @ beta)))
    errors = np.sqrt(np.diag(np.linalg.inv((matrix * (share * (1 - share))[:, None]).T @ matrix)))
    assert [term.standard_error for term in model.terms] == pytest.approx(list(errors[:3]), rel=1e-6)
