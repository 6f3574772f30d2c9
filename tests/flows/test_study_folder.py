"""What a study's folder must hold, and what is said where a part of it is missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.settings import Settings
from flows.study_folder import load_study
from schemas.errors import UsageError
from tests.flows.tiny_night import STUDY, write_tiny_study


def test_a_site_without_a_mapping_is_told_with_those_that_have_one(tmp_path: Path) -> None:
    write_tiny_study(tmp_path)
    protocol = tmp_path / STUDY / "protocol.yaml"
    protocol.write_text(protocol.read_text("utf-8").replace("sites:\n- s\n", "sites:\n- s1\n"), "utf-8")
    with pytest.raises(UsageError, match="names the site s1, and mappings are there of: s; correct `sites`, or write"):
        load_study(Settings(studies=tmp_path), STUDY)
