"""protocol.yaml: what a study is and how its endpoints, populations, risk factors and models are defined.

The models below say what a protocol may hold and that its parts agree with one another. They compute nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.codelists import (
    ADVERSE_EVENT_TERM,
    CONSOLIDATION,
    GENOMIC_FINDING,
    LABORATORY_TEST,
    MATRIX,
    MILESTONE,
    RESPONSE,
    TRANSPLANT_TYPE,
)
from schemas.domains import DOMAINS
from schemas.domains.subject import Subject
from schemas.language import Language, Translations, check_translations

# A name of a study, site or definition is also one of a folder, an address and a key: nothing in it has to be escaped anywhere.
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
InfusionNumber = Annotated[int, Field(ge=1, le=9)]
HappeningKind = Literal[
    "death",
    "relapse",
    "no_response",
    "transplant",
    "consolidation",
    "next_infusion",
    "b_cell_recovery",
    "immunoglobulin_recovery",
    "neutrophil_recovery",
    "platelet_recovery",
    "car_t_loss",
]
RecoveryKind = Literal["b_cell_recovery", "immunoglobulin_recovery", "neutrophil_recovery", "platelet_recovery"]
TransplantStrategy = Literal["ignore", "censor", "competing", "event"]
IntervalMethod = Literal["clopper-pearson", "wilson", "wald", "wald-cc", "agresti-coull", "jeffreys", "student"]
ProportionTest = Literal["pearson", "n-1", "yates", "fisher", "mid-p"]
CurveInterval = Literal["plain", "log", "log-log", "logit", "arcsine"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Infusion(_Part):
    """A planned infusion: its number and the targets it may have."""

    number: InfusionNumber
    targets: list[str]
    label: str


class ResponseWindow(_Part):
    """When response counts: the assessment nearest to `day` within `from`..`to` days after the infusion."""

    infusion: InfusionNumber = 1
    day: Annotated[int, Field(ge=0)] = 30
    from_day: Annotated[int, Field(ge=0)] = 21
    to_day: Annotated[int, Field(ge=0)] = 45
    responders: list[str] = ["CR", "CRi"]
    groups: list[Identifier] = Field(default=[], description="Risk factors whose levels are compared")
    test: ProportionTest = "fisher"

    @model_validator(mode="after")
    def _consistent(self) -> ResponseWindow:
        if not self.from_day <= self.day <= self.to_day:
            raise ValueError("expected from_day <= day <= to_day")
        if unknown := set(self.responders) - set(RESPONSE.codes):
            raise ValueError(f"expected responders among {', '.join(RESPONSE.codes)}; not {', '.join(sorted(unknown))}")
        return self


class Origin(_Part):
    """Day 0 of an endpoint: an infusion, the first remission after an infusion, a transplant, or enrollment."""

    label: str
    kind: Literal["infusion", "remission", "transplant", "enrollment"]
    infusion: InfusionNumber = Field(default=1, description="The infusion meant, or the one remission follows")


class Population(_Part):
    """Who is counted. All conditions given must hold; a subject always has to be enrolled."""

    label: str
    infused: InfusionNumber | None = Field(default=None, description="Received this infusion")
    evaluable_after: InfusionNumber | None = Field(default=None, description="Evaluable in this infusion's window")
    responded_after: InfusionNumber | None = Field(default=None, description="Responder in this infusion's window")
    transplanted: bool | None = Field(default=None, description="Transplanted in remission after the first origin")
    has_transplant: bool | None = Field(default=None, description="Has a transplant record at all")

    @property
    def known_from(self) -> Literal["enrollment", "infusion", "response", "transplant"]:
        """The event at which it becomes known that a subject belongs: the guard against immortal time uses it."""
        if self.transplanted is not None or self.has_transplant is not None:
            return "transplant"
        if self.responded_after is not None or self.evaluable_after is not None:
            return "response"
        return "infusion" if self.infused is not None else "enrollment"


class Endpoint(_Part):
    """A time-to-event endpoint as an estimand: origin, events, competing events, and what transplant does to it."""

    label: str
    kind: Literal["os", "lfs", "efs", "cir", "nrm", "recovery"]
    population: Identifier
    origin: Identifier
    event: list[HappeningKind] = Field(min_length=1)
    competing: list[HappeningKind] = []
    transplant: TransplantStrategy = "ignore"
    censor_at: Literal["last_contact", "last_assessment"] = "last_contact"
    landmarks_months: list[Annotated[float, Field(gt=0)]] = [12, 24]
    groups: list[Identifier] = Field(default=[], description="Risk factors whose levels are compared")

    @model_validator(mode="after")
    def _roles_are_disjoint(self) -> Endpoint:
        if twice := set(self.event) & set(self.competing):
            raise ValueError(f"expected each happening in one role; {', '.join(sorted(twice))} is event and competing")
        if "transplant" in {*self.event, *self.competing}:
            raise ValueError("expected the role of transplant under `transplant`, not among event or competing")
        if self.kind == "os" and self.transplant in ("censor", "competing"):
            raise ValueError("expected overall survival to count death after transplant: transplant ignore or event")
        return self


class RiskFactor(_Part):
    """A covariate known at an origin, or a time-dependent one known only later.

    `source` is `subject.<column>`, `baseline.<characteristic>`, `genomics.<finding>`, `lymphodepletion.regimen`,
    `infusion.target`, `infusion.dose_1e5_per_kg`, or for time-dependent ones `transplant`, `consolidation`,
    `consolidation.<treatment>`, `milestone.<milestone>`, `adverse_event.<term>`.
    """

    label: str
    source: str | list[str] = Field(description="Where it comes from; of several, the first to happen counts")
    infusion: InfusionNumber = Field(default=1, description="Infusion meant by lymphodepletion and infusion sources")
    levels: dict[str, list[str]] | None = Field(
        default=None,
        description="Named levels in print order, each with the values it takes; the first is the reference",
    )
    cut: float | None = Field(default=None, description="Makes two levels: below, and at or above the cut")
    within_months: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="Of a factor known only later: what comes so many months after day 0 no longer counts"
    )
    unit: str = ""

    @property
    def sources(self) -> list[tuple[str, str | None]]:
        """Domain and name within it (None: any) of each source."""
        given = [self.source] if isinstance(self.source, str) else self.source
        parts = [source.partition(".") for source in given]
        return [(domain, name or None) for domain, _, name in parts]

    @property
    def time_dependent(self) -> bool:
        """True where the source is known only some time after the origin."""
        return any(domain in _LATER_SOURCES for domain, _ in self.sources)

    @property
    def level_names(self) -> list[str]:
        """Levels in print order, the reference first; empty for a continuous covariate."""
        if self.levels:
            return list(self.levels)
        return [f"< {self.cut:g}", f">= {self.cut:g}"] if self.cut is not None else []

    @model_validator(mode="after")
    def _source_is_known(self) -> RiskFactor:
        for domain, name in self.sources:
            _check_source(domain, name)
        if len({domain in _LATER_SOURCES for domain, _ in self.sources}) > 1:
            raise ValueError("expected sources known at the origin or later ones, not both")
        if self.levels is not None and self.cut is not None:
            raise ValueError("expected either levels or cut, not both")
        if self.within_months is not None and not self.time_dependent:
            raise ValueError("expected `within_months` of a source known only later")
        return self


class Model(_Part):
    """A regression the study reports: Cox or Fine-Gray for a time-to-event endpoint, logistic for response.

    Of an endpoint with competing events, cox gives cause-specific hazards and fine-gray those of the cumulative incidence.
    """

    label: str
    kind: Literal["cox", "fine-gray", "logistic"]
    endpoint: Identifier | None = Field(default=None, description="Cox and Fine-Gray: the endpoint")
    infusion: InfusionNumber | None = Field(default=None, description="Logistic: response after this infusion")
    population: Identifier | None = Field(default=None, description="Logistic: who is in the model")
    covariates: list[Identifier] = Field(min_length=1)
    univariable: bool = True
    multivariable: bool = True
    interactions: list[Annotated[list[Identifier], Field(min_length=2, max_length=2)]] = Field(
        default=[], description="Pairs of covariates whose product enters the multivariable model"
    )
    strata: Identifier | None = Field(default=None, description="Cox: risk factor whose levels have their own baseline")
    cluster: Literal["site"] | None = Field(default=None, description="Cox: errors robust to likeness within sites")
    also_fixed: list[Identifier] = Field(
        default=[],
        description="Cox: covariates known only later that are fitted as if known on day 0 too, as some papers do; each "
        "such ratio stands beside the time-dependent one, with a warning of immortal time",
    )
    landmarks_months: list[Annotated[float, Field(gt=0)]] = Field(
        default=[],
        description="Cox: months after day 0 from which those still free of the event are compared by what was known then",
    )

    @model_validator(mode="after")
    def _outcome_is_given(self) -> Model:
        if self.kind != "logistic" and self.endpoint is None:
            raise ValueError(f"expected `endpoint` for a {self.kind} model")
        if self.kind != "cox" and (self.strata or self.cluster):
            raise ValueError("expected `strata` and `cluster` in Cox models only")
        if self.kind != "cox" and (self.also_fixed or self.landmarks_months):
            raise ValueError("expected `also_fixed` and `landmarks_months` in Cox models only")
        if outside := set(self.also_fixed) - set(self.covariates):
            raise ValueError(f"expected also_fixed among the model's covariates; found {', '.join(sorted(outside))}")
        if outside := {name for pair in self.interactions for name in pair} - set(self.covariates):
            raise ValueError(f"expected interactions of the model's covariates; found {', '.join(sorted(outside))}")
        if self.kind == "logistic" and (self.infusion is None or self.population is None):
            raise ValueError("expected `infusion` and `population` for a logistic model")
        return self


class Recovery(_Part):
    """A recovery found in measurements: the first sample above a value. Where sites report it as dated, both count."""

    test: str
    matrix: str
    above: float = Field(description="In `unit`; a value at it has not recovered")
    unit: str
    from_day: Annotated[int, Field(ge=0)] = Field(
        default=0, description="Samples before this day after the first infusion do not count"
    )

    @model_validator(mode="after")
    def _is_measured(self) -> Recovery:
        for name, codes in (("test", LABORATORY_TEST.codes), ("matrix", MATRIX.codes)):
            if (found := getattr(self, name)) not in codes:
                raise ValueError(f"{name}: expected one of {', '.join(codes)}; found {found}")
        return self


class Toxicity(_Part):
    """An adverse event reported per infusion, on one grading scale."""

    term: str
    scale: str
    severe_grade: Annotated[int, Field(ge=1, le=5)] = 3
    window_days: Annotated[int, Field(gt=0)] | None = None

    @model_validator(mode="after")
    def _term_is_known(self) -> Toxicity:
        if self.term not in ADVERSE_EVENT_TERM.codes:
            raise ValueError(f"expected one of {', '.join(ADVERSE_EVENT_TERM.codes)}")
        return self


class Kinetics(_Part):
    """How cellular kinetics are computed: window of the exposure, rule for values below quantification, method."""

    window_days: Annotated[float, Field(gt=0)] = 28
    below_quantification: Literal["zero", "zero-outside", "half-limit"] = "zero-outside"
    auc: Literal["linear-up log-down", "linear"] = "linear-up log-down"
    limits: dict[Literal["car_t_pct", "car_t_per_ul", "copies_per_ug"], Annotated[float, Field(gt=0)]] = Field(
        default={}, description="Limit of quantification of each quantity, in its unit"
    )


class Intervals(_Part):
    """Which interval each kind of estimate is printed with."""

    proportion: IntervalMethod = "clopper-pearson"
    survival: CurveInterval = "log-log"
    cumulative_incidence: CurveInterval = "log-log"


class Printing(_Part):
    """How percentages and months are rounded in sentences."""

    digits: Annotated[int, Field(ge=0, le=6)] = 1
    rounding: Literal["half-up", "half-even", "truncate"] = "half-up"


class Watch(_Part):
    """How far a headline has to move between two nights to be told."""

    points: Annotated[float, Field(gt=0)] = Field(default=1.0, description="Rates, in percentage points")
    months: Annotated[float, Field(gt=0)] = Field(default=1.0, description="Medians, in months")


class Enrollment(_Part):
    """The window in which subjects were enrolled, as year-month or date text, and their ages."""

    start: str | None = None
    end: str | None = None
    planned: int | None = None
    youngest_years: Annotated[float, Field(ge=0)] | None = Field(default=None, description="Lowest age enrolled")
    oldest_years: Annotated[float, Field(ge=0)] | None = Field(default=None, description="Highest age enrolled")


class Imputation(_Part):
    """Which day stands in for a date of which a part is missing."""

    column: str = Field(description="Core table and date column, as adverse_event.start_date")
    to: Literal["earliest", "middle", "latest"] = Field(description="Which of the days that are possible")
    not_before: Literal["infusion", "nothing"] = Field(
        default="infusion", description="infusion: never before the infusion the record follows"
    )

    @model_validator(mode="after")
    def _is_a_date(self) -> Imputation:
        domain, _, column = self.column.partition(".")
        dates = [f"{name}.{c}" for name, d in DOMAINS.items() for c, spec in d.columns().items() if spec.kind == "date"]
        if f"{domain}.{column}" not in dates:
            raise ValueError(f"column: expected one of {', '.join(dates)}; found {self.column}")
        return self


# Long enough to publish a night, too short to be forgotten.
LONGEST_ACCEPTANCE = timedelta(days=31)


class AcceptedFall(_Part):
    """A fall of a table's rows that is right, such as an export withdrawn: without it the last night stays published."""

    table: str = Field(description="Domain, as laboratory")
    rows: Annotated[int, Field(ge=0)] = Field(description="Rows it may fall to, and no further")
    reason: str
    decided_by: str
    decided_on: date
    applies_until: date = Field(description="Last night for which it holds")

    @model_validator(mode="after")
    def _of_a_domain_and_for_some_days(self) -> AcceptedFall:
        if self.table not in DOMAINS:
            raise ValueError(f"table: expected one of {', '.join(DOMAINS)}; found {self.table}")
        latest = self.decided_on + LONGEST_ACCEPTANCE
        if not self.decided_on <= self.applies_until <= latest:
            raise ValueError(
                f"applies_until: expected a day from {self.decided_on} to {latest}; found {self.applies_until}"
            )
        return self


class Protocol(_Part):
    """A study: everything the pipeline has to know of it that is not a site's business."""

    study_id: Identifier
    title: str
    registry_id: str | None = None
    design: str
    citation: str | None = None
    doi: str | None = None
    notice: str | None = Field(default=None, description="Printed at the head of the report")
    sites: list[Identifier] = Field(min_length=1)
    enrollment: Enrollment = Enrollment()
    data_cut: date | None = None
    infusions: list[Infusion] = []
    response: list[ResponseWindow] = []
    origins: dict[Identifier, Origin]
    populations: dict[Identifier, Population]
    endpoints: dict[Identifier, Endpoint]
    risk_factors: dict[Identifier, RiskFactor] = {}
    models: dict[Identifier, Model] = {}
    toxicity: list[Toxicity] = []
    recoveries: dict[RecoveryKind, Recovery] = Field(default={}, description="Recoveries that measurements show")
    baseline: list[Identifier] = Field(default=[], description="Risk factors shown in the baseline table")
    imputation: list[Imputation] = Field(default=[], description="What stands in for partial dates")
    accepted_falls: list[AcceptedFall] = Field(default=[], description="Falls of a table's rows that are right")
    intervals: Intervals = Intervals()
    printing: Printing = Printing()
    watch: Watch = Watch()
    kinetics: Kinetics = Kinetics()
    language: Language | None = Field(default=None, description="Language of the report; by default the installation's")
    translations: Translations = {}

    @model_validator(mode="after")
    def _names_exist(self) -> Protocol:
        for path, name, known in self._references():
            if name not in known:
                raise ValueError(f"{path}: expected one of {', '.join(known) or 'none declared'}; found {name}")
        return self

    @model_validator(mode="after")
    def _translates_what_it_says(self) -> Protocol:
        check_translations(self.translations, self.texts())
        return self

    def texts(self) -> list[str | None]:
        """Every text of the protocol that readers see."""
        labelled = (self.origins, self.populations, self.endpoints, self.risk_factors, self.models)
        factors = self.risk_factors.values()
        return [
            *(self.title, self.design, self.citation, self.notice),
            *(infusion.label for infusion in self.infusions),
            *(part.label for parts in labelled for part in parts.values()),
            *(level for factor in factors for level in factor.level_names),
            *(factor.unit for factor in factors if factor.unit),
        ]

    def _references(self) -> list[tuple[str, str, Collection[str]]]:
        """Every name one part uses of another, with where it stands and what it may be."""
        populations, factors = list(self.populations), list(self.risk_factors)
        found: list[tuple[str, str, Collection[str]]] = []
        for key, endpoint in self.endpoints.items():
            found.append((f"endpoints.{key}.population", endpoint.population, populations))
            found.append((f"endpoints.{key}.origin", endpoint.origin, list(self.origins)))
            found += [(f"endpoints.{key}.groups", name, factors) for name in endpoint.groups]
        for key, model in self.models.items():
            found += [(f"models.{key}.covariates", name, factors) for name in model.covariates]
            later = [name for name, factor in self.risk_factors.items() if factor.time_dependent]
            found += [(f"models.{key}.also_fixed", name, later) for name in model.also_fixed]
            if model.strata is not None:
                found.append((f"models.{key}.strata", model.strata, factors))
            if model.endpoint is not None:
                found.append((f"models.{key}.endpoint", model.endpoint, list(self.endpoints)))
            if model.population is not None:
                found.append((f"models.{key}.population", model.population, populations))
        for window in self.response:
            found += [(f"response[infusion {window.infusion}].groups", name, factors) for name in window.groups]
        return found + [("baseline", name, factors) for name in self.baseline]


_FIXED_SOURCES: dict[str, Collection[str] | None] = {
    "subject": Subject.columns().keys(),
    "baseline": None,
    "genomics": GENOMIC_FINDING.codes,
    "lymphodepletion": ["regimen"],
    "infusion": ["target", "dose_1e5_per_kg", "viability_pct", "transduction_pct", "cell_source"],
}
_LATER_SOURCES: dict[str, Collection[str] | None] = {
    "transplant": TRANSPLANT_TYPE.codes,
    "consolidation": CONSOLIDATION.codes,
    "milestone": MILESTONE.codes,
    "adverse_event": ADVERSE_EVENT_TERM.codes,
}


def _check_source(domain: str, name: str | None) -> None:
    """A source names a domain risk factors may come from and, within it, something that exists (None: anything)."""
    known = {**_FIXED_SOURCES, **_LATER_SOURCES}
    if domain not in known:
        raise ValueError(f"expected a source that starts with one of {', '.join(known)}; found {domain}")
    names = known[domain]
    if name is None and domain in _FIXED_SOURCES:
        raise ValueError(f"expected {domain}.<name>")
    if name is not None and names is not None and name not in names:
        raise ValueError(f"expected {domain}.<one of {', '.join(names)}>; found {name}")
