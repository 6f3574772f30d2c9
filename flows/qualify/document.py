"""The document of a qualification: one JSON that a program reads, one PDF that a person signs, both of the same content."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from flows.qualify.check import STATES, Check, State
from flows.qualify.operation import Deviation, Traced
from transforms.figures.document_pages import Block, draw_document

JSON, PDF = "qualification.json", "qualification.pdf"
SIGNED = "Reviewed and approved for use: name, function, date, signature"


@dataclass(frozen=True)
class Qualification:
    """All that was looked at. said: version, machine, whether quick, groups of tests that were chosen."""

    made: datetime
    said: Mapping[str, str]
    installation: Sequence[Check]
    requirements: Sequence[Traced]
    operation: Sequence[Check]
    deviations: Sequence[Deviation]
    performance: Sequence[Check]

    def states(self) -> list[State]:
        """How each part ended."""
        checks = (*self.installation, *self.operation, *self.performance)
        return [*(one.state for one in checks), *(one.state for one in self.requirements)]

    def counted(self) -> dict[str, int]:
        """How many parts ended in each way."""
        found = self.states()
        return {state: found.count(state) for state in STATES}


def write_document(found: Qualification, folder: Path) -> None:
    """Write both files into a folder."""
    text = json.dumps(_as_json(found), ensure_ascii=False, indent=1)
    (folder / JSON).write_text(f"{text}\n", "utf-8")
    title = f"Qualification of Cartrove {found.said['version']}"
    (folder / PDF).write_bytes(
        draw_document(title, list(_blocks(found)), f"{title}, {found.made:%Y-%m-%d %H:%M} UTC", found.made)
    )


def _as_json(found: Qualification) -> dict[str, object]:
    return {
        "made": found.made.isoformat(timespec="seconds"),
        **found.said,
        "counted": found.counted(),
        "installation": [asdict(one) for one in found.installation],
        "operation": {
            "requirements": [
                {**one.requirement.model_dump(), "state": one.state, "passed": one.passed, "failed": one.failed,
                 "skipped": one.skipped, "failures": list(one.failures)}
                for one in found.requirements
            ],
            "checks": [asdict(one) for one in found.operation],
            "numbers_of_r": [asdict(one) for one in found.deviations],
        },
        "performance": [asdict(one) for one in found.performance],
    }  # fmt: skip


def _blocks(found: Qualification) -> Iterator[Block]:
    counted = found.counted()
    yield Block(paragraph="; ".join(f"{name}: {value}" for name, value in found.said.items()))
    yield Block(header=("result", "parts"), widths=(3, 1), rows=[(state, str(counted[state])) for state in STATES])
    yield Block(paragraph=f"{SIGNED}: ____________________________________________")
    yield Block(heading="Installation qualification")
    yield _table(found.installation)
    yield Block(heading="Operation qualification: requirements")
    yield Block(
        header=("id", "requirement", "risk", "why", "tests", "result"),
        widths=(0.8, 4, 1.0, 3.2, 1.3, 1.2),
        rows=[
            (
                one.requirement.id,
                one.requirement.text,
                one.requirement.risk,
                one.requirement.why,
                _tests(one),
                one.state,
            )
            for one in found.requirements
        ],
    )
    yield Block(heading="Which tests show it")
    yield Block(
        header=("id", "tests"),
        widths=(0.7, 9),
        rows=[(one.requirement.id, " ".join(one.requirement.tests)) for one in found.requirements],
    )
    yield Block(heading="Operation qualification: numbers")
    yield _table(found.operation)
    yield Block(heading="Performance qualification")
    yield _table(found.performance)


def _tests(traced: Traced) -> str:
    parts = (("passed", traced.passed), ("failed", traced.failed), ("skipped", traced.skipped))
    return ", ".join(f"{count} {name}" for name, count in parts if count) or "none ran"


def _table(checks: Sequence[Check]) -> Block:
    rows: list[tuple[str, str, str, str]] = []
    for one in checks:
        rows.append((one.what, one.expected, one.found, one.state))
        rows += [("", "", line, "") for line in one.details]
    return Block(header=("what", "expected", "found", "result"), widths=(2, 2.5, 5, 1.2), rows=rows)
