"""protocol.yaml: what a study is and how its endpoints, populations, risk factors and models are defined.

The models say what a protocol may hold and that its parts agree with one another. They compute nothing.
"""

from __future__ import annotations

from schemas.protocol.decisions import AcceptedFall, Imputation
from schemas.protocol.endpoints import (
    Endpoint,
    Enrollment,
    Infusion,
    Origin,
    Population,
    ResponseWindow,
    TransplantStrategy,
)
from schemas.protocol.figures import Figures
from schemas.protocol.further import CutSearch, FurtherCurves, FurtherShares, MeasuredByGroup, SeveralTests
from schemas.protocol.indicators import Indicators
from schemas.protocol.lateness import Lateness
from schemas.protocol.measurements import Kinetics, Recovery, Toxicity
from schemas.protocol.models import Model, RiskFactor
from schemas.protocol.multi_state import MultiState
from schemas.protocol.outcomes import Outcomes, Purpose
from schemas.protocol.printing import Intervals, Printing, Watch
from schemas.protocol.recurrent import RecurrentEvents
from schemas.protocol.study import Protocol

__all__ = [
    "AcceptedFall",
    "CutSearch",
    "Endpoint",
    "Enrollment",
    "Figures",
    "FurtherCurves",
    "FurtherShares",
    "Imputation",
    "Indicators",
    "Infusion",
    "Intervals",
    "Kinetics",
    "Lateness",
    "MeasuredByGroup",
    "Model",
    "MultiState",
    "Origin",
    "Outcomes",
    "Population",
    "Printing",
    "Protocol",
    "Purpose",
    "Recovery",
    "RecurrentEvents",
    "ResponseWindow",
    "RiskFactor",
    "SeveralTests",
    "Toxicity",
    "TransplantStrategy",
    "Watch",
]
