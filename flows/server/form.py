"""The nightly flow as the form of a rerun asks for it: its studies and sites are lists to choose from.

The entrypoint of the deployment. Whoever imports it reads the names of the folders; a new study or site needs a new deploy, no code.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from copy import copy
from functools import update_wrapper, wraps
from typing import Annotated, Any, Literal

from prefect import Flow
from prefect.utilities.callables import parameter_schema
from pydantic import WithJsonSchema

from flows.nightly import nightly as any_night
from flows.settings import Settings
from flows.study_folder import list_sites, list_studies


def offering(flow: Flow[..., Any], **choices: Sequence[str]) -> Flow[..., Any]:
    """The flow, with parameters of which each value is one of some names."""
    signature = inspect.signature(flow.fn, eval_str=True)

    @wraps(flow.fn)
    def asked(*words: Any, **named: Any) -> Any:
        return flow.fn(*words, **named)

    asked.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[
            one.replace(annotation=list[_one_of(choices[name])]) if name in choices else one  # type: ignore[misc]
            for name, one in signature.parameters.items()
        ]
    )
    offered = copy(flow)
    offered.fn, offered.parameters = asked, parameter_schema(asked)
    # `prefect deploy` asks the flow itself for its signature, which it has of the function it wraps.
    update_wrapper(offered, asked)
    return offered


def _one_of(names: Sequence[str]) -> Any:
    """Of a single name pydantic says `const`, for which Prefect's form has no list; so the schema is given in words."""
    names = tuple(names) or ("none",)
    return Annotated[Literal[names], WithJsonSchema({"type": "string", "enum": list(names)})]


nightly = offering(any_night, studies=list_studies(Settings()), sites=list_sites(Settings()))
