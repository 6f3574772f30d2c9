"""How a result says which endpoint rows it rests on: conditions on columns, of a closed list.

A selection is the rows of one endpoint table that meet conditions on their own columns and whose subject has a row, in other endpoint
tables, that meets conditions on its own. Python chooses rows by it, SQL gives them back, and people read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

# is: one of the values; known, blank: holds something, or nothing; at_least, below, above: a number against the value.
Operator = Literal["is", "known", "blank", "at_least", "below", "above"]
OPERATORS: tuple[Operator, ...] = get_args(Operator)
COMPARING: Mapping[str, str] = {"at_least": ">=", "below": "<", "above": ">"}

# Columns that say what a row of a table is about. Rows that are about the same are chosen by it without anybody's saying so.
ABOUT: Mapping[str, tuple[str, ...]] = {
    "adam.adsl": (),
    "adam.adex": ("infusion_number",),
    "adam.adds": ("dsdecod", "infusion_number", "dsreas"),
    "adam.adpop": ("population",),
    "adam.adrs": ("infusion_number",),
    "adam.adtte": ("paramcd",),
    "adam.adttealt": ("paramcd",),
    "adam.adstate": ("model",),
    "adam.adae": (),
    "adam.adrisk": ("risk_factor",),
    "adam.adck": ("paramcd", "infusion_number", "assay", "matrix", "quantity"),
}
# Of an endpoint's rows, whatever its definition.
_TIME_TO_EVENT: Mapping[str, tuple[Operator, ...]] = {"event": ("is",), "unkfl": ("is",), "aval": ("above",)}
# What else rows may be chosen by: the operators of each column.
CHOSEN_BY: Mapping[str, Mapping[str, tuple[Operator, ...]]] = {
    "adam.adsl": {
        "trt01dt": ("known",),
        "trt02dt": ("known",),
        **{f"{of}0{number}": ("known",) for of in ("dose", "viab", "tran") for number in (1, 2)},
        "hsctdt": ("known",),
        "relapsedt": ("known",),
        "dthdt": ("known", "blank"),
        "relsite": ("is",),
        "relcd19": ("is",),
        "relcd22": ("is",),
        "dthcaus": ("is", "blank"),
    },
    "adam.adex": {},
    "adam.adds": {},
    "adam.adpop": {"popfl": ("is",), "exclcd": ("is",)},
    "adam.adrs": {
        "evalfl": ("is",),
        "respfl": ("is",),
        "avalc": ("is",),
        "mrdnegfl": ("is", "blank"),
        "laterdt": ("known",),
    },
    "adam.adtte": _TIME_TO_EVENT,
    "adam.adttealt": _TIME_TO_EVENT,
    "adam.adstate": {"state": ("is",)},
    "adam.adae": {},
    "adam.adrisk": {"level": ("is", "known"), "value_number": ("known", "at_least", "below")},
    "adam.adck": {"status": ("is",)},
}


def conditions_of(table: str) -> list[tuple[str, Operator]]:
    """Every column and operator by which rows of an endpoint table (`adam.adtte`) are chosen."""
    about: list[tuple[str, Operator]] = [(column, "is") for column in ABOUT[table]]
    return about + [(column, operator) for column, operators in CHOSEN_BY[table].items() for operator in operators]
