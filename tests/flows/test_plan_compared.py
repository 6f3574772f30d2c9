"""What a plan compares: small counts stay hidden, a file of an earlier version is a sentence."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
import yaml

from flows.plan.compare import compare_with_published
from flows.plan.tell import plan_lines
from flows.settings import Settings
from schemas.errors import UsageError
from tests.flows.conftest import make_place
from tests.flows.tiny_night import STUDY, write_tiny_study
from transforms.words import words_in


@pytest.fixture(scope="module")
def desk(prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of a published night of five subjects, `var`, and beside it `trial`, where the next one is published: one more has responded."""
    root = tmp_path_factory.mktemp("compared")
    with pytest.MonkeyPatch.context() as patch:
        place = make_place(root, patch, ())
        sent = write_tiny_study(place.studies)
        protocol = place.studies / STUDY / "protocol.yaml"
        written = yaml.safe_load(protocol.read_text("utf-8"))
        protocol.write_text(yaml.safe_dump({**written, "outcomes": {"primary": ["response.i1"]}}), "utf-8")
        assert place.run() is None
        shutil.copytree(root / "var", root / "trial")
        sent.write_text(sent.read_text("utf-8").replace(",NR,", ",CR,"), "utf-8")
        patch.setenv("CARTROVE_WORKSPACE", str(root / "trial"))
        assert place.run() is None
    return root


def settings(desk: Path, workspace: str, smallest_count: int | None = None) -> Settings:
    return Settings(studies=desk / "studies", workspace=desk / workspace, smallest_count=smallest_count)


def told(desk: Path, now: str = "var", then: str = "trial", smallest_count: int | None = None) -> list[str]:
    compared = compare_with_published(
        settings(desk, now, smallest_count), settings(desk, then, smallest_count), failure=None
    )
    return list(plan_lines(compared, words_in("en")))


def test_a_headline_that_would_move_is_told_with_both_values(desk: Path) -> None:
    lines = told(desk)
    assert any("80.0% to 100.0%" in line for line in lines[lines.index("headlines") :])


def test_headlines_of_small_counts_are_hidden_as_in_the_report(desk: Path) -> None:
    assert not any("80.0%" in line for line in told(desk, smallest_count=5))


def test_a_published_file_of_an_earlier_version_is_named_in_a_sentence(desk: Path) -> None:
    shutil.copytree(desk / "var", desk / "earlier")
    published = settings(desk, "earlier").published
    with duckdb.connect(str(published)) as connection:
        connection.execute("DROP VIEW results.analysis_en")
    with pytest.raises(UsageError, match="published by an earlier version; publish it again with cartrove run"):
        told(desk, now="earlier")
