"""Why a text can't be read: cut within a character, a byte that is none, lines of another encoding. Each named by its line, never by its content."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from schemas.errors import DataRejected
from transforms.readers.encodings import (
    CHINESE,
    HIGH,
    OTHERS,
    called,
    decoded,
    errors_of,
    is_plausible,
    rarity,
    reads_as_latin,
)

LINE_ENDS = re.compile(rb"\r\n|\n|\r")
# A character of three bytes, as most of Chinese are in UTF-8.
THREE_BYTES = re.compile(rb"[\xe3-\xef][\x80-\xbf]{2}")
# A line of characters of one and two bytes, some of them beyond western Europe.
SHORT_LINE = re.compile(rb"(?m)^[\x00-\x09\x0b\x0c\x0e-\xdf]*[\xc4-\xdf][\x00-\x09\x0b\x0c\x0e-\xdf]*$")
ANEW = "export the file again, best as UTF-8"


def line_at(content: bytes, place: int) -> int:
    """The line an editor shows for a place."""
    return len(LINE_ENDS.findall(content[:place])) + 1


def refuse_mixed(file: str, content: bytes) -> None:
    """Refuse a file that is not UTF-8, some lines of which are nothing but UTF-8.

    Raises
    ------
    DataRejected: lines differ in their encoding.
    """
    if not THREE_BYTES.search(content):
        return
    wide = [(number, line) for number, line in _lines(content) if not line.isascii()]
    is_utf8 = [decoded(line, "utf-8") is not None for _, line in wide]
    ours = [number for (number, line), fits in zip(wide, is_utf8, strict=True) if fits and _only_utf8(line)]
    others = [number for (number, _), fits in zip(wide, is_utf8, strict=True) if not fits]
    if not ours or not others:
        return
    line = next(line for number, line in _lines(content) if number == others[0])
    kind = None if _is_damaged_utf8(line) else next((name for name in OTHERS if is_plausible(line, name)), None)
    if kind is None or (len(ours), -ours[0]) > (len(others), -others[0]):
        _refuse_line_among_utf8(file, content, ours[0], others[0], kind)
    raise DataRejected(
        f"{file} line {ours[0]}: expected the encoding of line {others[0]}; found UTF-8, which line {others[0]} is not; "
        f"the file was put together from two, or edited in another program: {ANEW}"
    )


def _is_damaged_utf8(line: bytes) -> bool:
    """Whether more of a line is UTF-8 than is not."""
    text = line.decode(errors="replace")
    broken = text.count("\ufffd")
    return broken < sum(not sign.isascii() for sign in text) - broken


def _refuse_line_among_utf8(file: str, content: bytes, ours: int, other: int, kind: str | None) -> None:
    """Refuse the line that is not UTF-8 among those that are."""
    refuse_cut(file, content, "utf-8")
    if kind is None:
        refuse_damaged(file, content, "utf-8")
    raise DataRejected(
        f"{file} line {other}: expected UTF-8, as line {ours} is; found another encoding, perhaps {kind and called(kind)}; "
        f"the file was put together from two, or edited in another program: {ANEW}"
    )


def refuse_cut(file: str, content: bytes, encoding: str) -> None:
    """Refuse a file that ends within a character.

    Raises
    ------
    DataRejected: it does.
    """
    try:
        content.decode(encoding, errors=errors_of(encoding))
    except UnicodeDecodeError as error:
        incomplete = "incomplete" in error.reason or "unexpected end" in error.reason or "truncated" in error.reason
        if incomplete and error.end >= len(content) - 1:
            line = line_at(content, error.start)
            raise DataRejected(
                f"{file} line {line}: the file ends within a character of {called(encoding)}, so it was cut short and what came after "
                "is missing; export and send it anew"
            ) from None


def refuse_damaged(file: str, content: bytes, *encodings: str) -> None:
    """Refuse a file for its first byte that is no text in the encoding that fits it best.

    Raises
    ------
    DataRejected: always, where some byte fits none.
    """
    best = min(encodings, key=lambda name: content.decode(name, errors="replace").count("\ufffd"))
    try:
        content.decode(best, errors=errors_of(best))
    except UnicodeDecodeError as error:
        line = line_at(content, error.start)
        start = max(content.rfind(b"\n", 0, error.start), content.rfind(b"\r", 0, error.start)) + 1
        raise DataRejected(
            f"{file} line {line}: expected text as {' or '.join(map(called, encodings))}; found a byte that is none, "
            f"0x{content[error.start]:02X}, byte {error.start - start + 1} of the line; {ANEW}"
        ) from None


def refuse_doubtful(file: str, content: bytes, encodings: Sequence[str]) -> None:
    """Refuse a file that several encodings fit, or none that is known for sure.

    Raises
    ------
    DataRejected: always.
    """
    high = HIGH.search(content)
    line = line_at(content, high.start()) if high else 1
    found = {
        0: "some whose encoding can't be told",
        1: f"some that reads as {''.join(encodings)}, which is not taken for granted",
    }.get(len(encodings), f"some that reads as {' or as '.join(encodings)}, each time otherwise")
    raise DataRejected(
        f"{file} line {line}: expected text as utf-8, or as gb18030 beyond doubt; found {found}; "
        f"declare the encoding of the file in the mapping (encoding: {encodings[0] if len(encodings) == 1 else '...'}), or export it as UTF-8"
    )


def refuse_odd_line(file: str, content: bytes, encoding: str) -> None:
    """Refuse a file of which one line is likelier Chinese of another encoding than the others are.

    Raises
    ------
    DataRejected: it is.
    """
    wide = [(number, line) for number, line in _lines(content) if not line.isascii()]
    odd = [(number, line) for number, line in wide if not is_plausible(line, encoding)]
    if len(odd) == len(wide):
        return
    for number, line in odd:
        if kinds := [name for name in CHINESE if name != encoding and is_plausible(line, name)]:
            raise DataRejected(
                f"{file} line {number}: expected {called(encoding)}, as other lines are; found text that reads as "
                f"{called(kinds[0])}; the file was put together from two, or edited in another program: {ANEW}"
            )


def refuse_short_line(file: str, content: bytes) -> None:
    """Refuse UTF-8 of which a line may be GBK that fits UTF-8 by chance: a few Chinese characters, each of two bytes in both.

    Raises
    ------
    DataRejected: a line is so.
    """
    for found in SHORT_LINE.finditer(content):
        line = found[0]
        if not reads_as_latin(line.decode()) and is_plausible(line, "gb18030"):
            raise DataRejected(
                f"{file} line {line_at(content, found.start())}: expected UTF-8, as other lines are; found text that reads as "
                f"gb18030 too, with other signs; {ANEW}; where it is right, declare `encoding: utf-8` in the mapping"
            )


def _only_utf8(line: bytes) -> bool:
    """Whether a line that fits UTF-8 is likelier that than GB18030."""
    other = decoded(line, "gb18030")
    return other is None or rarity(other) > rarity(line.decode())


def _lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    yield from enumerate(LINE_ENDS.split(content), start=1)
