"""Tables of adverse events that a protocol asks for: after which infusions, in which periods, by which coding list. Off by default."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import Field, field_validator, model_validator

from schemas.protocol.names import InfusionNumber
from schemas.yaml_file import Part

# The section of their results.
SECTION = "adverse_events"
Day = Annotated[int, Field(ge=0)]
Period = tuple[Day, Day | None]


def period_name(first: int, last: int | None) -> str:
    """A period, as tables and results name it; without a last day until follow-up ends."""
    return f"{first}-{'' if last is None else last}"


class CodedEvent(Part):
    """What a word of sites, or a code of `adverse_event_term`, is in the trial's own coding list."""

    text: str = Field(min_length=1, description="The site's own words, or a code of `adverse_event_term`")
    term: str = Field(min_length=1, description="Term of the list, as tables print it")
    organ_class: str = Field(min_length=1, description="System organ class of the term")


class AdverseEvents(Part):
    """All adverse events by system organ class and term: worst grades, serious and related ones, rates per time at risk, infections."""

    coding: str | list[CodedEvent] = Field(
        default=[],
        description="The trial's coding list: the name of a CSV file in the study's folder `coding`, or the list itself",
    )
    infusions: Annotated[list[InfusionNumber], Field(min_length=1)] = Field(
        default=[1], description="Infusions after which events are told"
    )
    periods: Annotated[list[Period], Field(min_length=1)] = Field(
        default=[(0, 30), (31, 100), (101, None)],
        description="First and last day of each period, day 0 is that of the infusion; no last day: until follow-up ends",
    )
    severe_grade: Annotated[int, Field(ge=2, le=5)] = Field(default=3, description="Lowest grade reported as severe")

    @field_validator("coding")
    @classmethod
    def _tells_words_apart(cls, given: str | list[CodedEvent]) -> str | list[CodedEvent]:
        if not isinstance(given, str):
            check_coding(given)
        return given

    @model_validator(mode="after")
    def _periods_follow_each_other(self) -> AdverseEvents:
        if len(set(self.infusions)) < len(self.infusions):
            raise ValueError("infusions: expected each once")
        if any(last is not None and last < first for first, last in self.periods):
            raise ValueError("periods: expected the last day of each not before its first")
        for (_, last), (following, _) in zip(self.periods, self.periods[1:], strict=False):
            if last is None or following <= last:
                raise ValueError("periods: expected each to begin after the one before it has ended")
        return self

    @property
    def coded(self) -> Sequence[CodedEvent]:
        """The coding list; none while only its file is named."""
        return () if isinstance(self.coding, str) else self.coding

    def texts(self) -> Iterator[str]:
        """What of the list readers see."""
        for one in self.coded:
            yield from (one.term, one.organ_class)


def as_reported(text: str) -> str:
    """A word of a site as coding compares it: neither case nor blanks matter."""
    return " ".join(text.split()).lower()


def check_coding(coded: Sequence[CodedEvent]) -> None:
    """See that each word has one term, and each term one organ class.

    Raises
    ------
    ValueError: a word or a term that stands for two.
    """
    terms: dict[str, str] = {}
    classes: dict[str, str] = {}
    for one in coded:
        if as_reported(one.text) in terms:
            raise ValueError(f"coding: expected each text once; found {one.text} twice")
        terms[as_reported(one.text)] = one.term
        if classes.setdefault(one.term, one.organ_class) != one.organ_class:
            raise ValueError(f"coding: expected one organ class of each term; found two of {one.term}")
