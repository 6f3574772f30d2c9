"""Tables of schema adam as CDISC datasets: variables named and typed as schemas.adam_variables says, rows in key order."""

from __future__ import annotations

import re
from collections.abc import Iterable

import polars as pl

from schemas.adam_variables import Dataset, Variable

TYPES: dict[str, type[pl.DataType]] = {
    "text": pl.String,
    "integer": pl.Int64,
    "number": pl.Float64,
    "date": pl.Date,
}
LONGEST_CODE = 8
RESPONSE = ("RESP", "Response in the window after the infusion")


def conform_dataset(dataset: Dataset, table: pl.DataFrame) -> pl.DataFrame:
    """The rows of a table under the dataset's variables."""
    codes = parameter_codes(table["paramcd"].drop_nulls().unique()) if "paramcd" in table.columns else {}
    columns = [
        _values(variable, dataset.table.name, codes).cast(TYPES[variable.kind]).alias(variable.name)
        for variable in dataset.variables
    ]
    return table.select(columns).sort(dataset.keys, nulls_last=True, maintain_order=True)


def _values(variable: Variable, table: str, codes: dict[str, str]) -> pl.Expr:
    """A column as it stands, but for parameter codes and what the warehouse has no column for."""
    made = {
        "USUBJID": pl.concat_str("study_id", "subject_id", separator="-"),
        "PARAMID": pl.col("paramcd") if codes else pl.lit(None),
        # Of a measurement under a code nobody knows it is blank.
        "PARAMCD": pl.col("paramcd").replace_strict(codes, default=None) if codes else pl.lit(RESPONSE[0]),
        "PARAM": pl.col("paramcd") if table == "adlb" else pl.lit(RESPONSE[1]),
    }
    if variable.column and variable.name != "PARAMCD":
        return pl.col(variable.column)
    return made[variable.name]


def parameter_codes(names: Iterable[str]) -> dict[str, str]:
    """A code of at most 8 letters and digits for each name, no two alike: `lfs_not_bridged` becomes LFSNB.

    A name that fits stays; of a longer one of several words the first keeps up to 4 letters and the others their first. Where
    two would be alike a number tells them apart.
    """
    found: dict[str, str] = {}
    for name in sorted(set(names)):
        words = re.findall(r"[A-Z0-9]+", name.upper())
        code = "".join(words)
        if len(code) > LONGEST_CODE and len(words) > 1:
            code = words[0][:4] + "".join(word[0] for word in words[1:])
        code = code[:LONGEST_CODE]
        number = 1
        while code in found.values():
            number += 1
            code = f"{code[: LONGEST_CODE - len(str(number))].rstrip('0123456789')}{number}"
        found[name] = code
    return found
