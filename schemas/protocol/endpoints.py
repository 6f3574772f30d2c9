"""Who is counted from which day on, and what ends a subject's time: populations, origins, response and endpoints."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from schemas.codelists import COMPLETE_REMISSION, RESPONSE, TARGET
from schemas.partial_dates import bounds_of
from schemas.protocol.further import FurtherCurves, FurtherShares
from schemas.protocol.measurements import RecoveryKind
from schemas.protocol.names import Identifier, InfusionNumber
from schemas.protocol.printing import ProportionTest
from schemas.protocol.response_design import NullRate, Subgroups
from schemas.yaml_file import Part, each_of

# A relapse of one kind; the same relapse is a `relapse` too.
RelapseKind = Literal[
    "mrd_relapse", "overt_relapse", "extramedullary_relapse", "cd19_negative_relapse", "cd22_negative_relapse"
]
# Graft-versus-host disease of grade 3 or worse, whichever scale it is graded on: what GRFS counts beside relapse and death.
SevereGvhdKind = Literal["severe_acute_gvhd", "severe_chronic_gvhd"]
HappeningKind = Literal[
    "death",
    "remission",
    "relapse",
    RelapseKind,
    "no_response",
    "new_therapy",
    "transplant",
    "consolidation",
    SevereGvhdKind,
    "next_infusion",
    "withdrawal",
    "loss",
    "missed_assessments",
    RecoveryKind,
    "car_t_loss",
]
# The domain whose records tell of a happening; what recovers or is lost is a milestone.
TOLD_IN: dict[HappeningKind, str] = {
    "death": "death",
    "remission": "response",
    **dict.fromkeys(("relapse", *get_args(RelapseKind)), "relapse"),
    "no_response": "response",
    "transplant": "transplant",
    "consolidation": "consolidation",
    **dict.fromkeys(get_args(SevereGvhdKind), "adverse_event"),
    "next_infusion": "infusion",
    "new_therapy": "treatment",
    "withdrawal": "disposition",
    "loss": "disposition",
    "missed_assessments": "response",
    **dict.fromkeys((*get_args(RecoveryKind), "car_t_loss"), "milestone"),
}
# A domain and column that tell of it too.
ALSO_TOLD_BY: dict[HappeningKind, tuple[str, str]] = {
    **dict.fromkeys(("relapse", *get_args(RelapseKind)), ("follow_up", "disease_status")),
    **dict.fromkeys(("no_response", "withdrawal", "loss"), ("follow_up", "disease_status")),
    **dict.fromkeys(get_args(RecoveryKind), ("laboratory", "value")),
}
# Of a happening that adverse events tell of: their term.
TERM_OF: dict[HappeningKind, str] = {"severe_acute_gvhd": "acute GVHD", "severe_chronic_gvhd": "chronic GVHD"}
# The steps of a subject's course, in their order.
Step = Literal["enrollment", "infusion", "response", "transplant"]
FIRST_INFUSION = 1
TransplantStrategy = Literal["ignore", "censor", "competing", "event"]


def _day_or_month(text: str) -> str:
    """A day, a month or a year that the calendar has."""
    try:
        known = date.fromisoformat(text) if len(text) > len("2021-03") else bounds_of(text)[0]
    except ValueError:
        known = None
    if known is None:
        raise ValueError(f"expected a day, month or year, as 2021-03-05, 2021-03 or 2021; found {text}")
    return text


Day = Annotated[str, BeforeValidator(str, json_schema_input_type=str | int), AfterValidator(_day_or_month)]


class Infusion(Part):
    """A planned infusion: its number and the targets it may have.

    Infusions of one course (fractions of a product, two products of one day) have one day 0, one dose, one response window and
    one toxicity window. The course has the number of the infusion that the others are `course_of`.
    """

    number: InfusionNumber = Field(description="Number of the infusion in the subject's course, from 1")
    targets: list[str] = Field(
        description="Codes of the targets its product may have; another target is a product that was not planned",
        json_schema_extra=each_of(TARGET.codes),
    )
    label: str = Field(description="Name of the infusion for readers")
    course_of: InfusionNumber | None = Field(default=None, description="Belongs to the course of this infusion")
    within_days: Annotated[int, Field(ge=0)] | None = Field(
        default=None, description="Only if given within this many days of it; otherwise a course of its own"
    )
    day_0: Literal["first", "last"] = Field(
        default="first", description="Of a course given on several days: which day is day 0"
    )

    @model_validator(mode="after")
    def _targets_are_known(self) -> Infusion:
        TARGET.refuse_unknown("targets", *self.targets)
        return self


class Enrollment(Part):
    """The window in which subjects were enrolled, as year-month or date text, and their ages."""

    first_patient: date | None = Field(
        default=None,
        description="Day the first subject was enrolled; records of a course dated earlier are asked about",
    )
    start: Day | None = Field(
        default=None, description="First day, month or year of enrollment, as 2018-08-01, 2018-08 or 2018"
    )
    end: Day | None = Field(default=None, description="Last day, month or year of enrollment")
    planned: int | None = Field(default=None, description="Number of subjects planned")
    youngest_years: Annotated[float, Field(ge=0)] | None = Field(default=None, description="Lowest age enrolled")
    oldest_years: Annotated[float, Field(ge=0)] | None = Field(default=None, description="Highest age enrolled")

    @property
    def first_day(self) -> date | None:
        """The first day that `start` may mean."""
        if self.start is None:
            return None
        return date.fromisoformat(self.start) if len(self.start) > len("2021-03") else bounds_of(self.start)[0]


class Population(Part):
    """Who is counted. All conditions given must hold; a subject always has to be enrolled."""

    label: str = Field(description="Name of the population for readers")
    apheresed: bool | None = Field(default=None, description="Cells were collected")
    infused: InfusionNumber | None = Field(default=None, description="Received this infusion")
    as_planned: bool | None = Field(default=None, description="Of that infusion: its product is one the protocol plans")
    in_specification: bool | None = Field(
        default=None, description="Of that infusion: its product met its release specification"
    )
    dose_from: Annotated[float, Field(ge=0)] | None = Field(
        default=None, description="Of that infusion: dose at or above (1e5 cells/kg)"
    )
    dose_below: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="Of that infusion: dose below (1e5 cells/kg)"
    )
    followed_days: Annotated[int, Field(gt=0)] | None = Field(
        default=None, description="Followed for this many days after that infusion, or died earlier"
    )
    dose_limiting: bool = Field(
        default=False,
        description="With followed_days: who left or died before counts only with a dose-limiting toxicity",
    )
    evaluable_after: InfusionNumber | None = Field(default=None, description="Evaluable in this infusion's window")
    responded_after: InfusionNumber | None = Field(default=None, description="Responder in this infusion's window")
    transplanted: bool | None = Field(default=None, description="Transplanted in remission after the first origin")
    has_transplant: bool | None = Field(default=None, description="Has a transplant record at all")

    @model_validator(mode="after")
    def _of_an_infusion(self) -> Population:
        of_infusion = ("as_planned", "in_specification", "dose_from", "dose_below", "followed_days")
        lone = [name for name in of_infusion if getattr(self, name) is not None]
        if lone and self.infused is None:
            raise ValueError(f"{', '.join(lone)}: expected infused beside it, which says of which infusion")
        if self.dose_limiting and self.followed_days is None:
            raise ValueError("dose_limiting: expected followed_days beside it")
        return self

    @property
    def known_from(self) -> Step:
        """The step at which it becomes known that a subject belongs: the guard against immortal time uses it."""
        if self.transplanted is not None or self.has_transplant is not None:
            return "transplant"
        if self.responded_after is not None or self.evaluable_after is not None or self.followed_days is not None:
            return "response"
        return "infusion" if self.infused is not None else "enrollment"

    def is_known_at(self, origin: Origin) -> bool:
        """Whether it is known on day 0 who belongs. If only later, the time between can hold no event."""
        meant = self.responded_after or self.evaluable_after or self.infused or FIRST_INFUSION
        return _place(self.known_from, meant) <= _place(origin.step, origin.infusion)

    def reaches(self, origin: Origin) -> bool:
        """Whether everyone in the population comes to that day 0."""
        if origin.kind == "enrollment":
            return True
        if origin.kind == "transplant":
            return self.transplanted is True or self.has_transplant is True
        if origin.kind == "remission":
            return self.responded_after == origin.infusion
        return origin.infusion in (self.infused, self.evaluable_after, self.responded_after)


def _place(step: Step, infusion: int) -> tuple[int, int]:
    """Where a step stands in a subject's course: by the infusion it belongs to, then by its kind."""
    steps = get_args(Step)
    return (0, 0) if step == steps[0] else (infusion, steps.index(step))


class Origin(Part):
    """Day 0 of an endpoint: an infusion, the first remission after an infusion, a transplant, or enrollment."""

    label: str = Field(description="Name of day 0 for readers")
    kind: Literal["infusion", "remission", "transplant", "enrollment"] = Field(
        description="What happens on day 0; a remission is the first after the infusion"
    )
    infusion: InfusionNumber = Field(default=1, description="The infusion meant, or the one remission follows")

    @property
    def step(self) -> Step:
        """The step of the course that day 0 is: a remission is seen at the response."""
        return "response" if self.kind == "remission" else self.kind


class ResponseWindow(Part):
    """When response counts: an assessment from `from_day` to `to_day` after the infusion, the nearest to `day` or the best."""

    infusion: InfusionNumber = Field(default=1, description="Infusion the response follows")
    day: Annotated[int, Field(ge=0)] = Field(
        default=30, description="Day of the planned assessment (days after the infusion)"
    )
    from_day: Annotated[int, Field(ge=0)] = Field(
        default=21, description="First day of the window (days after the infusion)"
    )
    to_day: Annotated[int, Field(ge=0)] = Field(
        default=45, description="Last day of the window (days after the infusion)"
    )
    counts: Literal["nearest", "best"] = Field(
        default="nearest",
        description="Of several assessments in the window: the one nearest to `day`, or the best response",
    )
    responders: list[str] = Field(
        default=[*COMPLETE_REMISSION],
        description="Codes of the responses that make a responder",
        json_schema_extra=each_of(RESPONSE.codes),
    )
    population: Literal["received", "evaluable", "enrolled"] = Field(
        default="received",
        description="Denominator of the headline: all who received the infusion, those evaluable in the window, or all enrolled",
    )
    groups: list[Identifier] = Field(default=[], description="Risk factors whose levels are compared")
    test: ProportionTest = Field(
        default="fisher", description="Test that compares the shares of responders between groups"
    )
    further: FurtherShares = Field(default=FurtherShares(), description="What else the comparison of groups gives")
    against: NullRate | None = Field(
        default=None, description="Rate that would not be worth while, and the design of two stages"
    )
    subgroups: Subgroups | None = Field(default=None, description="Rates by subgroup in one forest")

    @model_validator(mode="after")
    def _consistent(self) -> ResponseWindow:
        if not self.from_day <= self.day <= self.to_day:
            raise ValueError("expected from_day <= day <= to_day")
        RESPONSE.refuse_unknown("responders", *self.responders)
        if self.further != FurtherShares() and not self.groups:
            raise ValueError("further: expected `groups` beside it, whose levels it compares")
        return self


class Assessments(Part):
    """How often the disease is to be assessed, so that a subject no longer assessed is not taken for one who is well."""

    every_days: Annotated[int, Field(gt=0)] = Field(description="Days between two planned assessments")
    missed: Annotated[int, Field(gt=0)] = Field(
        default=2, description="This many missed in a row end what is known of the disease"
    )
    grace_days: Annotated[int, Field(ge=0)] = Field(
        default=14, description="An assessment up to this many days late is not missed"
    )

    @property
    def longest_gap_days(self) -> int:
        """A longer gap between two assessments, or between one and an event, means that so many were missed."""
        return self.missed * self.every_days + self.grace_days


class Endpoint(Part):
    """A time-to-event endpoint as an estimand: origin, events, competing events, and what transplant does to it."""

    label: str = Field(description="Name of the endpoint for readers")
    kind: Literal["os", "lfs", "efs", "cir", "nrm", "recovery", "response"] = Field(
        description="What is estimated: overall, leukemia-free or event-free survival, cumulative incidence of relapse, non-relapse mortality, time to recovery or to response. With cir and nrm the report shows cumulative incidence"
    )
    population: Identifier = Field(description="Population that is counted")
    origin: Identifier = Field(description="Day 0")
    event: list[HappeningKind] = Field(
        min_length=1, description="What happens that is an event; the first of them counts"
    )
    competing: list[HappeningKind] = Field(
        default=[], description="What happens that makes the event impossible or changes its risk (competing events)"
    )
    censor: list[HappeningKind] = Field(default=[], description="What censors a subject, in the order of days")
    no_response_on: Literal["assessment", "day_0"] = Field(
        default="assessment", description="Day a failure counts on, where no response is an event"
    )
    transplant: TransplantStrategy = Field(
        default="ignore", description="What a transplant does: nothing, it censors, it competes, or it is an event"
    )
    censor_at: Literal["last_contact", "last_assessment"] = Field(
        default="last_contact",
        description="Where follow-up without an event ends: at the last contact, or at the last assessment of the disease",
    )
    landmarks_months: list[Annotated[float, Field(gt=0)]] = Field(
        default=[12, 24], description="Months after day 0 at which rates are reported"
    )
    groups: list[Identifier] = Field(default=[], description="Risk factors whose levels are compared")
    further: FurtherCurves = Field(default=FurtherCurves(), description="What else is asked of its curves")

    def without_groups(self) -> Endpoint:
        """The endpoint of all subjects alone: what another definition of it is made from."""
        return self.model_copy(update={"groups": [], "further": FurtherCurves()})

    @property
    def competes(self) -> bool:
        """Whether it has competing events, so that Kaplan-Meier would overstate it."""
        return bool(self.competing) or self.transplant == "competing" or self.kind in ("cir", "nrm")

    def roles(self) -> dict[HappeningKind, str]:
        """What each happening that the endpoint counts is in it: event, competing or censor."""
        found: dict[HappeningKind, str] = dict.fromkeys(self.event, "event")
        found |= dict.fromkeys(self.competing, "competing")
        found |= dict.fromkeys(self.censor, "censor")
        return found if self.transplant == "ignore" else found | {"transplant": self.transplant}

    @model_validator(mode="after")
    def _roles_are_disjoint(self) -> Endpoint:
        given = [*self.event, *self.competing, *self.censor]
        if twice := sorted({happening for happening in given if given.count(happening) > 1}):
            raise ValueError(
                f"expected each happening in one role; {', '.join(twice)} has two of event, competing, censor"
            )
        if "transplant" in given:
            raise ValueError("expected the role of transplant under `transplant`, not among event, competing or censor")
        if self.no_response_on == "day_0" and "no_response" not in self.event:
            raise ValueError("no_response_on: expected no_response among event")
        if wrong := {"withdrawal", "loss", "missed_assessments"} & {*self.event, *self.competing}:
            raise ValueError(f"expected {', '.join(sorted(wrong))} under censor: nobody knows what came after")
        if self.kind == "os" and self.transplant in ("censor", "competing"):
            raise ValueError("expected overall survival to count death after transplant: transplant ignore or event")
        return self

    @model_validator(mode="after")
    def _asks_what_it_can_answer(self) -> Endpoint:
        of_curves = [
            name for name in self.further.stated if name not in ("restricted_mean_months", "strata", "adjusted")
        ]
        if self.competes and of_curves:
            raise ValueError(
                f"further.{of_curves[0]}: expected of endpoints without competing events; with them Kaplan-Meier, "
                "on which it rests, overstates the event"
            )
        lone = [name for name in ("differences_at_months", "weights", "strata") if getattr(self.further, name)]
        if lone and not self.groups:
            raise ValueError(f"further.{lone[0]}: expected `groups` beside it, whose levels it compares")
        if self.competes and any(one.of_mean for one in self.further.adjusted):
            raise ValueError("further.adjusted.of_mean: expected of endpoints without competing events")
        if both := [name for name in self.further.strata if name in self.groups]:
            raise ValueError(f"further.strata: expected none of `groups`, which are compared; found {', '.join(both)}")
        if self.further.given_months and min(self.further.given_months) >= max(self.landmarks_months, default=0.0):
            raise ValueError("further.given_months: expected a month before the last of landmarks_months")
        return self
