"""Profile an export and write a first mapping of its site as YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from schemas.errors import DataRejected
from schemas.mapping import FileFormat
from schemas.mapping.files import LABELLED
from transforms.drafts.feeds import NAMELESS, SheetDraft
from transforms.drafts.sheets import read_sheets
from transforms.readers.compressed import unpack_text
from transforms.readers.formats import export_pattern, guess_format
from transforms.readers.redcap_dictionary import FIRST_HEADERS

COMMENT = "# "
SHOWN = 20
LABELS = "    labels: true  # guess: cells are the labels of their codes"
DICTIONARY = '    # dictionary: "*ictionary*.csv"  # where the site sends its data dictionary along: identifiers are then known as personal'
# What YAML refuses, or takes for the end of a line, which would end a comment.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def draft_mapping(path: Path, site_id: str) -> str:
    """The YAML of a mapping that reads this file, as far as its headers and cells tell; guesses bear a comment.

    It always loads. A column that was not found stands as NAMELESS where nothing else could be fed; `site check` says so.

    Raises
    ------
    schemas.errors.DataRejected: the file can't be read at all, or is no export but what describes one.
    """
    file_format = guess_format(path)
    _refuse_dictionary(path, file_format)
    sheets, left_out = read_sheets(path, file_format)
    parts = [SheetDraft(sheet, of_redcap=file_format.startswith("redcap")) for sheet in sheets]
    complete = [part for part in parts if part.is_complete]
    shown = complete or [max(parts, key=lambda part: part.known)]
    lacks_subjects = not any(part.feeds_subjects for part in parts)
    lines = [
        line
        for part in parts
        for line in _entry(
            part,
            commented=part not in shown,
            skeleton=not complete,
            subjects=lacks_subjects and part is shown[0],
        )
    ]
    han = any(ord(sign) > 0x2E7F for part in parts for name in part.sheet.header for sign in name)
    text = "\n".join(
        [
            "# A draft: every line with `guess` is for you to confirm. Then try it: cartrove site check FILE --mapping THIS.",
            *([f"# Where it says {json.dumps(NAMELESS)}, write the header of the column; none was found."] if not complete else []),
            f"site_id: {site_id}",
            f"name: {site_id}  # guess: write the hospital's name",
            f"language: {'zh' if han else 'en'}",
            *_date_lines(parts),
            *_pseudonym_lines(parts),
            "files:",
            f"  - match: {json.dumps(export_pattern(path.name), ensure_ascii=False)}  # guess: narrow it where the site sends several files",
            f"    format: {file_format}",
            *([LABELS] if file_format in LABELLED else []),
            *([DICTIONARY] if file_format == "redcap" else []),
            "    sheets:",
            *(f"      # {one_line(sentence)}" for sentence in left_out),
            *lines,
            "",
        ]
    )  # fmt: skip
    return UNPRINTABLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


def one_line(text: str) -> str:
    """A name from the file within a comment."""
    return " ".join(text.split())


def _refuse_dictionary(path: Path, file_format: FileFormat) -> None:
    """A dictionary looks like a table whose first rows are no header."""
    if file_format not in ("csv", "redcap"):
        return
    start = unpack_text(path.name, path.read_bytes()).lstrip(b'\xef\xbb\xbf"')[:100].lower()
    if start.startswith(tuple(header.encode() for header in FIRST_HEADERS)):
        raise DataRejected(
            f"{path.name}: expected an export; found a data dictionary of REDCap; draft the export, and write this file's name "
            "under dictionary: in the mapping"
        )


def _entry(part: SheetDraft, *, commented: bool, skeleton: bool, subjects: bool) -> list[str]:
    """The entry of a sheet; all of it a comment where nothing of it can be fed yet, and a line where nothing of it is known."""
    if commented and not part.feeds and not part.columns.personal:
        return [
            f"      # {one_line(part.place)}: no column of it is known, but for subjects; write its entry if it is needed"
        ]
    lines = part.lines(skeleton=skeleton and not commented, subjects=subjects)
    if not commented:
        return lines
    bare = [line.removeprefix("      ").replace(COMMENT, "", 1) if _is_comment(line) else line[6:] for line in lines]
    return [
        f"      # {one_line(part.place)}: no feed is complete yet; what was guessed:",
        *(f"      # {line}" for line in bare),
    ]


def _is_comment(line: str) -> bool:
    return line.lstrip().startswith("#")


def _date_lines(parts: Sequence[SheetDraft]) -> list[str]:
    """The patterns of all dates, and how far they read them."""
    profiles = [profile for part in parts for profile in part.columns.date_profiles()]
    patterns = list(dict.fromkeys(pattern for profile in profiles for pattern in profile.dates.whole))
    dated = [profile for profile in profiles if not profile.days and not profile.serials]
    partial = list(dict.fromkeys(pattern for profile in dated for pattern in profile.dates.partial))
    told = _told_of_dates(patterns, [profile.header for profile in profiles if not profile.dates.whole])
    if parts and all(part.columns.relative for part in parts):
        told = "the usual; times are days, no column of dates was found"
    if any(profile.dates.rival for profile in profiles):
        told = f"several patterns read every date ({', '.join(patterns)}); ask the site and keep one"
        if {"%d/%m/%Y", "%m/%d/%Y"} <= set(patterns):
            told = "day/month and month/day both read every date; ask the site and keep one"
    lines = [f"dates: {json.dumps(patterns or ['%Y-%m-%d'], ensure_ascii=False)}  # guess: {told}"]
    if partial:
        lines.append(f"partial_dates: {json.dumps(partial, ensure_ascii=False)}  # guess: dates without a day")
    return lines


def _told_of_dates(patterns: Sequence[str], others: Sequence[str]) -> str:
    if patterns and not others:
        return "these read every date found"
    if patterns:
        return f"these read every date but those of {', '.join(others)}; see there"
    if others:
        return f"the usual; it was not seen to read anything, see {', '.join(others)}"
    return "the usual; no column of dates was found"


def _pseudonym_lines(parts: Sequence[SheetDraft]) -> list[str]:
    """A hospital's own number says who somebody is: it may tell subjects apart, and is not kept."""
    if not any(part.columns.by_hospital_number for part in parts):
        return []
    return ["pseudonyms: true  # guess: the only number of subjects is the hospital's own; needs CARTROVE_SUBJECT_KEY"]
