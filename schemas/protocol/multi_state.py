"""States a subject may be in, and what moves it from one to another: the course after an infusion as more than one curve shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator

from schemas.protocol.endpoints import HappeningKind, RelapseKind
from schemas.protocol.names import WITHIN, Identifier
from schemas.yaml_file import Part

# Nobody knows what came after these: they end no stay in a state.
_UNSEEN_AFTER = ("withdrawal", "loss", "missed_assessments")
# The kind of the endpoints that say when each happening of a model came first.
OF_STATES = "state"
# The section of their results, and what stands in a key between the state subjects are in at a landmark and the one they are in later.
SECTION, THEN = "multi_state", ":"
_KINDS = frozenset(get_args(RelapseKind))


class State(Part):
    """A state. Its moves say what leads out of it, each by what happens, and to which state; without any nobody leaves it."""

    label: str = Field(description="Name of the state for readers")
    moves: dict[HappeningKind, Identifier] = Field(
        default={}, description="What happens: the state it leads to. What is not named leaves the subject where it is"
    )


class StateSum(Part):
    """Several states as one quantity: current leukemia-free survival is to be in any state of remission."""

    label: str = Field(description="Name of the sum for readers")
    states: list[Identifier] = Field(min_length=1, description="States whose probabilities are added")


class StateLandmark(Part):
    """Transition probabilities: of those in a state at a time, where they are later."""

    months: Annotated[float, Field(ge=0)] = Field(
        description="Time from which transitions are followed (months after day 0)"
    )
    state: Identifier = Field(description="State subjects are in at that time")


class TransitionModel(Part):
    """A Cox model of one transition: what moves subjects of a state to another one sooner."""

    state: Identifier = Field(description="State subjects are in")
    to: Identifier = Field(description="State whose moves are modelled; who leaves for another is censored then")
    covariates: list[Identifier] = Field(min_length=1, description="Risk factors known on day 0, in one model")
    clock: Literal["forward", "reset"] = Field(
        default="forward",
        description="Time is counted from day 0 (forward), or from entering the state (reset)",
    )


class MultiState(Part):
    """A multi-state model: who is followed from which day 0, the states in print order, and what is asked of them."""

    label: str = Field(description="Name of the model for readers")
    population: Identifier = Field(description="Population that is followed")
    origin: Identifier = Field(description="Day 0")
    begins: Identifier = Field(description="State of everybody on day 0")
    states: dict[Identifier, State] = Field(min_length=2, description="States by name, in print order")
    censor_at: Literal["last_contact", "last_assessment"] = Field(
        default="last_contact",
        description="Where follow-up ends: at the last contact, or at the last assessment of the disease",
    )
    landmarks_months: list[Annotated[float, Field(gt=0)]] = Field(
        default=[12, 24], min_length=1, description="Months at which probabilities are told"
    )
    horizon_months: Annotated[float, Field(gt=0)] | None = Field(
        default=None, description="Expected time in each state up to it; none if it is not stated"
    )
    sums: dict[Identifier, StateSum] = Field(
        default={}, description="States told together, as current leukemia-free survival"
    )
    transitions: list[StateLandmark] = Field(
        default=[], description="From which state and month on transition probabilities are told"
    )
    transition_models: list[TransitionModel] = Field(default=[], description="Cox models of single transitions")

    @property
    def happenings(self) -> list[HappeningKind]:
        """What moves subjects, each once, in the order of the states."""
        return list(dict.fromkeys(kind for state in self.states.values() for kind in state.moves))

    def roles(self) -> dict[HappeningKind, str]:
        """What each happening is in the model, as endpoints say it: all of them move subjects."""
        return dict.fromkeys(self.happenings, "event")

    @property
    def kind(self) -> str:
        """The kind of the endpoints that say when each happening came first."""
        return OF_STATES

    def places(self) -> Iterator[tuple[str, str, Collection[str]]]:
        """Every name of a state, with where it stands and what it may be."""
        names = list(self.states)
        yield "begins", self.begins, names
        for key, state in self.states.items():
            yield from ((f"states.{key}.moves.{kind}", to, names) for kind, to in state.moves.items())
        for key, total in self.sums.items():
            yield from ((f"sums.{key}.states", name, names) for name in total.states)
        for number, start in enumerate(self.transitions):
            yield f"transitions[{number}].state", start.state, names
        for number, modelled in enumerate(self.transition_models):
            path = f"transition_models[{number}]"
            yield f"{path}.state", modelled.state, names
            if modelled.state in self.states:
                yield f"{path}.to", modelled.to, list(self.states[modelled.state].moves.values())

    @model_validator(mode="after")
    def _states_are_declared(self) -> MultiState:
        for path, name, known in self.places():
            if name not in known:
                raise ValueError(f"{path}: expected one of {', '.join(known)}; found {name}")
        return self

    @model_validator(mode="after")
    def _moves_lead_somewhere(self) -> MultiState:
        for key, state in self.states.items():
            if own := [kind for kind, to in state.moves.items() if to == key]:
                raise ValueError(
                    f"states.{key}.moves.{own[0]}: expected another state; a subject that stays needs no move"
                )
            if unseen := [kind for kind in state.moves if kind in _UNSEEN_AFTER]:
                raise ValueError(f"states.{key}.moves: expected no {', '.join(unseen)}: nobody knows what came after")
            if "relapse" in state.moves and (kinds := sorted(_KINDS & {*state.moves})):
                raise ValueError(
                    f"states.{key}.moves: expected relapse or kinds of it, not both; found relapse and {', '.join(kinds)}"
                )
        if lost := [key for key in self.states if key not in self._reached()]:
            raise ValueError(f"states: expected a way from {self.begins} to each; found none to {', '.join(lost)}")
        return self

    @model_validator(mode="after")
    def _nothing_is_named_twice(self) -> MultiState:
        if shared := sorted({*self.sums} & {*self.states}):
            raise ValueError(f"sums: expected names that no state has; found {', '.join(shared)}")
        given: dict[str, list[object]] = {
            "landmarks_months": [*self.landmarks_months],
            "transitions": [(start.months, start.state) for start in self.transitions],
            "transition_models": [(one.state, one.to) for one in self.transition_models],
            **{f"sums.{name}.states": [*total.states] for name, total in self.sums.items()},
        }
        for path, values in given.items():
            if len(set(values)) < len(values):
                raise ValueError(f"{path}: expected each once")
        if late := [start.months for start in self.transitions if start.months >= max(self.landmarks_months)]:
            raise ValueError(
                f"transitions: expected a month before the last of landmarks_months ({max(self.landmarks_months):g}); "
                f"found {', '.join(f'{months:g}' for months in late)}"
            )
        return self

    def _reached(self) -> set[str]:
        found, left = {self.begins}, [self.begins]
        while left:
            for to in self.states[left.pop()].moves.values():
                if to not in found:
                    found.add(to)
                    left.append(to)
        return found


def happening_of(model: str, happening: str) -> str:
    """The parameter of adam.adtte that says when a happening of a multi-state model came first: no endpoint's name has a dot."""
    return f"{model}{WITHIN}{happening}"


def analysis_of(model: str) -> str:
    """The analysis of a multi-state model, as results.analysis names it."""
    return f"{SECTION}.{model}"


def labels_of(models: Mapping[str, MultiState]) -> dict[tuple[str, str], str]:
    """What the protocol calls each model (with an empty name), its states and sums, by analysis and name."""
    found = {}
    for name, model in models.items():
        found[analysis_of(name), ""] = model.label
        found |= {(analysis_of(name), key): state.label for key, state in model.states.items()}
        found |= {(analysis_of(name), key): total.label for key, total in model.sums.items()}
    return found
