"""SQL files: what their header says, what is put in, and that a number of the field stands in one place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flows.settings import REPOSITORY
from schemas.sql_file import CONSTANTS, read_sql_file
from schemas.units import DAYS_PER_MONTH

FILE = """\
-- Months of each subject
-- grain:  one row per subject
-- rule:   months of {table} are
--         all alike
-- sets aside: nothing
select days / {days_per_month} as months -- caveat: of the query, not of the header
from {table}
where response in {complete_remission}
"""


def write(folder: Path, text: str = FILE) -> Path:
    path = folder / "a.sql"
    path.write_text(text, "utf-8")
    return path


def test_a_header_has_a_title_and_fields_that_go_on_in_indented_lines(tmp_path: Path) -> None:
    file = read_sql_file(write(tmp_path), table="adam.adtte")
    assert file.title == "Months of each subject"
    assert file.fields == {
        "grain": "one row per subject",
        "rule": "months of adam.adtte are all alike",
        "sets aside": "nothing",
    }


def test_parts_and_constants_are_put_in(tmp_path: Path) -> None:
    text = read_sql_file(write(tmp_path), table="adam.adtte").text
    assert "select days / 30.4375 as months" in text
    assert "from adam.adtte\nwhere response in ('CR', 'CRi')" in text


def test_a_part_that_is_not_given_is_no_query(tmp_path: Path) -> None:
    with pytest.raises(KeyError, match="table"):
        read_sql_file(write(tmp_path))


STATED = {
    "the days of a month": (rf"(?<![\d.]){re.escape(str(DAYS_PER_MONTH))}", "schemas/units.py"),
    "what complete remission is": (r"""['"]CR['"]\s*,\s*['"]CRi['"]""", "schemas/codelists.py"),
    "how a variable is set": (r"SET VARIABLE", "warehouse/frames.py"),
    "how a header is read": (r"""\^-- |\\A-- """, "schemas/sql_file.py"),
    "how a part is put in": (r"""\.replace\(f?["']\{[a-z_]+\}""", None),
    "where schema adam is filled": (r"INSERT INTO (adam\.|\{table\} BY NAME \{sql\})", "warehouse/endpoint_tables.py"),
}


def stated_in(pattern: str, folder: Path) -> list[str]:
    files = [path for room in ("flows", "schemas", "transforms", "warehouse") for path in (folder / room).rglob("*")]
    texts = [path for path in files if path.suffix in {".py", ".sql"}]
    return sorted(path.relative_to(folder).as_posix() for path in texts if re.search(pattern, path.read_text("utf-8")))


@pytest.mark.parametrize("what", STATED)
def test_it_is_stated_in_one_place(what: str) -> None:
    pattern, place = STATED[what]
    assert stated_in(pattern, REPOSITORY) == ([place] if place else [])


def test_a_second_place_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "warehouse" / "planted.sql").write_text("select d / 30.4375 from a where r in ('CR','CRi')")
    for what in ("the days of a month", "what complete remission is"):
        assert stated_in(STATED[what][0], tmp_path) == ["warehouse/planted.sql"]


def test_the_words_of_the_methods_have_the_same_month() -> None:
    for language in ("en", "zh"):
        words = (REPOSITORY / "transforms" / "words" / f"{language}.yaml").read_text("utf-8")
        assert re.findall(r"30\.\d+", words) == [CONSTANTS["days_per_month"]]
