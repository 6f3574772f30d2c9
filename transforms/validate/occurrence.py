"""Whether a record with a detail in doubt shows that what it tells of happened at all.

It does where any other cell of the row was read, or where what stands in the doubtful cell is no way of saying "none": a
death on "2021-02-31" is a death, and an event of grade "6" an event. A row of a wide sheet whose day of death is blank, or
says "alive", shows none, nor does a grade that is "unknown", however its other columns are filled by the mapping itself.
"""

from __future__ import annotations

import re

import polars as pl

from schemas.domains import Domain
from schemas.domains.domain import SUBJECT
from schemas.partial_dates import PARTIAL
from transforms.distinct_texts import as_text

# The header of each canonical column that a cell of the export fills; constants of a mapping have none.
SOURCE_COLUMNS = "source_columns"
NONE = (
    "no", "none", "nil", "not done", "na", "n/a", "n.a.", "not applicable", "alive", "living", "not reached", "absent",
    "无", "否", "未", "没有", "未发生", "未见", "阴性", "存活", "生存", "健在", "不适用", "无死亡", "无复发", "未死亡", "未复发", "未移植",
)  # fmt: skip
# Of a subject nobody saw any more, or who left, whom a column of days may tell of: not that anything happened.
LEFT = (
    "lost", "lost to follow-up", "lost to follow up", "ltfu", "withdrew", "withdrawn", "dropped out", "censored", "ongoing",
    "not reached", "not reported", "nr", "nd", "0", "失访", "失联", "脱落", "退组", "退出", "出组", "撤回", "撤回知情同意", "未随访", "随访中", "继续随访",
)  # fmt: skip
# Of a day it says that there was one; of a grade or a kind nothing at all.
UNKNOWN = ("unknown", "unk", "uk", "nk", "unclear", "missing", "not known", "不明", "不详", "未知", "不清", "缺失", "待查", "未记录")  # fmt: skip
SAYS_NO_DAY, SAYS_NOTHING, SAYS_NONE_OR_0 = (
    rf"^(?i)[\W_]*(?:{'|'.join(map(re.escape, words))})?[\W_]*$"
    for words in ((*NONE, *LEFT), (*NONE, *UNKNOWN), (*NONE, "0", "0.0"))
)


def without_occurrence(
    domain: type[Domain], text: pl.DataFrame, typed: pl.DataFrame, doubtful: pl.DataFrame
) -> pl.Series:
    """Row ids of records whose very occurrence nothing shows.

    typed: the records in the same order, cells in doubt blank. doubtful: row_id, column and rule_id of the details in doubt.
    What counts only where a condition holds shows nothing while nobody can tell whether it does.
    """
    columns = domain.columns()
    names = [name for name in columns if name != SUBJECT]
    chosen = text["row_id"].is_in(doubtful["row_id"].unique().implode())
    sent, read = as_text(text.filter(chosen)), typed.filter(chosen)
    of_export = _of_export(sent, names)
    undecided = doubtful.filter(pl.col("rule_id").str.ends_with(".undecided"))
    may_not_count = {name: sent["row_id"].is_in(undecided.filter(column=name)["row_id"].implode()) for name in names}
    shown = [
        # A partial date is blank among the typed columns, and has been read all the same. A "no", or a dose of 0, shows none.
        (read[name].is_not_null() | sent[name].str.contains(PARTIAL).fill_null(value=False))
        & ~sent[name].str.contains(SAYS_NONE_OR_0).fill_null(value=True)
        & of_export[name]
        & ~may_not_count[name]
        for name in names
    ]
    said = [
        sent["row_id"].is_in(doubtful.filter(column=name)["row_id"].implode())
        & ~sent[name].str.contains(SAYS_NO_DAY if columns[name].kind == "date" else SAYS_NOTHING).fill_null(value=True)
        & ~may_not_count[name]
        for name in doubtful["column"].unique()
    ]
    occurred = pl.DataFrame([cells.alias(str(number)) for number, cells in enumerate([*shown, *said])])
    return sent["row_id"].filter(~occurred.select(pl.any_horizontal(pl.all())).to_series())


def _of_export(sent: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """By column, whether a cell of the export fills it; every column where nothing is known of its origin."""
    if SOURCE_COLUMNS not in sent.columns:
        return pl.DataFrame({name: pl.repeat(value=True, n=sent.height, eager=True) for name in names})
    lines = pl.concat_str(pl.lit("\n"), SOURCE_COLUMNS)
    return sent.select(lines.str.contains(f"\n{name}=", literal=True).alias(name) for name in names)
