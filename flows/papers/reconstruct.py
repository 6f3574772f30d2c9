"""`cartrove reconstruct`: points read off a published survival curve, to subjects that give it back."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from schemas.errors import UsageError
from transforms.statistics import Reconstruction, reconstruct_patients

CURVE, AT_RISK = ("time", "survival"), ("time", "at_risk")


def read_reconstruction(curve: Path, at_risk: Path, events: int | None) -> Reconstruction:
    """Subjects of a published curve. curve: CSV of time and survival (a fraction); at_risk: CSV of time and at_risk, as below the figure.

    Raises
    ------
    UsageError: a file that can't be read, a cell that is no number, points that are no survival curve, a table that is none.
    """
    points, table = _read(curve, CURVE), _read(at_risk, AT_RISK)
    whole = [(time, int(count)) for time, count in table if count == int(count)]
    if len(whole) < len(table):
        raise UsageError(f"{at_risk}: expected whole numbers of subjects in at_risk")
    if any(survival > 1 for _, survival in points):
        raise UsageError(f"{curve}: expected survival as a fraction from 0 to 1; write 85.3 % as 0.853")
    try:
        return reconstruct_patients(points, whole, total_events=events)
    except ValueError as error:
        raise UsageError(f"{curve} with {at_risk}: {error}") from None


def reconstruction_lines(found: Reconstruction) -> Iterator[str]:
    """A line of CSV per subject, in the order of times."""
    yield "time,event"
    for time, event in sorted(zip(found.time.tolist(), found.event.tolist(), strict=True)):
        yield f"{time:.10g},{int(event)}"


def reconstruction_note(found: Reconstruction) -> str:
    """What the subjects are worth, for whoever reads the lines."""
    return (
        f"{found.time.size} subjects, {int(found.event.sum())} events; the curve is met within {found.largest_gap:.3g}. "
        "They are not the study's patients."
    )


def _read(path: Path, columns: tuple[str, str]) -> list[tuple[float, float]]:
    """Both columns of a CSV file, row by row."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{path}: expected a CSV file in UTF-8 with the columns {' and '.join(columns)}") from None
    rows = csv.DictReader(text.splitlines())
    if missing := [name for name in columns if name not in (rows.fieldnames or ())]:
        raise UsageError(
            f"{path}: expected the columns {' and '.join(columns)} in the first row; {' and '.join(missing)} not found; rename the headers"
        )
    return [
        (_number(path, number, columns[0], row[columns[0]]), _number(path, number, columns[1], row[columns[1]]))
        for number, row in enumerate(rows, 2)
    ]


def _number(path: Path, row: int, column: str, text: str | None) -> float:
    try:
        found = float((text or "").strip())
    except ValueError:
        found = float("nan")
    if not abs(found) < float("inf"):
        raise UsageError(f"{path}, row {row}, column {column}: expected a number, such as 0.85")
    return found
