"""One truth, written in every format that can hold it, is read back as the same cells."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pyreadstat
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.mapping import FileFormat
from tests.transforms.readers.damage import mapping
from transforms.readers import read_file

LETTERS = st.characters(codec="gb18030", exclude_categories=("C", "Z"), exclude_characters="\ufeff")
TEXTS = st.text(LETTERS, max_size=12) | st.from_regex(r"0[0-9]{1,5}", fullmatch=True)
NUMBERS = (
    st.none() | st.integers(-(10**9), 10**9).map(float) | st.floats(-1e9, 1e9).map(lambda value: round(value, 4) + 0.0)
)
ROWS = st.lists(st.tuples(TEXTS, NUMBERS), min_size=1, max_size=6)

Table = tuple[list[str], list[float | None]]


def frame(table: Table) -> pl.DataFrame:
    return pl.DataFrame({"id": table[0], "value": table[1]}, schema={"id": pl.String, "value": pl.Float64})


def numbers(table: Table) -> list[str]:
    return ["" if value is None else format(value, "f").rstrip("0").rstrip(".") for value in table[1]]


def as_csv(table: Table, path: Path) -> None:
    written = pl.DataFrame({"id": table[0], "value": numbers(table)})
    path.write_bytes(gzip.compress(written.write_csv(quote_style="always").encode("utf-8-sig")))


def as_json_lines(table: Table, path: Path) -> None:
    rows = zip(table[0], numbers(table), strict=True)
    path.write_text("\n".join(f'{{"id": {json.dumps(i)}, "value": {v or "null"}}}' for i, v in rows), "utf-8-sig")


def as_dictionary_of_arrow(table: Table, path: Path) -> None:
    arrow = frame(table).to_arrow()
    pq.write_table(pa.table({"id": arrow["id"].dictionary_encode(), "value": arrow["value"]}), path)


WRITERS: dict[str, tuple[FileFormat, Callable[[Table, Path], None]]] = {
    "csv.gz": ("csv", as_csv),
    "jsonl": ("jsonl", as_json_lines),
    "sav": ("spss", lambda table, path: pyreadstat.write_sav(frame(table).to_pandas(), path)),
    "zsav": ("spss", lambda table, path: pyreadstat.write_sav(frame(table).to_pandas(), path, compress=True)),
    "dta": ("stata", lambda table, path: pyreadstat.write_dta(frame(table).to_pandas(), path)),
    "parquet": ("parquet", lambda table, path: frame(table).write_parquet(path)),
    "parquet of categories": ("parquet", as_dictionary_of_arrow),
    "feather": ("feather", lambda table, path: pyarrow.feather.write_feather(frame(table).to_arrow(), path)),
    "arrow": ("feather", lambda table, path: frame(table).write_ipc(path)),
}


@settings(max_examples=40)
@given(ROWS)
def test_a_table_is_the_same_in_every_format(rows: list[tuple[str, float | None]]) -> None:
    table = [text for text, _ in rows], [value for _, value in rows]
    cells = [(text or None, number or None) for text, number in zip(table[0], numbers(table), strict=True)]
    wanted = [row for row in cells if any(row)]
    with tempfile.TemporaryDirectory() as folder:
        for name, (file_format, write) in WRITERS.items():
            path = Path(folder) / "a"
            write(table, path)
            (sheet,) = read_file(path, mapping(file_format))
            assert sheet.frame.select("id", "value").rows() == wanted, name
