"""The templates of the pages, and what they do to a cell."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

TEMPLATES = Path(__file__).parent / "templates"
# A narrow column would break these apart, within the word or behind the sign.
UNBROKEN = re.compile(r"CAR-T|B-cell|p (?:=|&lt;) [\d.]+")


@cache
def environment() -> Environment:
    """Templates with escaping on; a name a template misspells is an error."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["unbroken"] = unbroken
    return found


def unbroken(cell: str) -> Markup:
    """A cell as HTML in which names of products and p values stay on one line."""
    return Markup(UNBROKEN.sub(r'<span class="one">\g<0></span>', str(escape(cell))))  # noqa: S704 - escaped before
