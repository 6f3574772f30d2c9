"""A signer for the tests of what is signed."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.history.signers import register_signer
from tests.flows.conftest import Place

PASSPHRASE = "correct horse"  # noqa: S105 - of keys made for these tests


@pytest.fixture
def key(tiny_night: Place, tmp_path: Path) -> Path:
    """The key of a registered signer."""
    place = tmp_path / "mine" / "li.pem"
    register_signer(tiny_night.settings, "Li Wei", place, PASSPHRASE)
    return place
