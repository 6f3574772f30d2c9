"""The page over all studies: the state of the night, and a link to each report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from transforms.reports.study_page import environment


def render_index(night: Mapping[str, Any], studies: Sequence[Mapping[str, Any]]) -> str:
    """The page as HTML.

    night: as_of, code_version, checks. studies: rows of the run summary with `title`, in print order.
    """
    return environment().get_template("index.html.j2").render(night=night, studies=studies)
