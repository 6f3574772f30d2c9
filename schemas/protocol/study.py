"""A study: all parts of its protocol, and that they agree with one another."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Protocol as TypingProtocol

from pydantic import Field, field_validator, model_validator

from schemas.answers import AnswerTimes
from schemas.axis import AXIS_KINDS, TREATMENT
from schemas.language import Language, Translations, check_translations
from schemas.protocol.adverse_events import AdverseEvents
from schemas.protocol.calendar import Calendar
from schemas.protocol.care import SupportiveCare
from schemas.protocol.censoring import CensoringRule, ruled
from schemas.protocol.committee import Committee
from schemas.protocol.courses import Course
from schemas.protocol.cytopenia import ProlongedCytopenia
from schemas.protocol.decisions import AcceptedFall, Imputation
from schemas.protocol.dose_finding import DoseFinding
from schemas.protocol.endpoints import Assessments, Endpoint, Enrollment, Infusion, Origin, Population, ResponseWindow
from schemas.protocol.figures import Figures
from schemas.protocol.further import RESPONSE_GROUPS, CutSearch, MeasuredByGroup, SeveralTests
from schemas.protocol.further_references import further_references
from schemas.protocol.indicators import Indicators
from schemas.protocol.interim import Interim
from schemas.protocol.lateness import Lateness
from schemas.protocol.measurements import Kinetics, Recovery, RecoveryKind, Toxicity
from schemas.protocol.models import Model, RiskFactor
from schemas.protocol.multi_state import MultiState
from schemas.protocol.names import Identifier
from schemas.protocol.outcomes import Outcomes
from schemas.protocol.printing import Intervals, Printing, Watch
from schemas.protocol.recurrent import RecurrentEvents
from schemas.protocol.safety import Hematotoxicity
from schemas.protocol.scores import ScoreAsked
from schemas.protocol.stopping import StoppingRule
from schemas.protocol.timelines import Timeline, parse_timelines
from schemas.protocol.timelines.outcome import RESPONSE_TO
from schemas.protocol.transplant import KINDS, TransplantStrategies
from schemas.protocol.vein_to_vein import VeinToVein
from schemas.protocol.win_ratio import WinRatio
from schemas.tables.results import SETS
from schemas.yaml_file import Part

# Brentjens et al., Sci Transl Med 2013;5:177ra38; Grupp et al., N Engl J Med 2013;368:1509.
FIRST_CAR_T = date(2010, 1, 1)


class Labelled(TypingProtocol):
    """What has a name for readers."""

    @property
    def label(self) -> str:
        """Its name."""


class Protocol(Part):
    """A study: everything the pipeline has to know of it that is not a site's business."""

    study_id: Identifier = Field(
        description="Name of the study: that of its folder under `studies/`, and its key in every table"
    )
    title: str = Field(description="Title of the study, as the head of its report prints it")
    registry_id: str | None = Field(default=None, description="Number in a trial registry, such as NCT02772198")
    design: str = Field(description="Design of the study in a few words, below the title")
    citation: str | None = Field(default=None, description="Publication the study is reported in")
    doi: str | None = Field(default=None, description="DOI of that publication, without the address before it")
    notice: str | None = Field(default=None, description="Printed at the head of the report")
    sites: list[Identifier] = Field(
        min_length=1, description="Sites of the study; each has its mapping in `sites/<site>.yaml`"
    )
    enrollment: Enrollment = Field(
        default=Enrollment(), description="When subjects were enrolled, how many were planned, and the ages enrolled"
    )
    data_cut: date | None = Field(
        default=None, description="Last day of which events count; none for all that was sent"
    )
    infusions: list[Infusion] = Field(default=[], description="Infusions the protocol plans")
    response: list[ResponseWindow] = Field(
        default=[], description="Per infusion: when response is assessed, who responds and what is compared"
    )
    assessments: Assessments | None = Field(default=None, description="How often the disease is to be assessed")
    origins: dict[Identifier, Origin] = Field(description="Day 0 of endpoints, by name")
    populations: dict[Identifier, Population] = Field(description="Who is counted, by name")
    endpoints: dict[Identifier, Endpoint] = Field(description="Time-to-event endpoints, by name")
    outcomes: Outcomes = Field(default=Outcomes(), description="Primary and secondary outcomes: the headlines")
    risk_factors: dict[Identifier, RiskFactor] = Field(
        default={}, description="Covariates that groups, models and the baseline table use, by name"
    )
    models: dict[Identifier, Model] = Field(default={}, description="Regressions the study reports, by name")
    transplant_strategies: dict[Identifier, TransplantStrategies] = Field(
        default={}, description="Endpoints told under each way of dealing with transplant, side by side"
    )
    censoring_rules: dict[Identifier, dict[Identifier, CensoringRule]] = Field(
        default={}, description="Endpoints told under several censoring rules, side by side"
    )
    dose_finding: DoseFinding | None = Field(default=None, description="Design of dose finding: its ledger of cohorts")
    recurrent_events: dict[Identifier, RecurrentEvents] = Field(
        default={}, description="Adverse events that come again: rates and mean counts"
    )
    win_ratios: dict[Identifier, WinRatio] = Field(
        default={}, description="Two groups compared on outcomes in order of weight"
    )
    multi_state: dict[Identifier, MultiState] = Field(
        default={}, description="States subjects are in, and what moves them"
    )
    lateness: Lateness | None = Field(
        default=None, description="Endpoints also told as expected once sites have caught up with their reports"
    )
    toxicity: list[Toxicity] = Field(default=[], description="Adverse events reported per infusion")
    adverse_events: AdverseEvents | None = Field(
        default=None, description="All adverse events by system organ class and term, with rates per time at risk"
    )
    hematotoxicity: Hematotoxicity | None = Field(
        default=None, description="Grades of hematotoxicity (ICAHT, T-ICAHT) from blood counts"
    )
    prolonged_cytopenia: ProlongedCytopenia | None = Field(
        default=None, description="Who, of those at risk on a day, has blood counts that have not recovered"
    )
    supportive_care: SupportiveCare | None = Field(
        default=None, description="Who was given which support, and days in intensive care and hospital"
    )
    stopping: dict[Identifier, StoppingRule] = Field(
        default={}, description="Boundaries that stop the trial for too many events, looked at every night"
    )
    death_classes: bool = Field(
        default=False,
        description="Whether deaths after the first infusion are told by class: after relapse, or non-relapse by cause",
    )
    vein_to_vein: VeinToVein | None = Field(
        default=None,
        description="From the collection of cells to the infusion: times, failures, and the product by response",
    )
    scores: list[ScoreAsked] = Field(
        default=[], description="Scores from laboratory results: CAR-HEMATOTOX, EASIX and its variants, signs of IEC-HS"
    )
    courses: list[Course] = Field(
        default=[], description="Laboratory tests whose courses are drawn: every subject, median, treatment"
    )
    calendar: Calendar | None = Field(
        default=None,
        description="Long-term follow-up: the contacts each subject owes, in the report and in the list of its site",
    )
    interim: dict[Identifier, Interim] = Field(
        default={}, description="Tests looked at before the end, with boundaries that keep their error over all looks"
    )
    committee: Committee = Field(
        default=Committee(), description="What packs for the data monitoring committee tell openly, and what they mask"
    )
    recoveries: dict[RecoveryKind, Recovery] = Field(default={}, description="Recoveries that measurements show")
    measured: dict[Identifier, MeasuredByGroup] = Field(default={}, description="Measurements held against groups")
    cut_points: dict[Identifier, CutSearch] = Field(default={}, description="Cuts that these data choose, marked so")
    several_tests: dict[Identifier, SeveralTests] = Field(
        default={}, description="Families of tests whose p values are adjusted for their number"
    )
    baseline: list[Identifier] = Field(default=[], description="Risk factors shown in the baseline table")
    imputation: list[Imputation] = Field(default=[], description="What stands in for partial dates")
    accepted_falls: list[AcceptedFall] = Field(default=[], description="Falls of a table's rows that are right")
    intervals: Intervals = Field(
        default=Intervals(), description="Method of the confidence intervals of each kind of estimate"
    )
    printing: Printing = Field(
        default=Printing(),
        description="How numbers are rounded, and from how many events or subjects on they are shown",
    )
    figures: Figures = Field(default=Figures(), description="What figures show")
    watch: Watch = Field(
        default=Watch(), description="How far a headline moves between two nights before it is reported as news"
    )
    indicators: Indicators | None = Field(
        default=None, description="Key risk indicators of sites, with exact funnel limits and their history"
    )
    answers: AnswerTimes = Field(default=AnswerTimes(), description="What is expected of the answers of sites")
    kinetics: Kinetics = Field(default=Kinetics(), description="How parameters of cellular kinetics are computed")
    contracts: str = Field(default="", description="Text timelines: what the definitions were meant to be, by example")
    reach: bool = Field(
        default=False,
        description="Whether each night works out how far answers to open questions could move each headline",
    )
    language: Language | None = Field(default=None, description="Language of the report; by default the installation's")
    translations: Translations = {}

    @field_validator("contracts")
    @classmethod
    def _contracts_can_be_read(cls, text: str) -> str:
        parse_timelines(text)
        return text

    @model_validator(mode="after")
    def _names_exist(self) -> Protocol:
        for path, name, known in self._references():
            if name not in known:
                raise ValueError(f"{path}: expected one of {', '.join(known) or 'none declared'}; found {name}")
        return self

    @model_validator(mode="after")
    def _nothing_is_stated_twice(self) -> Protocol:
        """What would give two results of one key, which no night could publish."""
        stated: dict[str, list[object]] = {
            "infusions": [infusion.number for infusion in self.infusions],
            "response": [f"infusion {window.infusion}" for window in self.response],
            "toxicity": [toxicity.term for toxicity in self.toxicity],
            "baseline": [*self.baseline],
            "scores": [f"{one.score} at {one.moment} of infusion {one.infusion}" for one in self.scores],
            "courses": [f"{course.test} after infusion {course.infusion}" for course in self.courses],
            **{f"response[infusion {window.infusion}].groups": [*window.groups] for window in self.response},
            **{f"endpoints.{name}.groups": [*endpoint.groups] for name, endpoint in self.endpoints.items()},
            **{f"endpoints.{name}.landmarks_months": [*one.landmarks_months] for name, one in self.endpoints.items()},
            **{f"models.{name}.covariates": [*model.covariates] for name, model in self.models.items()},
        }
        for path, given in stated.items():
            if twice := sorted({str(one) for one in given if given.count(one) > 1}):
                raise ValueError(f"{path}: expected each once; found {', '.join(twice)} twice")
        return self

    @model_validator(mode="after")
    def _parts_go_with_their_endpoints(self) -> Protocol:
        """What would be an endpoint that can't be: refused here, where it is stated, and not when it is derived."""
        for name, rules in self.censoring_rules.items():
            for rule in rules.values():
                ruled(self.endpoints[name], rule)
        for key, pairs in self.win_ratios.items():
            first, *others = (self.endpoints[name] for name in pairs.endpoints)
            for name, other in zip(pairs.endpoints[1:], others, strict=True):
                if (other.population, other.origin) != (first.population, first.origin):
                    raise ValueError(
                        f"win_ratios.{key}.outcomes: expected endpoints of one population and origin; {name} is of another "
                        f"than {pairs.endpoints[0]}"
                    )
        return self

    @model_validator(mode="after")
    def _courses_are_planned(self) -> Protocol:
        heads = {infusion.number for infusion in self.infusions if infusion.course_of is None}
        for infusion in self.infusions:
            if infusion.course_of is None and infusion.within_days is not None:
                raise ValueError(f"infusions[{infusion.number}].within_days: expected course_of beside it")
            if infusion.course_of is not None and (
                infusion.course_of not in heads or infusion.course_of > infusion.number
            ):
                raise ValueError(
                    f"infusions[{infusion.number}].course_of: expected a lower number that is no part of another course; "
                    f"found {infusion.course_of}"
                )
        return self

    @model_validator(mode="after")
    def _populations_have_names_of_their_own(self) -> Protocol:
        if taken := [name for name in self.populations if name in SETS]:
            raise ValueError(
                f"populations: {', '.join(taken)} is an analysis set that every study has ({', '.join(SETS)}); "
                "call a population of the protocol by another name"
            )
        return self

    @model_validator(mode="after")
    def _no_risk_factor_is_called_response(self) -> Protocol:
        if RESPONSE_GROUPS in self.risk_factors and self.measured:
            raise ValueError(
                f"risk_factors: expected none called {RESPONSE_GROUPS}, which `measured` may be held against"
            )
        return self

    @model_validator(mode="after")
    def _outcomes_have_their_landmark(self) -> Protocol:
        months = self.outcomes.at_months
        named = [*self.outcomes.primary, *self.outcomes.secondary]
        lacking = [
            name
            for name in named
            if name in self.endpoints and months not in (None, *self.endpoints[name].landmarks_months)
        ]
        if lacking:
            raise ValueError(f"outcomes.at_months: expected {months:g} among landmarks_months of {', '.join(lacking)}")
        return self

    @model_validator(mode="after")
    def _translates_what_it_says(self) -> Protocol:
        check_translations(self.translations, self.texts())
        return self

    @property
    def headlines(self) -> list[str]:
        """The analyses readers are told of first, in that order: the outcomes stated, else every response and endpoint."""
        stated = [*self.outcomes.primary, *self.outcomes.secondary]
        return stated or [*(f"response.i{window.infusion}" for window in self.response), *self.endpoints]

    def shown_at(self, endpoint: str) -> float:
        """The time at which the report shows an endpoint's rate first (months)."""
        return self.outcomes.at_months or self.endpoints[endpoint].landmarks_months[0]

    @property
    def axis_kinds(self) -> tuple[str, ...]:
        """What of each subject is put on the time axis: all of it for profiles, treatment for courses."""
        if self.figures.profiles:
            return AXIS_KINDS
        return (TREATMENT,) if self.courses else ()

    @property
    def timelines(self) -> list[Timeline]:
        """The contracts, read."""
        return parse_timelines(self.contracts)

    @property
    def first_day(self) -> date | None:
        """No record of a course is older: the first patient, else the first CAR-T infusions in B-ALL, or enrollment before."""
        if self.enrollment.first_patient is not None or not self.infusions:
            return self.enrollment.first_patient
        return min(FIRST_CAR_T, self.enrollment.first_day or FIRST_CAR_T)

    def texts(self) -> list[str | None]:
        """Every text of the protocol that readers see."""
        labelled: tuple[Mapping[str, Labelled], ...] = (
            self.origins, self.populations, self.endpoints, self.risk_factors, self.models, self.measured,
            self.several_tests, self.cut_points, self.multi_state, self.recurrent_events, self.win_ratios, self.stopping,
            self.interim,
            *self.censoring_rules.values(),
            *(model.states for model in self.multi_state.values()), *(model.sums for model in self.multi_state.values()),
        )  # fmt: skip
        factors = self.risk_factors.values()
        return [
            *(self.title, self.design, self.citation, self.notice),
            *(infusion.label for infusion in self.infusions),
            *(part.label for parts in labelled for part in parts.values()),
            *(level.label for level in (self.dose_finding.levels.values() if self.dose_finding else ())),
            *(level for factor in factors for level in factor.level_names),
            *(pattern.label for model in self.models.values() for pattern in model.predict.values()),
            *(factor.unit for factor in factors if factor.unit),
            *(timeline.title for timeline in self.timelines if timeline.title),
            *(self.adverse_events.texts() if self.adverse_events else ()),
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
        found += further_references(self)
        for window in self.response:
            found += [(f"response[infusion {window.infusion}].groups", name, factors) for name in window.groups]
        planned = [str(infusion.number) for infusion in self.infusions]
        responses = [f"response.i{window.infusion}" for window in self.response]
        outcomes = [*self.endpoints, *responses, *(f"toxicity.i{number}" for number in planned if self.toxicity)]
        for purpose, names in (("primary", self.outcomes.primary), ("secondary", self.outcomes.secondary)):
            found += [(f"outcomes.{purpose}", name, outcomes) for name in names]
        for number, toxicity in enumerate(self.toxicity):
            found += [(f"toxicity[{number}].infusions", str(infusion), planned) for infusion in toxicity.infusions]
        expected = [one for line in self.timelines for one in line.expected]
        found += [(f"contracts: {one.place}", one.endpoint, [*self.endpoints, RESPONSE_TO]) for one in expected]
        return [*found, *(("baseline", name, factors) for name in self.baseline), *self._further_references()]

    def _transplant_references(self) -> list[tuple[str, str, Collection[str]]]:
        """The same of transplant side by side."""
        found: list[tuple[str, str, Collection[str]]] = []
        transplants = [
            name
            for name, factor in self.risk_factors.items()
            if all(domain == "transplant" for domain, _ in factor.sources)
        ]
        of_kinds = [name for name, endpoint in self.endpoints.items() if endpoint.kind in KINDS]
        for key, stated in self.transplant_strategies.items():
            found.append(("transplant_strategies", key, of_kinds))
            found.append((f"transplant_strategies.{key}.exposure", stated.exposure, transplants))
            fixed = [name for name, factor in self.risk_factors.items() if not factor.time_dependent]
            for part in ("weighted", "supermodel"):
                asked = getattr(stated, part)
                path = f"transplant_strategies.{key}.{part}.covariates"
                found += [(path, name, fixed) for name in (asked.covariates if asked else ())]
        return found

    def _infusions_named(self) -> Iterator[tuple[str, int]]:
        """Infusions that parts on single subjects and their measurements name, with where."""
        if self.adverse_events is not None:
            yield from (("adverse_events.infusions", number) for number in self.adverse_events.infusions)
        if self.hematotoxicity is not None:
            yield from (("hematotoxicity.infusions", number) for number in self.hematotoxicity.infusions)
        if self.prolonged_cytopenia is not None:
            yield from (("prolonged_cytopenia.infusions", number) for number in self.prolonged_cytopenia.infusions)
        if self.supportive_care is not None:
            yield from (("supportive_care.infusions", number) for number in self.supportive_care.infusions)
        if self.vein_to_vein is not None:
            yield from (("vein_to_vein.infusions", number) for number in self.vein_to_vein.infusions)
        if self.calendar is not None:
            yield "calendar.infusion", self.calendar.infusion
        yield from ((f"courses[{place}].infusion", course.infusion) for place, course in enumerate(self.courses))
        yield from ((f"scores[{place}].infusion", one.infusion) for place, one in enumerate(self.scores))

    def _further_references(self) -> list[tuple[str, str, Collection[str]]]:
        """The same of what a protocol has to ask for."""
        found = self._transplant_references()
        found += [("censoring_rules", key, list(self.endpoints)) for key in self.censoring_rules]
        grouped = [name for name, factor in self.risk_factors.items() if factor.level_names]
        two = [name for name in grouped if len(self.risk_factors[name].level_names) == 2]
        for window in self.response:
            path = f"response[infusion {window.infusion}].subgroups"
            if window.subgroups is not None:
                found += [(f"{path}.factors", name, grouped) for name in window.subgroups.factors]
                found += [(f"{path}.contrast", name, two) for name in [window.subgroups.contrast] if name is not None]
        for key, recurrent in self.recurrent_events.items():
            found.append((f"recurrent_events.{key}.population", recurrent.population, list(self.populations)))
            found.append((f"recurrent_events.{key}.origin", recurrent.origin, list(self.origins)))
            found += [(f"recurrent_events.{key}.groups", name, grouped) for name in recurrent.groups]
        for key, pairs in self.win_ratios.items():
            found.append((f"win_ratios.{key}.groups", pairs.groups, two))
            found += [(f"win_ratios.{key}.outcomes", name, list(self.endpoints)) for name in pairs.endpoints]
            numbers = [
                name
                for name, factor in self.risk_factors.items()
                if not factor.level_names and not factor.time_dependent
            ]
            found += [(f"win_ratios.{key}.outcomes", name, numbers) for name in pairs.factors]
            if pairs.groups in two:
                found.append((f"win_ratios.{key}.treated", pairs.treated, self.risk_factors[pairs.groups].level_names))
        planned = [str(one.number) for one in self.infusions]
        found += [(f"stopping.{key}.infusion", str(rule.infusion), planned) for key, rule in self.stopping.items()]
        found += [(path, str(number), planned) for path, number in self._infusions_named()]
        if self.dose_finding is not None:
            number = str(self.dose_finding.infusion)
            found.append(("dose_finding.infusion", number, [str(one.number) for one in self.infusions]))
        for key, states in self.multi_state.items():
            found.append((f"multi_state.{key}.population", states.population, list(self.populations)))
            found.append((f"multi_state.{key}.origin", states.origin, list(self.origins)))
            for place, modelled in enumerate(states.transition_models):
                path = f"multi_state.{key}.transition_models[{place}].covariates"
                found += [(path, name, list(self.risk_factors)) for name in modelled.covariates]
        return found
