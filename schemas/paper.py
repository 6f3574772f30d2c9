"""published.yaml: every figure a study's paper prints, word for word, and where the pipeline has the same quantity."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from pydantic import BeforeValidator, Field, model_validator

from schemas.language import Translations, check_translations
from schemas.yaml_file import Part, check_told_apart

Printed = Annotated[
    str,
    BeforeValidator(
        lambda value: str(value) if isinstance(value, int | float) else value, json_schema_input_type=str | float
    ),
]
# result: of the study itself; design: decided before; cited: of other studies, for which no export is here.
Origin = Literal["result", "design", "cited"]
Count = Annotated[str, Field(pattern=r"^\d+ of \d+$", description="As 10 of 18")]


class Counted(NamedTuple):
    """So many of all that are counted."""

    n: int
    of: int


def count_of(text: str) -> Counted:
    """A count as published.yaml writes it: 10 of 18."""
    n, _, of = text.partition(" of ")
    return Counted(int(n), int(of))


Quantity = Literal["estimate", "p_value", "n", "events"]


class ResultRow(Part):
    """The keys of the row of results.analysis that holds the quantity; exactly one has to fit, whatever is not said here.

    Without a factor the row is that of all subjects.
    """

    analysis_id: str = Field(description="Analysis: an endpoint, a model, response.i1, baseline ...")
    statistic: str = Field(description="Code of the statistic, such as survival, count or median")
    fit: str | None = Field(
        default=None, description="How covariates enter a model: univariable, multivariable, as_if_known or landmark"
    )
    analysis_set: str | None = Field(
        default=None, description="Who is counted: a population of the protocol, or enrolled, received, evaluable ..."
    )
    infusion: int | None = Field(default=None, description="Infusion it is about")
    measure: str | None = Field(default=None, description="What is counted or measured, where the analysis has several")
    term: str | None = Field(default=None, description="Code of the adverse event")
    grade: int | None = Field(default=None, description="Lowest grade counted; 1 for any")
    assay: str | None = Field(default=None, description="Assay of the cells")
    matrix: str | None = Field(default=None, description="Where the sample is from")
    quantity: str | None = Field(default=None, description="Quantity of the cells")
    factor: str = Field(default="", description="Risk factor or characteristic; empty for all subjects")
    level: str = Field(default="", description="Level of the factor")
    time_months: float | None = Field(default=None, description="Time of the estimate (months after day 0)")
    landmark_months: float | None = Field(
        default=None, description="From when a landmark analysis or a conditional survival counts (months after day 0)"
    )


class PaperFigure(Part):
    """One printed figure.

    `says` is the figure as printed, its digits included. It is compared with `take` of the result row `where`, or with
    what the SQL file of its id gives, in the folder published/ beside this file. Neither: nothing here can tell.
    """

    id: str = Field(
        pattern=r"^[a-z][a-z0-9_]*$",
        description="Name of the figure; each has its own. An SQL file of this name in published/ computes it, where no row of results holds it",
    )
    quote: str = Field(description="The sentence that prints the figure, word for word")
    statistic: str = Field(
        description="What kind of number the paper prints: count, proportion, median, km_probability, hazard_ratio ..."
    )
    endpoint: str = Field(default="", description="What is measured: OS, LFS, CIR, CR, CRS_ANY ...")
    says: Printed = Field(description="The figure as printed, with all its digits; the unit is apart")
    unit: str | None = Field(default=None, description="Unit of the figure")
    population: str = Field(description="Who is counted, in the words of the paper")
    count: Count | None = Field(default=None, description="Printed or implied")
    of: int | None = Field(
        default=None, description="Subjects counted, where the count of those with it is not printed"
    )
    interval: tuple[Printed, Printed] | None = Field(
        default=None, description="Lower and upper bound of the interval printed beside it"
    )
    p_value: Printed | None = Field(default=None, description="P value printed beside it")
    at_months: float | None = Field(default=None, description="Time the figure is about (months after day 0)")
    origin: Origin = Field(
        default="result",
        description="Where the figure is from: a result of this study, decided by its design, or cited from another study",
    )
    called: str | None = Field(default=None, description="What the paper calls the effect")
    groups: tuple[Count, Count] | None = Field(default=None, description="The counts a p value compares")
    part_of: str | None = Field(default=None, description="Figures of one name are the parts of a whole")
    defines: str | None = Field(default=None, description="The population this count is the size of")
    known_later: bool = Field(default=False, description="The covariate is known only after the origin")
    where: ResultRow | None = Field(default=None, description="Row of results.analysis that holds the same quantity")
    take: Quantity = Field(default="estimate", description="Column of that row that is compared")
    inverse: bool = Field(default=False, description="The paper prints the effect the other way round: 1 / estimate")
    note: str | None = Field(
        default=None, description="Where the paper contradicts itself, or why nothing can be compared"
    )

    @model_validator(mode="after")
    def _says_why_not(self) -> PaperFigure:
        if self.origin == "cited" and self.where is not None:
            raise ValueError(f"{self.id}: expected no result of this study for a figure of another")
        return self


class Paper(Part):
    """The figures of one paper."""

    source: str = Field(description="The publication whose figures these are")
    figures: list[PaperFigure] = Field(description="Every figure the publication prints")
    translations: Translations = {}

    @model_validator(mode="after")
    def _told_apart(self) -> Paper:
        check_told_apart("figures", [figure.id for figure in self.figures])
        return self

    @model_validator(mode="after")
    def _translates_what_it_says(self) -> Paper:
        check_translations(self.translations, self.texts())
        return self

    def texts(self) -> list[str | None]:
        """Every text about the figures that readers see, apart from what the paper itself says."""
        named = ("population", "unit", "note", "part_of", "defines")
        return [self.source, *(getattr(figure, name) for figure in self.figures for name in named)]
