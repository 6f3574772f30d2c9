"""The language of reports: a setting, which a study's protocol overrules."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import ValidationError

from flows.command import main
from flows.settings import REPOSITORY, Settings
from flows.study.product import Printing, study_build_key
from flows.study.words import words_of
from flows.study_folder import Study, load_study
from schemas.protocol import Protocol

STUDY = "pan2020_seq1922_paed"


@pytest.fixture(scope="module")
def study() -> Study:
    return load_study(Settings(studies=REPOSITORY / "studies"), STUDY)


def test_a_study_may_state_its_own_language(study: Study) -> None:
    settings = Settings(language="en")
    chinese = replace(study, protocol=study.protocol.model_copy(update={"language": "zh"}))
    assert Printing.of(study, settings).language == "en"
    assert Printing.of(chinese, settings).language == "zh"


def test_another_language_is_another_product(study: Study) -> None:
    keys = {study_build_key(study, [], None, Printing(language=language)) for language in ("en", "zh")}  # type: ignore[arg-type]
    assert len(keys) == 2


def test_labels_of_a_study_are_told_as_its_protocol_says(study: Study) -> None:
    words = words_of(study, "zh")
    assert words.told("Leukemia-free survival") == "无白血病生存期 (LFS)"
    assert words_of(study, "en").told("Leukemia-free survival") == "Leukemia-free survival"


def test_a_translation_of_what_the_protocol_does_not_say_is_refused(study: Study) -> None:
    content = study.protocol.model_dump() | {"translations": {"zh": {"Overal survival": "总生存期"}}}
    with pytest.raises(ValidationError, match=r"translations\.zh: expected texts of this file; found Overal survival"):
        Protocol.model_validate(content)


def test_a_language_there_is_not_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CARTROVE_LANGUAGE", "fr")
    with pytest.raises(SystemExit) as ended:
        main(["sentences", STUDY])
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert "CARTROVE_LANGUAGE" in told
    assert "Traceback" not in told
