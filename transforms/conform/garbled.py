"""Cells whose text was destroyed before it was sent: read in one encoding and saved in another, or by signs put in place of what could not be.

The file is sound and the cell is not: 锟斤拷 and U+FFFD stand for text that is gone, `Ã©` was é, `鍖椾含` was 北京. Nothing is put
back by guess; the site is asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import polars as pl

from transforms.distinct_texts import by_text, distinct, having
from transforms.readers.encodings import decoded, rarity
from transforms.readers.sheet import ROW

_GONE = "\ufffd|锟斤|斤拷|烫烫烫|屯屯屯"
# What the bytes of UTF-8 are in Windows' encoding: one that begins a character, one that goes on.
_BEGIN = "[\u00c2-\u00f4]"
_GO_ON = "[\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]"
# And what the first two bytes of a Chinese character of UTF-8 are in GBK.
_FIRST_TWO = "".join(
    sign
    for first in range(0xE4, 0xEA)
    for second in range(0x80, 0xC0)
    if (sign := decoded(bytes((first, second)), "gb18030"))
)
MAY_BE_GARBLED = f"{_GONE}|{_BEGIN}{_GO_ON}|[{_FIRST_TWO}]"
_OTHER_SIGNS = re.compile("[^\x00-\x7f]+")


def garbled_cells(frame: pl.DataFrame, columns: Collection[str]) -> pl.DataFrame:
    """Where such cells stand (source_row, column)."""
    found = [pl.DataFrame(schema={ROW: pl.Int64, "column": pl.String})]
    for name in having(frame, MAY_BE_GARBLED, sorted(columns)):
        texts = distinct(frame[name])
        garbled = [text for text in texts.filter(texts.str.contains(MAY_BE_GARBLED)).to_list() if is_garbled(text)]
        if garbled:
            rows = by_text(frame[name], lambda cells, those=garbled: cells.is_in(those)).fill_null(value=False)  # type: ignore[misc]
            found.append(frame.filter(rows).select(ROW, column=pl.lit(name)))
    return pl.concat(found)


def is_garbled(text: str) -> bool:
    """Whether a part of the text is UTF-8 read in another encoding, or stands for text that is gone."""
    if re.search(_GONE, text):
        return True
    return any(_was_utf8(run, "cp1252") or _was_utf8(run, "gb18030") for run in _OTHER_SIGNS.findall(text))


def _was_utf8(run: str, encoding: str) -> bool:
    """Whether the bytes of the signs are UTF-8, but for a last one that is cut, and likelier so."""
    content = run.encode(encoding, errors="ignore")
    if len(content) < len(run):
        return False
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        if error.end < len(content) or not error.start:
            return False
        text = content[: error.start].decode()
    return len(text) < len(run) * 2 and (encoding == "cp1252" or rarity(run) > rarity(text))
