"""Reasons in words: why a number is missing, or what it has to be read with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from schemas.reasons import Argument
from transforms.words.words import Words

# A fitted model calls a level of a factor, and an interaction, so.
LEVEL, INTERACTION = ": ", " x "
Say = Callable[[Any], str]


def said_reason(code: str, arguments: Mapping[str, Argument], words: Words) -> str:
    """A reason of schemas.reasons in words; codes and keys among its arguments are said in words too."""
    say = _sayers(words) | _sayers_of_pairs(code, words)
    said = {name: say[name](value) if name in say else value for name, value in arguments.items()}
    return words.signs(words(f"reason.{code}", **said))


def said_reasons(reasons: Iterable[tuple[str, Mapping[str, Argument]]], words: Words) -> str:
    """Several reasons, one after the other."""
    return words.apart(said_reason(code, arguments, words) for code, arguments in reasons)


def _sayers(words: Words) -> dict[str, Say]:
    """How arguments are said that are no numbers, by their name."""

    def factor(key: str) -> str:
        name, _, level = key.partition(LEVEL)
        said = words.factor(name.replace(INTERACTION, ":")) if name != "intercept" else words("model.intercept")
        return words("model.contrast", covariate=said, contrast=words.told(level)) if level else said

    return {
        "factor": factor,
        "state": factor,
        "names": lambda keys: words.listed([factor(key) for key in keys]),
        "known": lambda key: words(f"happening.{key}"),
        "records": lambda key: words(f"records.{key}"),
        "columns": lambda names: words.listed(list(names)),
        "cells": lambda names: words.listed(list(names)),
        "scale": words.told,
        "treatment": words.told,
        "scales": lambda names: words.listed([words.told(name) for name in names]),
        "interval": lambda key: words(f"method_part.{key}"),
    }


def _sayers_of_pairs(code: str, words: Words) -> dict[str, Say]:
    """How the two sides of a difference between definitions are said."""

    def origin(key: str) -> str:
        kind, _, infusion = key.partition(".")
        return words(f"origin.{kind}", infusion=infusion)

    def happenings(keys: Sequence[str]) -> str:
        return words.listed([words(f"happening.{key}") for key in keys])

    say: Say | None = {
        "differs_day_0": origin,
        "differs_known_from": lambda key: words(f"happening.{key}"),
        "differs_transplant": lambda key: words(f"transplant.{key}"),
        "differs_censored": lambda key: words(f"censor_at.{key}"),
        "differs_events": happenings,
    }.get(code)
    return {"own": say, "other": say} if say else {}
