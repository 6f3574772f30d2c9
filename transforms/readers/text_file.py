"""The text of a file: its encoding declared, marked, or found out; where that leaves a doubt, refused.

That bytes can be decoded is no proof: `encodings` says what else there is to go by, `encoding_faults` what is wrong with a file.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection
from typing import NoReturn

import numpy as np

from schemas.errors import DataRejected
from transforms.readers.encoding_faults import (
    line_at,
    refuse_cut,
    refuse_damaged,
    refuse_doubtful,
    refuse_mixed,
    refuse_odd_line,
    refuse_short_line,
)
from transforms.readers.encodings import (
    CHINESE,
    HIGH,
    OTHERS,
    WIDE,
    called,
    declared_encodings,
    decoded,
    is_plausible,
    marked_encoding,
    reads_as_latin,
    words_found,
)

AUTO = "auto"
# A byte that begins a character of three or four bytes: valid UTF-8 with one is hardly anything else.
_LONG_CHARACTER = re.compile(rb"[\xe0-\xf4]")
_ESCAPES = re.compile(rb"\x1b[$(]|~\{[!-~]+~\}")
UTF8 = ("utf-8",)
_PIECE = 2**17


def decode_content(file: str, content: bytes, encoding: str = AUTO, expected: Collection[str] = ()) -> str:
    """Text of a file's content: by its byte-order mark, else as declared, else UTF-8, else another encoding that leaves no doubt.

    file: its name, for messages. expected: words the mapping expects in it, such as headers; an encoding under which they
    are found is the right one.

    Raises
    ------
    DataRejected: it is cut, damaged, of several encodings, of one that can't be told or is unknown, or holds NUL characters.
    """
    if marked := marked_encoding(content):
        chosen = marked
    elif b"\0" in content:
        chosen = _wide(content, _declared(file, encoding), expected) or _refuse_nul(file, content)
    else:
        chosen = _chosen(file, content, _declared(file, encoding), expected)
    text = decoded(content, chosen)
    if text is None:
        _refuse(file, content, chosen, expected)
    return text or ""


def is_surely_utf8(content: bytes) -> bool:
    """Whether bytes, if they are valid UTF-8, are nothing else in any line."""
    if content.isascii():
        return True
    return bool(_LONG_CHARACTER.search(content)) and not _has_short_character(content)


def _has_short_character(content: bytes) -> bool:
    """Whether a byte begins a character of two bytes beyond western Europe, as a lone Chinese character of GBK reads: 0xC4 to 0xDF."""
    signs = np.frombuffer(content, dtype=np.uint8)
    # Piece by piece, since what is worked out on the way then stays in the processor's cache.
    pieces = (signs[start : start + _PIECE] for start in range(0, signs.size, _PIECE))
    return any(bool((piece - np.uint8(0xC4) < 0x1C).any()) for piece in pieces)


def _declared(file: str, encoding: str) -> tuple[str, ...]:
    if encoding.lower() == AUTO:
        return ()
    try:
        return declared_encodings(encoding)
    except LookupError:
        raise DataRejected(f"{file}: unknown encoding {encoding}; correct it in the mapping") from None


def _wide(content: bytes, declared: tuple[str, ...], expected: Collection[str]) -> str | None:
    """UTF-16 or UTF-32 without a mark: as the expected words show, else as declared."""
    by_declaration = [name for name in declared if name in WIDE]
    texts = {
        name: text
        for name in dict.fromkeys((*by_declaration, *WIDE))
        if (text := decoded(content, name)) is not None and "\0" not in text
    }
    found = {name: sum(word in text for word in expected) for name, text in texts.items()}
    best = max(found, key=lambda name: found[name], default=None)
    return best if best is not None and (found[best] or best in by_declaration) else None


def _chosen(file: str, content: bytes, declared: tuple[str, ...], expected: Collection[str]) -> str:
    """The encoding of a text without mark and NUL."""
    if content.isascii():
        if not declared and _ESCAPES.search(content):
            refuse_doubtful(file, content, ["iso2022_jp", "iso2022_kr", "hz"])
        return next((name for name in declared if name not in WIDE and decoded(content, name) is not None), "ascii")
    if decoded(content, "utf-8") is not None:
        return _utf8_or_other(file, content, declared, expected)
    if declared == UTF8:
        return "utf-8"
    refuse_mixed(file, content)
    if declared:
        return _as_declared(file, content, declared, expected)
    return _found_out(file, content, expected)


def _utf8_or_other(file: str, content: bytes, declared: tuple[str, ...], expected: Collection[str]) -> str:
    """Valid UTF-8, which a few Chinese characters of two bytes may be by chance."""
    if declared == UTF8:
        return "utf-8"
    if _LONG_CHARACTER.search(content):
        refuse_short_line(file, content)
        return "utf-8"
    others = [name for name in declared or CHINESE if name != "cp1252" and is_plausible(content, name)]
    if not others:
        return "utf-8"
    said = _by_words(content, ("utf-8", *others), expected)
    latin = reads_as_latin(content.decode())
    if said is None and latin != bool(declared):
        said = "utf-8" if latin else others[0]
    if said is None:
        refuse_doubtful(file, content, [called(name) for name in ("utf-8", *others)])
    return said or "utf-8"


def _as_declared(file: str, content: bytes, declared: tuple[str, ...], expected: Collection[str]) -> str:
    """The declared encoding, unless the text, or what the mapping expects in it, reads as another one."""
    fitting = next((name for name in declared if decoded(content, name) is not None), declared[0])
    _refuse_another(file, content, declared, expected, "as the mapping declares")
    if fitting in CHINESE and not is_plausible(content, fitting):
        refuse_odd_line(file, content, fitting)
    return fitting


def _refuse_another(
    file: str, content: bytes, declared: tuple[str, ...], expected: Collection[str], said_by: str
) -> None:
    """Refuse a file whose text is not as declared, and reads as another encoding.

    Raises
    ------
    DataRejected: it is so.
    """
    other = _by_words(content, (*declared, *(name for name in OTHERS if name not in declared)), expected)
    if other is None and not any(is_plausible(content, name) for name in declared):
        other = next((name for name in CHINESE if is_plausible(content, name)), None)
    if other is not None and other not in declared:
        raise DataRejected(
            f"{file}: expected {called(declared[0])}, {said_by}; the text reads as {called(other)}; "
            "correct encoding in the mapping, or export the file as before"
        )


def _found_out(file: str, content: bytes, expected: Collection[str]) -> str:
    """Neither marked nor declared nor UTF-8: by the expected words, else GB18030 where no other encoding is as likely."""
    said = _by_words(content, OTHERS, expected)
    plausible = [name for name in OTHERS if is_plausible(content, name)]
    if said is None and plausible == ["gb18030"]:
        said = "gb18030"
    if (said or "gb18030") in CHINESE and (said or "gb18030") not in plausible:
        refuse_odd_line(file, content, said or "gb18030")
    if said is None:
        _refuse_unknown(file, content, plausible)
    return said or "gb18030"


def _refuse_unknown(file: str, content: bytes, plausible: Collection[str]) -> None:
    if not plausible:
        refuse_cut(file, content, "utf-8")
        if HIGH.search(content[:-1]):
            refuse_cut(file, content, "gb18030")
        refuse_damaged(file, content, "utf-8", "gb18030")
    refuse_doubtful(file, content, [called(name) for name in plausible])


def _by_words(content: bytes, names: Collection[str], expected: Collection[str]) -> str | None:
    """The one encoding under which most of the expected words are found, if any are."""
    texts = {name: text for name in names if (text := decoded(content, name)) is not None}
    found = {name: words_found(text, expected) for name, text in texts.items()}
    most = max(found.values(), default=0)
    best = [name for name, count in found.items() if count == most]
    return best[0] if most and len(best) == 1 else None


def _refuse(file: str, content: bytes, encoding: str, expected: Collection[str]) -> None:
    """Say why a text is not in the encoding it should be in."""
    refuse_cut(file, content, encoding)
    if called(encoding) == "utf-8":
        refuse_mixed(file, content)
        marked = encoding != "utf-8"
        unmarked = content[len(codecs.BOM_UTF8) :] if marked else content
        _refuse_another(
            file, unmarked, UTF8, expected, "as its byte-order mark says" if marked else "as the mapping declares"
        )
    refuse_damaged(file, content, encoding)


def _refuse_nul(file: str, content: bytes) -> NoReturn:
    place = content.index(b"\0")
    line = line_at(content, place)
    if not content[place:].strip(b"\0\r\n"):
        raise DataRejected(
            f"{file} line {line}: the file ends in NUL characters, so it was not written to its end; export and send it anew"
        )
    raise DataRejected(
        f"{file} line {line}: expected text; found NUL characters; where it is UTF-16, declare that encoding in the mapping, "
        "else export it again"
    )
