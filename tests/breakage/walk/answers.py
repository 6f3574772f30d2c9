"""What a person answers a night that is held since a table fell: once nothing else is wrong, the protocol accepts it."""

from __future__ import annotations

import re
from datetime import timedelta

import yaml

from tests.breakage.walk.mischief import Place
from tests.breakage.walk.trial import TRIAL, write_yaml

FALL = re.compile(rf"study_id {TRIAL}, table_name core\.(\w+), states [\w ]+, rows_before \d+, rows_now (\d+)")


def falls_told(output: str) -> dict[str, int]:
    """The domains a night was held for, and their rows now."""
    fallen: dict[str, int] = {}
    for domain, rows in FALL.findall(output):
        fallen[domain] = min(int(rows), fallen.get(domain, int(rows)))
    return fallen


def accept_falls(place: Place) -> set[str]:
    """Accept them for tonight, where nothing is wrong any more. Gives the domains."""
    if not place.falls or place.troubles:
        return set()
    path = place.trial.folder / "protocol.yaml"
    decided = {
        "reason": "mended", "decided_by": "a person", "decided_on": place.today - timedelta(days=1),
        "applies_until": place.today,
    }  # fmt: skip
    accepted = [{"table": domain, "rows": rows, **decided} for domain, rows in place.falls.items()]
    protocol = yaml.safe_load(path.read_text("utf-8"))
    write_yaml(path, {**protocol, "accepted_falls": [*protocol.get("accepted_falls", []), *accepted]})
    return set(place.falls)
