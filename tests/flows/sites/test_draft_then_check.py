"""A draft, completed where it says what it lacks, passes `site check`."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.command import main


def test_a_completed_draft_checks_the_export_it_was_made_from(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export, site = tmp_path / "a.csv", tmp_path / "new_site.yaml"
    export.write_text(
        "record_id,redcap_event_name,phone,sex,seen_on,visit_complete\n"
        "1,enrollment,13800000000,male,2021-03-05,2\n1,visit_1,,,,0\n"
    )
    draft = said(["site", "draft", str(export), "--site", "new_site"], capsys)[1]
    site.write_text(draft)
    code, lacking = said(["site", "check", str(export), "--mapping", str(site)], capsys)
    assert code == 2 and 'the mapping says "?" for subject.enrollment_date' in lacking
    site.write_text(draft.replace('enrollment_date: "?"', 'enrollment_date: "seen_on"'))
    code, told = said(["site", "check", str(export), "--mapping", str(site)], capsys)
    assert "2 rows read, 1 records accepted" in told
    assert code == 3 and "row 3: No " in told and "13800000000" not in told


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    captured = capsys.readouterr()
    return int(ended.value.code or 0), captured.out + captured.err
