"""The text of a file: its encoding found out or declared."""

from __future__ import annotations

import codecs

from schemas.errors import DataRejected

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode_content(file: str, content: bytes, encoding: str) -> str:
    """Text of a file's content: by its byte-order mark, else the declared encoding, else UTF-8, else GB18030.

    Raises
    ------
    DataRejected: it is text in none of them, the encoding is unknown, or it holds NUL characters.
    """
    candidates = [name for mark, name in BYTE_ORDER_MARKS if content.startswith(mark)]
    candidates += [encoding] if encoding != "auto" else ["utf-8", "gb18030"]
    text = _decoded(file, content, candidates)
    if "\0" in text:
        raise DataRejected(
            f"{file}: expected text; found NUL characters; where it is UTF-16, declare that encoding in the mapping, "
            "else export it anew"
        )
    return text


def _decoded(file: str, content: bytes, candidates: list[str]) -> str:
    for candidate in candidates:
        try:
            return content.decode(candidate)
        except UnicodeDecodeError:
            continue
        except LookupError:
            raise DataRejected(f"{file}: unknown encoding {candidate}; correct it in the mapping") from None
    raise DataRejected(f"{file}: expected text as {' or '.join(candidates)}; declare its encoding in the mapping")
