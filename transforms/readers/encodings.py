"""Which encodings a text may be in: those whose bytes fit, and of them those whose signs somebody would write.

Bytes that fit prove little: most Chinese text fits several encodings. What proves more is a header the mapping names; without
one, whether the signs are those in common use. Nothing here chooses between two that are as likely: that is asked.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from contextlib import suppress
from string import ascii_lowercase

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
# What hospitals write, beside UTF-8 and UTF-16, each by the widest encoding of its family.
OTHERS = ("gb18030", "cp950", "cp932", "cp949", "cp1252")
_FAMILIES = {
    **dict.fromkeys(("gb2312", "gbk", "gb18030"), ("gb18030",)),
    **dict.fromkeys(("big5", "cp950"), ("cp950", "big5hkscs")),
    "shift_jis": ("cp932",),
    "euc_kr": ("cp949",),
    # Programs that say Latin-1 write Windows' signs where Latin-1 has controls.
    "iso8859-1": ("cp1252",),
    "ascii": ("utf-8",),
    "utf-8-sig": ("utf-8",),
    "utf-16": ("utf-16-le", "utf-16-be"),
    "utf-32": ("utf-32-le", "utf-32-be"),
}
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
_NO_FILES = (
    "idna",
    "punycode",
    "unicode-escape",
    "raw-unicode-escape",
    "unicode_escape",
    "raw_unicode_escape",
    "undefined",
)
CHINESE = ("gb18030", "cp950")
# The names people know them by.
_CALLED = {"cp950": "big5", "cp932": "shift_jis", "cp949": "euc-kr", "utf-8-sig": "utf-8"}
# So much is enough to see what is written.
SEEN_BYTES = 1_000_000
# Of the Chinese characters in ordinary text at least so many are among the more common half of their encoding. Names lower it;
# of Big5 nearly all is asked, since most of GB2312 fits it.
COMMON = {"gb18030": 0.5, "cp950": 0.95}
HIGH = re.compile(rb"[\x80-\xff]+")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_HAN_RUN = re.compile(f"[a-z]?{_HAN.pattern}+[a-z]?")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_KANA = re.compile("[\u3041-\u30fe]")
_HALF_WIDTH_KANA = re.compile("[\uff61-\uff9f]")
# Signs of measurement that stand alone in text of Latin letters.
_SYMBOLS = set("°µ±×÷·²³¹§®©½¼¾«»¿¡£€–—‘’“”„…™ºª")
_WESTERN = {chr(sign) for sign in (*range(0x20, 0x7F), *range(0xA1, 0x100))} - {"û", "ÿ"}
_LATIN_RUN = re.compile("[A-Za-z]?[^\x00-\x7f]+[A-Za-z]?")


def called(encoding: str) -> str:
    """The name people know an encoding by."""
    return _CALLED.get(encoding, encoding)


def declared_encodings(name: str) -> tuple[str, ...]:
    """The encodings a declared one stands for, the likelier first.

    Raises
    ------
    LookupError: there is none of that name.
    """
    found = codecs.lookup(name).name
    # Codecs of bytes raise here; those of domains and of program text are no encoding of a file.
    with suppress(UnicodeError):
        b"a".decode(found)
    if found in _NO_FILES:
        raise LookupError(name)
    return _FAMILIES.get(found, (found,))


def marked_encoding(content: bytes) -> str | None:
    """The encoding a byte-order mark names."""
    return next((name for mark, name in BYTE_ORDER_MARKS if content.startswith(mark)), None)


def decoded(content: bytes, encoding: str) -> str | None:
    """The text, or None where its bytes do not fit."""
    try:
        return content.decode(encoding, errors=errors_of(encoding))
    except UnicodeError:
        return None


def errors_of(encoding: str) -> str:
    """What stands for bytes that do not fit: nothing, but for the euro sign of Windows."""
    return "euro" if encoding == "gb18030" else "strict"


def _euro(error: UnicodeError) -> tuple[str, int]:
    """Windows writes the euro sign as one byte among GBK."""
    if isinstance(error, UnicodeDecodeError) and error.object[error.start] == 0x80:
        return "€", error.start + 1
    raise error


codecs.register_error("euro", _euro)


def words_found(text: str, words: Iterable[str]) -> int:
    """How many of the words of other than Latin letters stand in the text."""
    return sum(not word.isascii() and word in text for word in words)


def is_plausible(content: bytes, encoding: str) -> bool:
    """Whether the bytes fit, and give signs that are in use together; of others than GB18030 the beginning tells."""
    if encoding != "gb18030" and len(content) > SEEN_BYTES:
        content = content[: content.rfind(b"\n", 0, SEEN_BYTES) + 1]
    text = decoded(content, encoding)
    if text is None:
        return False
    signs = {sign for sign in set(text) if not sign.isascii()}
    if encoding == "cp1252":
        return _is_european(text)
    if encoding == "cp932":
        return not any(map(_HALF_WIDTH_KANA.match, signs)) and any(map(_is_japanese, signs))
    if encoding == "cp949":
        return all(map(_HANGUL.match, signs)) or all(map(_HAN.match, signs))
    return _is_chinese(signs, encoding) and not all(map(_within_word, _HAN_RUN.findall(text)))


def rarity(text: str) -> int:
    """How many signs of a text are not among the more common Chinese ones, nor ASCII."""
    return sum(not sign.isascii() and not _is_common(sign, "gb18030") for sign in text)


def reads_as_latin(text: str) -> bool:
    """Whether all other signs are accented letters within words of Latin letters, or signs of measurement alone.

    Signs of western Europe may stand alone as well, but for those whose bytes are 没 and 每 in GBK.
    """
    return all(_is_of_latin(run) or _WESTERN.issuperset(run) for run in set(_LATIN_RUN.findall(text)))


def _is_of_latin(run: str) -> bool:
    inner = "".join(sign for sign in run if not sign.isascii())
    if len(inner) == 1 and (inner in _SYMBOLS or "\u0370" <= inner <= "\u03ff"):
        return True
    return len(run) > len(inner) and all("\u00c0" <= sign <= "\u024f" for sign in inner)


def _is_european(text: str) -> bool:
    """Whether every run of other signs is of accented letters, or one sign of measurement alone."""
    runs = set(re.findall("[^\x00-\x7f]+", text))
    return all(run in _SYMBOLS or all(sign.isalpha() and sign not in "ªºµ" for sign in run) for run in runs)


def _is_japanese(sign: str) -> bool:
    return bool(_KANA.match(sign) or _HAN.match(sign))


def _is_chinese(signs: set[str], encoding: str) -> bool:
    han = {sign for sign in signs if _HAN.match(sign)}
    common = sum(_is_common(sign, encoding) for sign in han)
    return common >= COMMON[encoding] * len(han) > 0 and all(map(_stands_with_han, signs - han))


def _within_word(run: str) -> bool:
    """Whether it is one character within a word of Latin letters, as an accented letter reads that is none of this encoding."""
    return len(run.strip(ascii_lowercase)) == 1 < len(run)


def _stands_with_han(sign: str) -> bool:
    """Signs of Chinese text beside its characters: no kana, no characters of private use."""
    known = (
        sign == "€"
        or len(sign.encode("gb2312", errors="ignore")) == 2
        or len(sign.encode("big5", errors="ignore")) == 2
    )
    return known and not _KANA.match(sign)


def _is_common(sign: str, encoding: str) -> bool:
    """The more common characters come first in GB2312 (to row 55) and in Big5 (to C6)."""
    if encoding == "gb18030":
        found = sign.encode("gb2312", errors="ignore")
        return len(found) == 2 and found[0] <= 0xD7
    found = sign.encode("cp950", errors="ignore")
    return len(found) == 2 and found[0] <= 0xC6
