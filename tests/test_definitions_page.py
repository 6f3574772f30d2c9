"""docs/definitions.md shows what the endpoints really count: each timeline of it, run through their SQL, has the outcome that stands there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from flows.settings import REPOSITORY, Settings
from flows.skeletons import write_study
from flows.study.check import contracts_told
from schemas.protocol import Protocol
from schemas.yaml_file import load_yaml

PAGE = (REPOSITORY / "docs" / "definitions.md").read_text("utf-8")
BLOCKS = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)]


def protocol_with(folder: Path, block: dict[str, Any]) -> Protocol:
    """The protocol that `cartrove new study` writes, with the keys of a block of the page in place of its own."""
    written = write_study(Settings(studies=folder), "trial", "site").protocol
    protocol = yaml.safe_load(written.read_text("utf-8"))
    for endpoint, keys in block.get("endpoints", {}).items():
        protocol["endpoints"][endpoint] |= keys
    protocol["contracts"] = block["contracts"]
    written.write_text(yaml.safe_dump(protocol, allow_unicode=True), "utf-8")
    return load_yaml(written, Protocol)


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block["contracts"].splitlines()[0])
def test_a_timeline_of_the_page_has_the_outcome_that_stands_there(block: dict[str, Any], tmp_path: Path) -> None:
    protocol = protocol_with(tmp_path, block)
    assert len(protocol.timelines) == block["contracts"].count("=>")
    assert contracts_told(protocol)[1] == []


def test_another_outcome_would_be_seen(tmp_path: Path) -> None:
    told, differing = contracts_told(
        protocol_with(tmp_path, {"contracts": "d0 CD19 infusion | d90 death => os: death 91"})
    )
    assert "0 of 1" in told
    assert len(differing) == 1
