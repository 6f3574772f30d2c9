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
from numpy.typing import NDArray

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
    _note_deviation(a, b)
    np.testing.assert_allclose(a, b, rtol=tolerance, atol=1e-14, equal_nan=True)


def _note_deviation(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> None:
    """For `cartrove qualify`: how far the numbers of a comparison are apart at most, one line each."""
    file = os.environ.get("TESTS_DEVIATIONS")
    if file is None or ours.shape != theirs.shape:
        return
    # What is within 1e-14 of 0 is 0.
    known = np.isfinite(ours) & np.isfinite(theirs) & (np.abs(ours - theirs) > 1e-14)
    apart = np.abs(ours[known] - theirs[known]) / np.maximum(np.abs(theirs[known]), 1e-300)
    test = os.environ.get("PYTEST_CURRENT_TEST", "").partition("::")[0].rpartition("/")[2]
    line = {
        "test": test,
        "numbers": int(np.isfinite(theirs).sum()),
        "largest": float(apart.max()) if apart.size else 0.0,
    }
    with Path(file).open("a", encoding="utf-8") as out:
        out.write(f"{json.dumps(line)}\n")
