"""The nights before tonight, as the run log tells them: when they began, how long they took, what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flows.history.run_log import Line

# How many are shown.
SHOWN = 30


def past_nights(lines: Sequence[Line], tonight: str) -> list[dict[str, Any]]:
    """Nights that have begun, the latest first; snapshots are none. tonight: the run that asks, which has not ended yet.

    Columns: began (UTC, to the minute), minutes (None where the run was cut off), ended (published, unchanged, failed, cut_off),
    started_by, built (studies that were computed anew), studies.
    """
    ends = {line["run_id"]: line for line in lines if line.get("event") == "ended"}
    began = [line for line in lines if line.get("event") == "begun" and not line.get("snapshot")]
    nights = [_night(line, ends.get(line["run_id"])) for line in began if line["run_id"] != tonight]
    return nights[: -SHOWN - 1 : -1]


def _night(begun: Line, ended: Line | None) -> dict[str, Any]:
    studies = (ended or {}).get("studies") or {}
    return {
        "began": str(begun["at"])[:16].replace("T", " "),
        "minutes": _minutes(begun, ended) if ended else None,
        "ended": _how(ended),
        "started_by": begun.get("started_by", ""),
        "built": sum(state == "built" for state in studies.values()),
        "studies": len(studies),
    }


def _how(ended: Line | None) -> str:
    """A night that published is told so even where a study of it failed."""
    if ended is None:
        return "cut_off"
    if ended.get("published"):
        return "published"
    return "failed" if ended.get("exit_code") else "unchanged"


def _minutes(begun: Line, ended: Line) -> float:
    first, last = (datetime.fromisoformat(str(line["at"])) for line in (begun, ended))
    return (last - first).total_seconds() / 60
