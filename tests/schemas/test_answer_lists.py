"""The declaration of a list from a site's own system: what it can't say is told with the path inside the YAML."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.errors import UsageError
from schemas.mapping import SiteMapping
from schemas.yaml_file import load_yaml
from tests.schemas.test_mapping import site

COLUMNS = {"question": "Text", "answer": "Status", "answered_by": "User", "answered_on": "Day"}


def load(folder: Path, *lists: dict[str, Any]) -> SiteMapping:
    """The mapping of a site whose exports fit `*`."""
    path = folder / "s.yaml"
    path.write_text(
        yaml.safe_dump({**site({}), "answer_lists": [*lists]}, allow_unicode=True, sort_keys=False), "utf-8"
    )
    return load_yaml(path, SiteMapping)


def test_a_site_without_such_a_system_declares_nothing() -> None:
    assert SiteMapping.model_validate(site({})).answer_lists == []


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"answers": {"Closed": "closed"}}, "answer_lists[0].answers.Closed: input should be 'confirmed', 'will_correct', 'not_available' or 'unknowable'"),
        ({"answers": {"Closed": "confirmed", "ＣＬＯＳＥＤ": "unknowable"}}, "answer_lists[0].answers: expected one code for"),
        ({"answers": {"Closed": "confirmed"}, "unanswered": ["closed"]}, "unanswered: expected words that are no answers; found closed under both"),
        ({"columns": {**COLUMNS, "remark": "Text"}}, "answer_lists[0].columns: expected a column of its own for each; found Text twice"),
        ({"columns": {"question": "Text"}}, "answer_lists[0].columns.answer: expected a value; found none"),
        ({"dates": ["%d.%m."]}, "answer_lists[0].dates[0]: expected a pattern of year, month and day"),
        ({"match": "*"}, "answer_lists: expected a match that no entry of files has; found *, which would take its exports"),
    ],
)  # fmt: skip
def test_what_a_declaration_cannot_say_is_told_by_its_path(
    tmp_path: Path, changed: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError) as error:
        load(tmp_path, {"match": "*queries*.csv", "columns": COLUMNS, **changed})
    assert message in str(error.value)


def test_two_declarations_of_one_match_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"expected a match of its own for each; found q\.csv twice"):
        load(tmp_path, *[{"match": "q.csv", "columns": COLUMNS}] * 2)


def test_a_declaration_leaves_staged_exports_as_they_are(tmp_path: Path) -> None:
    with_lists = load(tmp_path, {"match": "*queries*.csv", "columns": COLUMNS})
    assert with_lists.fingerprint_text() == SiteMapping.model_validate(site({})).fingerprint_text()
