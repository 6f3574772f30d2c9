"""Each malformed file of an exchange format ends in one clear sentence or with every row accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.malformed.arrow import tables_of_arrow
from tests.malformed.damage import Malformed
from tests.malformed.ends import assert_it_ends_well
from tests.malformed.json_files import dataset_json, json_lines
from tests.malformed.odm import odm_files

CASES = [*odm_files(), *dataset_json(), *json_lines(), *tables_of_arrow()]


@pytest.mark.parametrize("malformed", CASES, ids=lambda malformed: malformed.name)
def test_it_is_refused_in_a_sentence_or_asked_about_row_by_row(
    malformed: Malformed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert_it_ends_well(malformed, tmp_path, capsys)
