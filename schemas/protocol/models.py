"""Risk factors, where they come from, and the regressions they enter."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import Field, model_validator

from schemas.codelists import (
    ADVERSE_EVENT_TERM,
    CONSOLIDATION,
    FINDING_RESULT,
    GENOMIC_FINDING,
    MILESTONE,
    TRANSPLANT_TYPE,
)
from schemas.domains.baseline import Baseline
from schemas.domains.infusion import Infusion
from schemas.domains.lymphodepletion import Lymphodepletion
from schemas.domains.subject import Subject
from schemas.protocol.further import LevelContrast, ModelValidation, Pattern
from schemas.protocol.names import Identifier, InfusionNumber
from schemas.yaml_file import Part

_FIXED_SOURCES: dict[str, Collection[str] | None] = {
    "subject": Subject.columns().keys(),
    "baseline": None,
    "genomics": GENOMIC_FINDING.codes,
    "lymphodepletion": ["regimen"],
    "infusion": ["target", "dose_1e5_per_kg", "viability_pct", "transduction_pct", "cell_source"],
}
_COLUMNS = {domain.domain_name(): domain.columns() for domain in (Subject, Infusion, Lymphodepletion)}
_LATER_SOURCES: dict[str, Collection[str] | None] = {
    "transplant": TRANSPLANT_TYPE.codes,
    "consolidation": CONSOLIDATION.codes,
    "milestone": MILESTONE.codes,
    "adverse_event": ADVERSE_EVENT_TERM.codes,
}

# What a known gene or fusion may be; where it was not examined, nothing is known.
_EXAMINED = tuple(code for code in FINDING_RESULT.codes if code != "not done")


class RiskFactor(Part):
    """A covariate known at an origin, or a time-dependent one known only later.

    `source` is `subject.<column>`, `baseline.<characteristic>`, `genomics.<finding>`, `lymphodepletion.regimen`,
    `infusion.target`, `infusion.dose_1e5_per_kg`, or for time-dependent ones `transplant`, `consolidation`,
    `consolidation.<treatment>`, `milestone.<milestone>`, `adverse_event.<term>`.
    """

    label: str = Field(description="Name of the factor for readers")
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
    ungrouped: list[str] = Field(
        default=[], description="Recorded values that belong to no level on purpose; who has one is not compared"
    )
    awaited: list[str] = Field(default=[], description="Levels that no subject has yet")
    ordered: bool | list[float] = Field(
        default=False,
        description="The levels stand in an order, so that comparisons by them have a test for trend too; a list gives each level "
        "its place, such as a dose, otherwise they are one step apart",
    )
    data_derived: bool = Field(
        default=False, description="The cut was chosen by these data: every result that uses the factor says so"
    )
    unit: str = Field(default="", description="Unit of its numbers, as reports print it")

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
    def codes(self) -> tuple[str, ...] | None:
        """The closed list its values are of; None where they are numbers or the study's own words."""
        domain, name = self.sources[0]
        if domain == "genomics":
            return _EXAMINED
        spec = _COLUMNS[domain].get(name or "") if domain in _COLUMNS else None
        return spec.codelist if spec else None

    @property
    def has_closed_list(self) -> bool:
        """Whether a level that nobody has can be no typo: its values are codes of a list."""
        return self.codes is not None

    @property
    def level_names(self) -> list[str]:
        """Levels in print order, the reference first; empty for a continuous covariate."""
        if self.levels:
            return list(self.levels)
        return [f"< {self.cut:g}", f">= {self.cut:g}"] if self.cut is not None else []

    @property
    def scores(self) -> dict[str, float] | None:
        """The place of each level, where they stand in an order."""
        if self.ordered is False:
            return None
        places = range(1, len(self.level_names) + 1) if self.ordered is True else self.ordered
        return {level: float(place) for level, place in zip(self.level_names, places, strict=True)}

    @model_validator(mode="after")
    def _order_is_of_levels(self) -> RiskFactor:
        if self.ordered is not False and len(self.level_names) < 2:
            raise ValueError("ordered: expected levels or a cut beside it")
        if isinstance(self.ordered, list):
            if len(self.ordered) != len(self.level_names):
                raise ValueError(
                    f"ordered: expected a place for each of {len(self.level_names)} levels; found {len(self.ordered)}"
                )
            if len(set(self.ordered)) < 2:
                raise ValueError("ordered: expected places that differ")
        if self.data_derived and not self.level_names:
            raise ValueError("data_derived: expected a cut or levels, which data may have chosen")
        return self

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

    @model_validator(mode="after")
    def _levels_fit_the_source(self) -> RiskFactor:
        values = [value for values in (self.levels or {}).values() for value in values] + self.ungrouped
        if twice := sorted({value for value in values if values.count(value) > 1}):
            raise ValueError(f"levels: expected each value in one place; found {', '.join(twice)} twice")
        if self.ungrouped and not self.levels:
            raise ValueError("ungrouped: expected none without levels")
        if unknown := [level for level in self.awaited if level not in (self.levels or {})]:
            raise ValueError(f"awaited: expected levels of the factor; found {', '.join(unknown)}")
        if self.time_dependent or self.sources[0][0] == Baseline.domain_name():
            return self
        if self.codes is None:
            if self.levels is not None:
                raise ValueError("levels: the source is a number; expected cut, or neither")
            return self
        if self.levels is None:
            raise ValueError(f"levels: expected named levels of {', '.join(self.codes)}")
        if wrong := [value for value in values if value not in self.codes]:
            near = get_close_matches(wrong[0], self.codes, n=1)
            hint = f"; the nearest is {near[0]}" if near else ""
            raise ValueError(f"levels: expected codes among {', '.join(self.codes)}; found {', '.join(wrong)}{hint}")
        return self


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


class Model(Part):
    """A regression the study reports: Cox or Fine-Gray for a time-to-event endpoint, logistic for response.

    Of an endpoint with competing events, cox gives cause-specific hazards and fine-gray those of the cumulative incidence.
    """

    label: str = Field(description="Name of the model for readers")
    kind: Literal["cox", "fine-gray", "logistic"] = Field(
        description="Cox (hazard ratios, of the cause with competing events), Fine-Gray (subdistribution hazard ratios) or logistic (odds ratios of response)"
    )
    endpoint: Identifier | None = Field(default=None, description="Cox and Fine-Gray: the endpoint")
    infusion: InfusionNumber | None = Field(default=None, description="Logistic: response after this infusion")
    population: Identifier | None = Field(default=None, description="Logistic: who is in the model")
    covariates: list[Identifier] = Field(min_length=1, description="Risk factors in the model")
    univariable: bool = Field(default=True, description="Fits a model of each covariate alone")
    multivariable: bool = Field(
        default=True, description="Fits a model of all covariates together, where there are several"
    )
    interactions: list[Annotated[list[Identifier], Field(min_length=2, max_length=2)]] = Field(
        default=[], description="Pairs of covariates whose product enters the multivariable model"
    )
    select_below: Annotated[float, Field(gt=0, le=1)] | None = Field(
        default=None,
        description="Cox and logistic: only covariates whose univariable joint p value is below enter the multivariable model, "
        "which then says so",
    )
    predict: dict[Identifier, Pattern] = Field(
        default={},
        description="Cox: survival that the multivariable model predicts for stated covariates, at the landmarks",
    )
    contrasts: list[LevelContrast] = Field(
        default=[], description="Ratios of the multivariable model between levels of which none is the reference"
    )
    validation: ModelValidation | None = Field(
        default=None,
        description="Cox: optimism, shrinkage, calibration and Brier's score of the multivariable model; none if not stated",
    )
    strata: Identifier | None = Field(
        default=None, description="Cox and Fine-Gray: risk factor whose levels have their own baseline"
    )
    ties: Literal["Efron", "Breslow", "exact"] = Field(
        default="Efron", description="Cox: how events of one day are taken; exact is over all subsets of those at risk"
    )
    interval: Literal["Wald", "profile"] = Field(
        default="Wald",
        description="Cox and logistic: intervals and p values by Wald, or by the profile of the likelihood",
    )
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
        if (self.kind == "logistic" and self.strata) or (self.kind != "cox" and self.cluster):
            raise ValueError("expected `strata` in Cox and Fine-Gray models only, `cluster` in Cox models only")
        if self.kind != "cox" and (self.also_fixed or self.landmarks_months):
            raise ValueError("expected `also_fixed` and `landmarks_months` in Cox models only")
        if outside := set(self.also_fixed) - set(self.covariates):
            raise ValueError(f"expected also_fixed among the model's covariates; found {', '.join(sorted(outside))}")
        if outside := {name for pair in self.interactions for name in pair} - set(self.covariates):
            raise ValueError(f"expected interactions of the model's covariates; found {', '.join(sorted(outside))}")
        if self.kind == "logistic" and (self.infusion is None or self.population is None):
            raise ValueError("expected `infusion` and `population` for a logistic model")
        return self

    @model_validator(mode="after")
    def _fitting_fits_the_model(self) -> Model:
        if self.validation is not None and (self.kind != "cox" or self.strata or self.cluster or self.interactions):
            raise ValueError("validation: expected in Cox models without strata, clusters and interactions")
        if self.kind != "cox" and self.ties != "Efron":
            raise ValueError("ties: expected in Cox models only")
        if self.kind == "fine-gray" and self.interval != "Wald":
            raise ValueError("interval: expected Wald for Fine-Gray, which has no likelihood to profile")
        if self.cluster and (self.interval != "Wald" or self.ties == "exact"):
            raise ValueError(
                "cluster: expected Wald intervals and Efron or Breslow ties beside it: robust errors have no likelihood"
            )
        if self.validation is not None and self.select_below is not None:
            raise ValueError(
                "validation: expected of stated covariates; a selection would have to be made anew in each resample"
            )
        return self

    @model_validator(mode="after")
    def _questions_fit_the_model(self) -> Model:
        if self.select_below is not None:
            if self.kind == "fine-gray" or self.strata or self.cluster or self.interactions or not self.multivariable:
                raise ValueError(
                    "expected `select_below` in multivariable Cox and logistic models without strata, cluster and interactions"
                )
            if self.predict or self.contrasts:
                raise ValueError(
                    "expected `predict` and `contrasts` in models whose covariates are stated, not selected"
                )
        if self.predict and (self.kind != "cox" or self.strata or self.cluster or self.interactions):
            raise ValueError("expected `predict` in Cox models without strata, cluster and interactions")
        for name, pattern in self.predict.items():
            if set(pattern.values) != set(self.covariates):
                raise ValueError(f"predict.{name}.values: expected one for each of {', '.join(self.covariates)}")
        if outside := {one.factor for one in self.contrasts} - set(self.covariates):
            raise ValueError(f"expected contrasts of the model's covariates; found {', '.join(sorted(outside))}")
        return self
