"""The words a timeline tells a happening by, and the record each stands for. Codes and columns are those of the domains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from schemas.codelists import (
    ADVERSE_EVENT_TERM,
    ANTIGEN_STATUS,
    CELL_SOURCE,
    CONSENT_SCOPE,
    CONSOLIDATION,
    DEATH_CAUSE,
    DISPOSITION_REASON,
    GRADING_SCALE,
    LABORATORY_TEST,
    MATRIX,
    MILESTONE,
    MRD_METHOD,
    RELAPSE_DETECTION,
    RELAPSE_SITE,
    RESPONSE,
    TARGET,
    TRANSPLANT_TYPE,
    Codelist,
)
from schemas.protocol.timelines.model import Value
from schemas.units import laboratory_factors

# What codes look like beside the marker or antigen they are of: CD19-, MRD+.
SIGNS = {"positive": "+", "negative": "-"}


@dataclass(frozen=True)
class Said:
    """A column that a word tells the value of."""

    column: str
    phrases: Mapping[str, str]


@dataclass(frozen=True)
class Counted:
    """A column that a number tells, behind a word of its own. whole: no fraction of it exists."""

    column: str
    word: str
    whole: bool = True


@dataclass(frozen=True)
class Kind:
    """A kind of happening. heads: the phrases it is told by, with what each says; details: what else may be said of it.

    text: the column that words in quotes go to. measured: a number with its limit sign, as `<0.5`, is the result.
    """

    domain: str
    day: str
    heads: Mapping[str, Mapping[str, Value]]
    details: tuple[Said | Counted, ...] = ()
    end: str = ""
    text: str = ""
    measured: bool = False

    def phrases_of(self, column: str) -> list[str]:
        """The phrases that tell a column."""
        return [phrase for detail in self.details if detail.column == column for phrase in _said(detail)]


def _said(detail: Said | Counted) -> list[str]:
    return list(detail.phrases) if isinstance(detail, Said) else [f"{detail.word} 1"]


def _codes(column: str, codelist: Codelist) -> Said:
    return Said(column, {code: code for code in codelist.codes})


def _signed(column: str, marker: str, codelist: Codelist) -> Said:
    """Codes beside what they are of: `CD19-`, `CD19 dim`."""
    return Said(column, {marker + SIGNS.get(code, f" {code}"): code for code in codelist.codes})


def _heads(column: str, codelist: Codelist, *, but: tuple[str, ...] = ()) -> dict[str, dict[str, Value]]:
    return {code: {column: code} for code in codelist.codes if code not in but}


def _adverse_events() -> dict[str, dict[str, Value]]:
    named = {f"{code} adverse event" if code == "other" else code: code for code in ADVERSE_EVENT_TERM.codes}
    said: dict[str, dict[str, Value]] = {phrase: {"term": code} for phrase, code in named.items()}
    return {**said, **{f"no {phrase}": {"term": code, "grade": 0} for phrase, code in named.items()}}


_OF_INFUSION = Counted("infusion_number", "infusion")
_MRD = Said("mrd_status", {"MRD-": "negative", "MRD+": "positive", "MRD not done": "not done"})

KINDS = (
    Kind("subject", "enrollment_date", {"enrolled": {}}),
    Kind("infusion", "apheresis_date", {"apheresis": {}}),
    Kind(
        "infusion",
        "infusion_date",
        {"infusion": {}},
        (
            _codes("target", TARGET),
            _codes("cell_source", CELL_SOURCE),
            _OF_INFUSION,
            Counted("fraction", "fraction"),
            Counted("dose_1e5_per_kg", "dose", whole=False),
            Said("in_specification", {"in specification": "yes", "out of specification": "no"}),
        ),
    ),
    Kind(
        "response",
        "assessment_date",
        {**_heads("response", RESPONSE), "response unknown": {"response": None}},
        (
            _MRD,
            _codes("mrd_method", MRD_METHOD),
            _OF_INFUSION,
            Said("extramedullary_disease", {"extramedullary": "yes"}),
        ),
    ),
    Kind(
        "relapse",
        "relapse_date",
        {"relapse": {}},
        (
            _codes("relapse_site", RELAPSE_SITE),
            _codes("detection", RELAPSE_DETECTION),
            _signed("cd19_status", "CD19", ANTIGEN_STATUS),
            _signed("cd22_status", "CD22", ANTIGEN_STATUS),
        ),
    ),
    Kind(
        "treatment",
        "start_date",
        {
            "new therapy": {"treatment": "antileukemic"},
            "bridging": {"treatment": "bridging"},
            **{name: {"treatment": name} for name in ("tocilizumab", "corticosteroid", "immunoglobulin", "G-CSF")},
        },
        (_OF_INFUSION,),
        end="end_date",
        text="treatment_text",
    ),
    Kind(
        "transplant",
        "transplant_date",
        {"transplant": {"transplant_type": "allogeneic"}},
        (_codes("transplant_type", TRANSPLANT_TYPE),),
    ),
    Kind("consolidation", "start_date", {"consolidation": {}}, (_codes("treatment", CONSOLIDATION),), end="end_date"),
    Kind(
        "adverse_event",
        "start_date",
        _adverse_events(),
        (
            Counted("grade", "grade"),
            _codes("grading_scale", GRADING_SCALE),
            Said("dose_limiting", {"dose-limiting": "yes"}),
            _OF_INFUSION,
        ),
        end="end_date",
        text="term_text",
    ),
    Kind(
        "follow_up",
        "contact_date",
        {
            "remission": {"disease_status": "remission"},
            "leukemia present": {"disease_status": "relapsed"},
            "last contact": {"disease_status": "not assessed"},
            "lost to follow-up": {"disease_status": "lost to follow-up"},
            "withdrew": {"disease_status": "withdrew"},
        },
    ),
    Kind(
        "disposition",
        "disposition_date",
        {name: {"disposition": name} for name in ("not infused", "withdrew consent", "end of study")},
        (
            _codes("reason", DISPOSITION_REASON),
            Said("consent_covers", {f"covering {code}": code for code in CONSENT_SCOPE.codes}),
            _OF_INFUSION,
        ),
    ),
    Kind("milestone", "milestone_date", _heads("milestone", MILESTONE)),
    Kind(
        "laboratory",
        "sample_date",
        _heads("test", LABORATORY_TEST),
        (_codes("matrix", MATRIX), Said("unit", {unit: unit for _, unit, *_ in laboratory_factors()})),
        measured=True,
    ),
    Kind("death", "death_date", {"death": {}}, (_codes("cause", DEATH_CAUSE),)),
)
DATA_CUT = "data cut"


def heads() -> Iterator[str]:
    """Every phrase by which something is told, the data cut too."""
    yield DATA_CUT
    for kind in KINDS:
        yield from kind.heads
