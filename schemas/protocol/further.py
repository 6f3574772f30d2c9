"""What a protocol may ask beyond rates, medians and the usual tests: of curves, of shares, of measurements. Nothing of it is on by default."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from schemas.protocol.names import Identifier, InfusionNumber
from schemas.yaml_file import Part

Months = Annotated[float, Field(gt=0)]
# Weights of a log-rank test, by the code of the test in schemas.methods.
CurveWeights = Literal["gehan-breslow", "tarone-ware", "peto-peto"]
ShareEffect = Literal["difference", "risk_ratio", "odds_ratio"]
DifferenceInterval = Literal["newcombe", "wald", "agresti-caffo", "miettinen-nurminen"]
KineticParameter = Literal["cmax", "tmax", "auc", "tlast", "thalf"]
Adjustment = Literal["holm", "hochberg", "benjamini-hochberg"]
# What a measurement may be held against beside the risk factors of a protocol.
RESPONSE_GROUPS = "response"


class AdjustedAt(Part):
    """Of one endpoint at a month fixed in advance: what covariates shift, without proportional hazards (regression on pseudo-observations)."""

    months: Months = Field(description="Month after day 0, fixed in advance")
    covariates: list[Identifier] = Field(min_length=1, description="Risk factors in the regression, known on day 0")
    link: Literal["identity", "log", "logit", "complementary-log-log"] = Field(
        default="identity",
        description="Effects are differences (identity), ratios (log), odds ratios (logit) or ratios as of hazards "
        "(complementary-log-log) of the share free of the event; with competing events of the incidence",
    )
    of_mean: bool = Field(
        default=False,
        description="Of the mean time free of the event up to the month instead (identity or log; without competing events)",
    )

    @model_validator(mode="after")
    def _link_fits(self) -> AdjustedAt:
        check_once("further.adjusted.covariates", self.covariates)
        if self.of_mean and self.link not in ("identity", "log"):
            raise ValueError(f"link: expected identity or log of a mean time; found {self.link}, a link of shares")
        return self


class FurtherCurves(Part):
    """Of one endpoint: means up to a time, differences at times fixed in advance, other weights of the test, what follows a time survived."""

    restricted_mean_months: list[Months] = Field(
        default=[],
        description="Mean time free of the event up to so many months: of all, of each level of `groups`, and each level "
        "against the first as difference and ratio; with competing events, mean time lost to the event and to them",
    )
    differences_at_months: list[Months] = Field(
        default=[], description="Difference of survival between each level of `groups` and the first, at these months"
    )
    weights: list[CurveWeights] = Field(
        default=[], description="Weighted log-rank tests beside the plain one, for each of `groups`"
    )
    strata: list[Identifier] = Field(
        default=[],
        description="Risk factors with levels: each of `groups` is tested once more within their levels, all of them combined "
        "(stratified log-rank test, with its `weights` and its test for trend; with competing events stratified Gray test)",
    )
    given_months: list[Months] = Field(
        default=[],
        description="Survival at later landmarks of those still free of the event at these months (conditional survival)",
    )
    adjusted: list[AdjustedAt] = Field(
        default=[],
        description="Effects of covariates on what is reached at a month fixed in advance (regression on pseudo-observations)",
    )
    later_groups: list[Identifier] = Field(
        default=[],
        description="Risk factors known only later: curves in which each subject counts without it before and with it after "
        "(Simon and Makuch), and the test (Mantel and Byar)",
    )

    @property
    def stated(self) -> list[str]:
        """The keys under which something is asked for."""
        return [name for name in type(self).model_fields if getattr(self, name)]

    @model_validator(mode="after")
    def _each_once(self) -> FurtherCurves:
        for name in type(self).model_fields:
            if name != "adjusted":
                check_once(f"further.{name}", getattr(self, name))
        # The rows of two of one month and link could not be told apart.
        check_once("further.adjusted", [f"{a.months:g} months, {a.link}, of_mean {a.of_mean}" for a in self.adjusted])
        return self


class FurtherShares(Part):
    """Of the response after an infusion: how far the levels of `groups` lie apart, overall and over sites."""

    effects: list[ShareEffect] = Field(
        default=[],
        description="Each level against the first: difference, ratio (Katz) and odds ratio (conditional, exact bounds) of shares",
    )
    difference_interval: DifferenceInterval = Field(
        default="newcombe", description="Method of the confidence interval of the difference"
    )
    over_sites: bool = Field(
        default=False,
        description="The odds ratio common to all sites (Mantel and Haenszel), its test, and the test that it is common",
    )
    chi_square: bool = Field(
        default=False, description="Pearson's chi-square over all levels, beside the test of `response`"
    )

    @model_validator(mode="after")
    def _each_once(self) -> FurtherShares:
        check_once("further.effects", self.effects)
        return self


def check_once(path: str, given: Sequence[float] | Sequence[str]) -> None:
    """Raises ValueError where something stands twice."""
    if twice := sorted({str(one) for one in given if given.count(one) > 1}):
        raise ValueError(f"{path}: expected each once; found {', '.join(twice)} twice")


class MeasuredByGroup(Part):
    """A measurement held against groups by ranks: a risk factor that is a number, or a parameter of cellular kinetics.

    `by` is a risk factor with levels known at day 0, or `response` (responders against the other evaluable subjects).
    """

    label: str = Field(description="Name of the comparison for readers")
    factor: Identifier | None = Field(default=None, description="What is measured: a risk factor that is a number")
    kinetics: KineticParameter | None = Field(default=None, description="What is measured: a parameter of a profile")
    by: Identifier = Field(description="A risk factor with levels, or response")
    infusion: InfusionNumber | None = Field(
        default=None, description="Of kinetics and of response: after which infusion"
    )
    population: Identifier | None = Field(default=None, description="Who is counted; by default all who were measured")

    @model_validator(mode="after")
    def _says_of_whom(self) -> MeasuredByGroup:
        if (self.factor is None) == (self.kinetics is None):
            raise ValueError("expected either factor or kinetics")
        of_infusion = self.kinetics is not None or self.by == RESPONSE_GROUPS
        if of_infusion != (self.infusion is not None):
            raise ValueError(
                "infusion: expected the infusion after which it is measured or assessed"
                if of_infusion
                else "infusion: expected none; neither the measurement nor the groups follow an infusion"
            )
        return self


class TestsOf(Part):
    """Which tests belong to a family: those of an analysis, by the keys they have in results.analysis; without a key all of it."""

    __test__ = False  # pytest would otherwise collect this class by its name

    analysis: str = Field(
        description="As results.analysis names it: lfs, response.i1, a model, curves.lfs, shares.i1 ..."
    )
    statistic: str | None = Field(
        default=None, description="Only tests of this statistic, such as logrank, gray or comparison"
    )
    factor: str | None = Field(default=None, description="Only tests of this risk factor")
    level: str | None = Field(default=None, description="Only tests of this level of the factor")
    measure: str | None = Field(default=None, description="Only tests of this measure, where the analysis has several")
    fit: str | None = Field(
        default=None,
        description="Only tests of this fit of a model: univariable, multivariable, as_if_known or landmark",
    )
    time_months: Months | None = Field(default=None, description="Only tests at this time (months after day 0)")

    @property
    def keys(self) -> dict[str, str | float]:
        """The keys that are given, beside the analysis."""
        return self.model_dump(exclude={"analysis"}, exclude_none=True)


class SeveralTests(Part):
    """A family of tests whose p values are adjusted for their number."""

    label: str = Field(description="Name of the family for readers")
    adjustment: Adjustment = Field(
        default="holm",
        description="Method by which p values are adjusted: Holm and Hochberg for any false positive, Benjamini and Hochberg for the false discovery rate",
    )
    tests: list[TestsOf] = Field(min_length=1, description="Tests that make up the family")


class CutSearch(Part):
    """A cut of a numeric risk factor that these data choose; every number of it says so.

    Of an endpoint the cut that separates its curves best, with a p value that pays for the search (maximally selected log-rank
    statistic); of a response the cut that tells responders best (Youden), with the area under the ROC curve.
    """

    label: str = Field(description="Name of the search for readers")
    factor: Identifier = Field(description="Risk factor that is a number")
    endpoint: Identifier | None = Field(
        default=None, description="Endpoint whose curves the cut separates; or else infusion"
    )
    infusion: InfusionNumber | None = Field(default=None, description="Of response after this infusion")
    ties: Literal["maximum-ranks", "nelson-aalen"] = Field(
        default="maximum-ranks",
        description="Of an endpoint: scores of tied times, as R's maxstat or by Nelson and Aalen",
    )
    correction: Literal["permutation", "lausen-1992", "lausen-1994"] = Field(
        default="permutation",
        description="Of an endpoint: how the p value allows for the search: by permutation, or by the approximation of Lausen and Schumacher of 1992 or 1994",
    )
    smallest_share: Annotated[float, Field(ge=0, lt=0.5)] = Field(
        default=0.1, description="Of an endpoint: either side of a cut holds at least this share of subjects"
    )

    @model_validator(mode="after")
    def _is_of_one_outcome(self) -> CutSearch:
        if (self.endpoint is None) == (self.infusion is None):
            raise ValueError("expected either endpoint or infusion")
        of_curves = {"ties", "correction", "smallest_share"} & self.model_fields_set
        if self.infusion is not None and of_curves:
            raise ValueError(f"expected {', '.join(sorted(of_curves))} beside endpoint only")
        return self


class Pattern(Part):
    """Covariates of a subject a model is asked about: of each its level, or its number."""

    label: str = Field(description="Name of the pattern for readers")
    values: dict[Identifier, float | str] = Field(
        min_length=1, description="Covariate: its level (text) or its number; one for each covariate of the model"
    )

    @field_validator("values", mode="before")
    @classmethod
    def _levels_are_texts(cls, values: object) -> object:
        # YAML takes an unquoted yes for true, which is no level of any factor.
        if isinstance(values, dict) and (flags := [name for name, value in values.items() if isinstance(value, bool)]):
            raise ValueError(
                f"{', '.join(map(str, flags))}: expected a number or a level; a level yes or no stands in quotes"
            )
        return values


class ModelValidation(Part):
    """What a Cox model's promise is worth: optimism by resampling, shrinkage, calibration at the landmarks."""

    resamples: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=200, description="How many resamples of the subjects are drawn"
    )
    seed: Annotated[int, Field(ge=0)] = Field(default=1, description="What they are drawn by")
    groups: Annotated[int, Field(ge=2, le=10)] = Field(
        default=3, description="Groups of like predicted risk that are held against what was observed"
    )


class LevelContrast(Part):
    """One level of a factor of a model against another."""

    factor: Identifier = Field(description="Risk factor among the covariates of the model")
    level: str = Field(description="Level whose ratio is given")
    against: str = Field(description="Level it is compared with")

    @model_validator(mode="after")
    def _differ(self) -> LevelContrast:
        if self.level == self.against:
            raise ValueError("expected two different levels")
        return self
