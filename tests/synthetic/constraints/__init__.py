"""Each cohort against the figures of its paper, before anything of it is written: a second route beside the pipeline's own.

Belongs here: what a cohort gives of each figure, by the project's estimators. Drawing the cohort does not.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from tests.synthetic.constraints import ash2023, pan2019, pan2020, yang2025, zhang2020
from tests.synthetic.constraints.check import check
from tests.synthetic.printed import Printed

CONSTRAINTS: dict[str, ModuleType] = {
    module.STUDY: module for module in (yang2025, ash2023, pan2019, pan2020, zhang2020)
}


def held(study: ModuleType, printed: Printed) -> Any:
    """The patients of a study, drawn and held against what its paper prints.

    Raises
    ------
    NotMetError: they are not the cohort of the paper.
    """
    everybody, constraints = study.patients(printed), CONSTRAINTS[study.STUDY]
    check(printed, constraints.given(printed, everybody), constraints.CANT_HOLD, constraints.NOT_HERE)
    return everybody
