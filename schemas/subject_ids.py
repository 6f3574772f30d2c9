"""When two subject ids are the same, when they only might be, and when a text is no id.

The same is what looks the same: marks nobody sees, width, blanks around it, quotes around it, the kind of dash, the `.0` of
a program that took the id for a number. Anything else a person can see tells two ids apart. `0045` and `45`, `O` and `0`
might be the same: they stay two subjects, and the site is asked. `1.23E+11` is what a spreadsheet left of an id: nobody knows whose it is.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from schemas.seen_text import ERROR, UNSEEN, one_width

# Ids that are clean as they stand: most, so they are not looked at one by one.
CLEAN = r"^[A-Za-z0-9_]+(?:-[A-Za-z0-9_]+)*$"
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2500\u2e3a\ufe58\ufe63\uff0d"), "-")
# One quote before and one like it after; an apostrophe before, as Excel puts it before a text, goes alone too.
_QUOTED = re.compile(
    r"""(?:["\u201c-\u201f\u301d-\u301f](.*)["\u201c-\u201f\u301d-\u301f]|['`\u2018-\u201b](.*)['`\u00b4\u2018-\u201b]"""
    r"""|[\u00ab\u2039\u300c\u300e](.*)[\u00bb\u203a\u300d\u300f])"""
)
_APOSTROPHES = ("'", "\u2018", "\u2019", "`")
_AS_FORMULA = re.compile(r'=\s*(["\u201c\u201d].*["\u201c\u201d])')
_WHOLE_NUMBER = re.compile(r"(0|[1-9][0-9]*)\.0+")
# What is left of an id after a spreadsheet or a program took it for a number, or found none; searched in clean ids.
# A spreadsheet keeps 15 digits: of 18 or more the last are zeros then.
NO_ID = (
    r"(?i)^(?:[0-9](?:[.,][0-9]+)?e\+[0-9]+|[0-9][.,][0-9]+e[0-9]+|[1-9][0-9]{14}000[0]*"
    rf"|{ERROR}|n/?a|<na>|nan|null|none|nil|undefined|true|false)$"
    r"|^[^\p{L}\p{N}]*$|\x{FFFD}|锟斤拷|^(?:无|不详|未知|未填)$"
    # A formula that the export shows in the place of its result.
    r"|^="
    # A line of sums or notes below the table is no patient.
    # Nor is a line that says what each column holds: `(text)`, `[varchar]`.
    r"|^[(\[<{（【《][^0-9]*[)\]>}）】》]$|^(?:text|string|varchar|char|integer|numeric|文本|字符型?|字符串|数字)$"
    r"|^(?:合计|总计|小计|共计|总数|平均值?|均值|中位数|备注|说明|注|(?:grand |sub)?total|sum|mean|average|median|notes?)(?:$|[^\p{L}\p{N}_-])"
)
# Before the id that is hashed, so that no other hash of an id is this one.
ERASED = "erased|"
# Letters of other alphabets that look as Latin ones do, and a ring that looks like a zero.
_HOMOGLYPHS = str.maketrans(
    "ーАВЕЅІЈКМНОРСТУХЗавеѕіјкморстухһԁԛԝɑΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαικνρυχγ〇○◯⚪ıſ∣｜",
    "-ABESIJKMHOPCTYX3abesijkmopctyxhdqwaABEZHIKMNOPTYXoaiknpuxy0000is||",
)
_LIKE_DIGITS = str.maketrans("oil|!", "01111")
_BESIDE_DIGIT = re.compile(r"(?<=[0-9])[oil|!]+|[oil|!]+(?=[0-9])")
_SIGNS = re.compile(r"[\W_]+")
_BETWEEN_DIGITS = re.compile(r"(?<=[0-9])[\W_]+(?=[0-9])")
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")


@dataclass(frozen=True)
class Look:
    """What an id may be taken for.

    signs_dropped: letters and digits alone. parts: the same with a dash between digits that a sign parts, where one does;
    else None. Ids might be the same where they agree in one and do not differ in the other: 01-001 and 01001, not 1-11 and 11-1.
    """

    signs_dropped: str
    parts: str | None


def clean_id(text: str, *, ignore_case: bool = False) -> str:
    """The id as it is kept: equal for texts that look the same."""
    found = _cleaned_once(text)
    # Quotes within quotes: each time less is left.
    while (again := _cleaned_once(found)) != found:
        found = again
    return found.upper() if ignore_case else found


def erased_as(subject_id: str) -> str:
    """The hash by which a mapping names a subject, as the warehouse calls it, whose data may no longer be used."""
    return hashlib.sha256(f"{ERASED}{subject_id}".encode()).hexdigest()


def look_of(clean: str) -> Look:
    """What a clean id may be taken for, in whatever case."""
    plain = unicodedata.normalize("NFKC", clean).translate(_HOMOGLYPHS)
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(letter))
    plain = _BESIDE_DIGIT.sub(lambda found: found[0].translate(_LIKE_DIGITS), plain.casefold())
    parts = _BETWEEN_DIGITS.split(plain)
    joined = _LEADING_ZEROS.sub("", _SIGNS.sub("", plain))
    return Look(joined, "-".join(_LEADING_ZEROS.sub("", _SIGNS.sub("", part)) for part in parts) if parts[1:] else None)


def _cleaned_once(text: str) -> str:
    found = one_width(unicodedata.normalize("NFC", re.sub(UNSEEN, "", text))).translate(_DASHES)
    if formula := _AS_FORMULA.fullmatch(found):
        found = formula[1]
    if quoted := _QUOTED.fullmatch(found):
        found = quoted[quoted.lastindex or 0]
    elif found.startswith(_APOSTROPHES):
        found = found[1:]
    return _WHOLE_NUMBER.sub(r"\1", found) if _WHOLE_NUMBER.fullmatch(found) else found.strip()
