"""Figures as SVG text. The only place that uses matplotlib; nothing is computed here."""

from transforms.figures.boundary import draw_boundary
from transforms.figures.curves import draw_incidence, draw_survival
from transforms.figures.enrollment import draw_enrollment
from transforms.figures.expansion import draw_expansion
from transforms.figures.flow_diagram import draw_flow
from transforms.figures.forest import draw_forest
from transforms.figures.profile import draw_profile
from transforms.figures.question_trend import draw_question_trend
from transforms.figures.rates import draw_rates
from transforms.figures.states import draw_states
from transforms.figures.swimmer import Lane, draw_swimmer
from transforms.figures.waterfall import Bar, draw_waterfall

__all__ = [
    "Bar",
    "Lane",
    "draw_boundary",
    "draw_enrollment",
    "draw_expansion",
    "draw_flow",
    "draw_forest",
    "draw_incidence",
    "draw_profile",
    "draw_question_trend",
    "draw_rates",
    "draw_states",
    "draw_survival",
    "draw_swimmer",
    "draw_waterfall",
]
