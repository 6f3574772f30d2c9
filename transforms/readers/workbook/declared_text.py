"""Text whose beginning says in which encoding it is: web pages and XML, as reporting systems of hospitals write them."""

from __future__ import annotations

import re

from schemas.errors import DataRejected
from transforms.readers.encodings import marked_encoding

DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z][\w.:-]*)""")
HEAD = 4_096
# Programs declare the small set and write the large one.
LARGER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "iso-8859-1": "cp1252"}


def declared_text(file: str, content: bytes) -> str:
    """The text by its byte-order mark, else the encoding it declares, else UTF-8, else GB18030.

    Raises
    ------
    DataRejected: it is not in the encoding it declares, or is UTF-8 beneath another declaration: then nobody knows whose
        characters were seen.
    """
    if marked := marked_encoding(content):
        return _decoded(file, content, marked)
    found = DECLARED.search(content[:HEAD])
    if found is None:
        return _decoded(file, content, "utf-8" if _is_utf8(content) else "gb18030")
    declared = found[1].decode().lower()
    if declared.replace("-", "") != "utf8" and not content.isascii() and _is_utf8(content):
        raise DataRejected(
            f"{file}: declares the encoding {declared} and is written in UTF-8; open it in Excel, save it as .xlsx and send it again"
        )
    return _decoded(file, content, LARGER.get(declared, declared))


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _decoded(file: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except (UnicodeError, LookupError):
        raise DataRejected(
            f"{file}: expected text as {encoding}; open it in Excel, save it as .xlsx and send it again"
        ) from None
