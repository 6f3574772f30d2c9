"""Where the reference numbers of the statistics tests come from: R's results in tests/reference, and data PyPI carries."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

REPOSITORY = Path(__file__).parents[3]

# The contract: closed forms to 1e-8, iterative fits to 1e-6, both relative.
CLOSED_FORM = 1e-8
ITERATIVE = 1e-6


def load_reference(name: str) -> Any:
    """R's committed results, tests/reference/<name>.json."""
    return json.loads((REPOSITORY / "tests" / "reference" / f"{name}.json").read_text())


def load_carried(file: str, delimiter: str = ",") -> dict[str, list[str]]:
    """Columns, as text, of a data set that the lifelines package carries (found without importing lifelines)."""
    spec = find_spec("lifelines")
    assert spec is not None and spec.origin is not None
    with (Path(spec.origin).parent / "datasets" / file).open(newline="") as handle:
        rows = list(csv.DictReader(handle, delimiter=delimiter))
    return {name: [row[name] for row in rows] for name in rows[0]}


def locate_shared(*parts: str) -> Path:
    """A file of the reference folder beside the repository (or in CARTROVE_REFERENCE); the test is skipped without it."""
    root = Path(os.environ.get("CARTROVE_REFERENCE", REPOSITORY.parent / "shared"))
    path = root.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"reference data {path} is not on this machine (set CARTROVE_REFERENCE)")
    return path


def assert_close(ours: Iterable[float | None], theirs: Iterable[float | None], tolerance: float) -> None:
    """Equal within a relative tolerance; an undefined number must be undefined on both sides; 0 must be 0 within 1e-14."""
    a, b = (np.array([np.nan if v is None else v for v in values], dtype=np.float64) for values in (ours, theirs))
    np.testing.assert_allclose(a, b, rtol=tolerance, atol=1e-14, equal_nan=True)
