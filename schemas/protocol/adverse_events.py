"""Which tables of all adverse events a protocol asks for, and how the reported words are coded. None by default."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from schemas.codelists import GRADING_SCALE
from schemas.protocol.names import InfusionNumber
from schemas.yaml_file import Part, each_of

# The section of its results, and what stands in the place of a class where the list knows no word of an event.
SECTION, NOT_CODED = "adverse_events", "not_coded"
RATE_UNIT = "per 100 patient-days"
Name = Annotated[str, Field(min_length=1)]
Day = Annotated[int, Field(ge=0)]


class Period(Part):
    """Days after an infusion, both ends within; the last period has no end."""

    from_day: Day = Field(description="First day, 0 is the day of infusion")
    to_day: Day | None = Field(default=None, description="Last day; none for all that follow")

    @property
    def key(self) -> str:
        """`0-30`, or `101-` without an end."""
        return f"{self.from_day}-{'' if self.to_day is None else self.to_day}"


class AdverseEvents(Part):
    """All adverse events after an infusion by class and term of the study's own coding list, by worst grade and period."""

    infusions: Annotated[list[InfusionNumber], Field(min_length=1)] = Field(
        default=[1], description="Infusions after which events are counted"
    )
    scales: Annotated[list[str], Field(min_length=1)] = Field(
        description="Scales whose grades 1 to 5 are printed side by side; a grade on another scale counts as not given",
        json_schema_extra=each_of(GRADING_SCALE.codes),
    )
    periods: Annotated[list[Period], Field(min_length=1)] = Field(
        default=[Period(from_day=0, to_day=30), Period(from_day=31, to_day=100), Period(from_day=101)],
        description="Periods after the infusion: the first from day 0, each from the day after the one before, the last without an end",
    )
    severe_grade: Annotated[int, Field(ge=2, le=5)] = Field(default=3, description="Lowest grade reported as severe")
    coding: dict[Name, dict[Name, list[Name]]] = Field(
        description="By class and term: the words that mean it, as sites report them (`term_text`), or codes of `term`"
    )

    @model_validator(mode="after")
    def _agrees(self) -> AdverseEvents:
        for scale in self.scales:
            GRADING_SCALE.refuse_unknown("scales", scale)
        for path, given in (("scales", self.scales), ("infusions", self.infusions)):
            if len(set(given)) < len(given):
                raise ValueError(f"{path}: expected each once")
        self._periods_follow_each_other()
        self._words_mean_one_term()
        return self

    def _periods_follow_each_other(self) -> None:
        starts, ends = [one.from_day for one in self.periods], [one.to_day for one in self.periods]
        follows = [None if end is None else end + 1 for end in ends[:-1]]
        if starts[0] != 0 or ends[-1] is not None or starts[1:] != follows or sorted(set(starts)) != starts:
            raise ValueError(
                "periods: expected the first from day 0, each from the day after the one before, the last without to_day"
            )

    def _words_mean_one_term(self) -> None:
        terms = Counter(term for known in self.coding.values() for term in known)
        words = Counter(word for word, _, _ in self.coded())
        for what, found in (("term", terms), ("word", words)):
            if twice := sorted(name for name, times in found.items() if times > 1):
                raise ValueError(f"coding: expected each {what} once; found {', '.join(twice)} twice")
        if NOT_CODED in self.coding or NOT_CODED in terms:
            raise ValueError(
                f"coding: {NOT_CODED} is what the list does not know; call the class or term by another name"
            )

    def coded(self) -> Iterator[tuple[str, str, str]]:
        """Word, as it is compared, class and term."""
        for of_class, terms in self.coding.items():
            for term, words in terms.items():
                yield from ((compared(word), of_class, term) for word in words)


def compared(word: str) -> str:
    """A word as it is looked up: without capitals and doubled blanks."""
    return " ".join(word.casefold().split())
