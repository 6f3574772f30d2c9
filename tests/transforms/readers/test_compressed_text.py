"""Text compressed as a whole: read as what it holds, said to be cut where it is, refused where it unpacks beyond measure."""

from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from schemas.errors import DataRejected
from tests.transforms.readers.damage import mapping, outcome
from transforms.distinct_texts import as_text
from transforms.readers import compressed, read_file


def zstd(content: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as out:
        out.write(content)
    return bytes(sink.getvalue())


PACKERS: list[Callable[[bytes], bytes]] = [gzip.compress, bz2.compress, lzma.compress, zstd]
TEXT = "id,day,note\n001,2021-03-05,完全缓解，骨髓恢复；微小残留病阴性\n".encode()
MANY = b"id,day\n" + b"".join(b"%06d,2021-03-05\n" % number for number in range(30_000))


@pytest.mark.parametrize("pack", PACKERS)
@pytest.mark.parametrize("content", [TEXT, TEXT.decode().encode("gb18030"), MANY])
def test_a_compressed_csv_is_the_csv(tmp_path: Path, pack: Callable[[bytes], bytes], content: bytes) -> None:
    (tmp_path / "plain.csv").write_bytes(content)
    (tmp_path / "a.csv.gz").write_bytes(pack(content))
    (plain,) = read_file(tmp_path / "plain.csv", mapping("csv"))
    (sheet,) = read_file(tmp_path / "a.csv.gz", mapping("csv"))
    assert as_text(sheet.frame).equals(as_text(plain.frame))


@pytest.mark.parametrize("pack", PACKERS)
def test_a_cut_one_is_said_to_be_cut(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    content = pack(MANY)
    for copy in (content[:-1], content[:-8], content[: len(content) // 2], content[:12]):
        assert "it is cut short or damaged" in outcome(tmp_path / "a.csv.gz", copy, mapping("csv"))


@pytest.mark.parametrize("pack", PACKERS)
def test_one_that_unpacks_beyond_measure_is_refused(
    tmp_path: Path, pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compressed, "MAX_UNPACKED", 10_000)
    (tmp_path / "a.csv.gz").write_bytes(pack(MANY))
    with pytest.raises(DataRejected, match="unpacks to more than"):
        read_file(tmp_path / "a.csv.gz", mapping("csv"))


@pytest.mark.parametrize("header", ["x^2,day", "BZh,day", "x\x01,day"])
def test_text_that_starts_like_a_compressed_file_is_text(tmp_path: Path, header: str) -> None:
    (tmp_path / "a.csv").write_text(f"{header}\n1,2021-03-05\n")
    assert read_file(tmp_path / "a.csv", mapping("csv"))[0].frame["day"].to_list() == ["2021-03-05"]
