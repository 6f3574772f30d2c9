"""How a malformed export must end: in one clear sentence, or with every row accounted for; never in a traceback or silent loss."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import yaml

from flows.command import main
from schemas.mapping import SiteMapping
from tests.malformed.damage import Malformed
from tests.malformed.exports import ROWS, SUBJECTS
from transforms.stage import stage_export


def assert_it_ends_well(malformed: Malformed, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is refused in a sentence, or asked about row by row."""
    path = tmp_path / malformed.file
    path.write_bytes(malformed.content)
    (tmp_path / "mapping").mkdir()
    site = tmp_path / "mapping" / "s.yaml"
    site.write_text(yaml.safe_dump(malformed.mapping))
    with pytest.raises(SystemExit) as ended:
        main(["site", "check", str(path), "--mapping", str(site)])
    said = capsys.readouterr()
    code = int(ended.value.code or 0)
    told = f"{said.out[-600:]}\n{said.err[-600:]}"
    assert "Traceback" not in said.out + said.err
    assert code in (0, 3), told
    if said.err:
        assert code == 3
        sentence = said.err.strip()
        assert "\n" not in sentence
        assert malformed.file in sentence.split(":")[1], sentence
        assert len(sentence) < 500, sentence[:200]
        return
    assert code == 3 or malformed.harmless or "problem" in said.out
    assert_nothing_is_lost(path, SiteMapping.model_validate(malformed.mapping))


def assert_nothing_is_lost(path: Path, site: SiteMapping) -> None:
    """Every row is accepted, or there is a problem that names it; what is accepted is what was sent, or asked about."""
    frames = stage_export(path, site.files[0], site)
    records = frames["accepted.subject"].select(
        "source_row", "subject_id", pl.col("enrollment_date").cast(pl.String), "sex", "age_years"
    )
    problems = frames["problems"]
    of_one_key = problems.filter(rule_id="subject.key.unique")["source_row"]
    told_apart = records.filter(~pl.col("source_row").is_in(of_one_key.implode())).drop("source_row").rows()
    columns_fit = problems.filter(rule_id="file.unread_column").is_empty()
    if columns_fit:
        unsent = {row for row in told_apart if not any(_is_but_for_blanks(row, subject) for subject in SUBJECTS)}
        assert not unsent, "a subject was accepted that nobody sent"
    rows_asked_about = set(problems["source_row"].drop_nulls())
    lost = set(SUBJECTS) - set(records.drop("source_row").rows())
    if columns_fit:
        assert len(lost) <= len(rows_asked_about), (
            f"{len(lost)} subjects lost, rows {sorted(rows_asked_about)} asked about"
        )
    assert frames["sheets"]["rows_read"].sum() >= len(ROWS) - len(rows_asked_about)


def _is_but_for_blanks(accepted: tuple[object, ...], sent: tuple[object, ...]) -> bool:
    """Whether a record is the one that was sent, but for cells that were left blank and asked about."""
    return all(cell in (None, told) for cell, told in zip(accepted, sent, strict=True))
