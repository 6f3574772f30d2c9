"""What SPSS and Stata files have in common: the library that reads both, the encoding of their text, codes and their labels.

Belongs here: from a file to columns of values. What a value looks like is the business of spss_values and stata_values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Literal

import polars as pl
from pyreadstat import ReadstatError, read_dta, read_sav

# read_por drops values declared missing in silence; this, which it calls, can tell them.
from pyreadstat.pyreadstat import parser_entry_point  # type: ignore[attr-defined]

from schemas.errors import DataRejected

Kind = Literal["sav", "por", "dta"]
NAMES: dict[Kind, str] = {"sav": "SPSS", "por": "SPSS portable", "dta": "Stata"}
READERS: dict[Kind, Callable[..., Any]] = {
    "sav": read_sav,
    "por": partial(parser_entry_point, parser_format="por"),
    "dta": read_dta,
}
WRONG_ENCODING = ("convert string", "character set")
AS_UTF8 = "UTF-8"
FIRST_CJK = "\u2e80"


@dataclass(frozen=True)
class Variable:
    """A variable: its values (None where blank), the format it is shown in, its type, what its codes mean, which are declared missing."""

    name: str
    values: Sequence[Any]
    shown_as: str
    kind: str
    labels: Mapping[Any, str]
    missing: Sequence[Mapping[str, Any]]


def read_variables(path: Path, kind: Kind, encoding: str, own_encoding: str | None) -> list[Variable]:
    """The variables of a file in its order.

    Parameters
    ----------
    encoding : what the mapping says of the text.
    own_encoding : what the file says of it; none where it says nothing, so that text beyond ASCII can't be told.

    Raises
    ------
    DataRejected: damaged, or its text is of an encoding that nobody declared.
    """
    read = _Reading(path, kind)
    # Text that is UTF-8 throughout, and says so, is; whatever the mapping says of the site's older files.
    own = read(None)
    if isinstance(own, list) and (encoding == "auto" or own_encoding == AS_UTF8 or not _has_foreign_letters(own)):
        if own_encoding is None and _has_foreign_letters(own):
            raise DataRejected(
                f"{path.name}: expected a {NAMES[kind]} file that says in which encoding its text is; this one does not; "
                "declare it in the mapping, such as gb18030 or cp1252, or save the file anew in a newer version"
            )
        return own
    found = own if encoding == "auto" else read(encoding)
    if isinstance(found, list):
        if encoding != "auto" and _are_utf8(found, encoding):
            raise DataRejected(
                f"{path.name}: expected text as {encoding}, as the mapping says; found UTF-8; correct encoding in the mapping"
            )
        return found
    raise _rejected(path.name, kind, found, encoding)


@dataclass(frozen=True)
class _Reading:
    """A file, to be read under one encoding or another: its variables, or why it can't be read."""

    path: Path
    kind: Kind

    def __call__(self, encoding: str | None) -> list[Variable] | str:
        try:
            columns, about = READERS[self.kind](
                self.path,
                encoding=encoding,
                user_missing=True,
                disable_datetime_conversion=True,
                output_format="dict",
            )
            # A variable without a name is one of a damaged file.
            return [
                Variable(
                    name=str(name.strip()),
                    values=columns[name],
                    shown_as=about.original_variable_types[name] or "",
                    kind=about.readstat_variable_types[name],
                    labels=about.variable_value_labels.get(name, {}),
                    missing=about.missing_ranges.get(name, ()),
                )
                for name in about.column_names
            ]
        except UnicodeDecodeError:
            return WRONG_ENCODING[0]
        except ReadstatError as error:
            # The library's own errors name bytes and rules, never a value; the others may quote one.
            return str(error)
        except Exception:  # noqa: BLE001 - a damaged file makes the parser fail in any way
            return ""


def _has_foreign_letters(variables: Iterable[Variable]) -> bool:
    """Whether some text, name or label is not of ASCII alone."""
    return any(not text.isascii() for text in _all_texts(variables))


def _are_utf8(variables: Iterable[Variable], encoding: str) -> bool:
    """Whether texts read under another encoding are UTF-8 all the same: bytes of Chinese fall so in no other."""
    foreign = "\n".join(text for text in _all_texts(variables) if not text.isascii())
    try:
        return any(letter >= FIRST_CJK for letter in foreign.encode(encoding).decode())
    except UnicodeError:
        return False


def _all_texts(variables: Iterable[Variable]) -> Iterator[str]:
    for variable in variables:
        yield from (variable.name, *variable.labels.values())
        if variable.kind == "string":
            yield from {value for value in variable.values if value}


def _rejected(file: str, kind: Kind, reason: str, encoding: str) -> DataRejected:
    if any(words in reason for words in WRONG_ENCODING):
        tried = "the encoding the file itself names" if encoding == "auto" else encoding
        return DataRejected(
            f"{file}: expected text as {tried}; declare the encoding of the file in the mapping, such as gb18030 or cp1252"
        )
    told = f" ({reason})" if reason else ""
    return DataRejected(f"{file}: expected a complete {NAMES[kind]} file{told}; save and send it again")


def texts(values: Sequence[Any], text_of: Callable[[Any], str]) -> pl.Series:
    """A column of text; what each distinct value looks like is asked once."""
    shown = {value: text_of(value) for value in set(values) if value is not None}
    return pl.Series([shown.get(value) for value in values], dtype=pl.String)
