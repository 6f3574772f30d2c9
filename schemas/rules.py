"""What a rule is: an id, what it sets aside, and a sentence that tells the site what to mend.

Doubt costs the smallest part: `nothing` asks and uses the value meanwhile; `cell` leaves one cell unknown; `detail` leaves a
detail of something that happened unknown, and only where nothing else in the record shows that it happened, the record;
`record` sets the whole record aside, since nobody can know whose it is. What is set aside is unknown, never "no".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pandera.polars as pa
import polars as pl

SetsAside = Literal["nothing", "cell", "detail", "record"]
Severity = Literal["quarantine", "query"]

# What a detail and a cell have in common: the record stays in use without it.
OF_A_CELL: tuple[SetsAside, ...] = ("cell", "detail")


@dataclass(frozen=True)
class Rule:
    """One thing a record must meet.

    `rule_id` is `<domain>.<what>`; `columns` are those the site has to look at, the first being the one reported.
    `remedy_zh` is the remedy in Chinese, for sites that are asked in it. `doubtful` are the columns whose cells are set
    aside, where they are others than the first of `columns`; none where only a comparison of records tells which.
    """

    rule_id: str
    sets_aside: SetsAside
    remedy: str
    columns: tuple[str, ...]
    remedy_zh: str
    doubtful: tuple[str, ...] | None = None

    @property
    def severity(self) -> Severity:
        """quarantine: the record waits until the site mends it; query: it is in use, but for what is set aside."""
        return "quarantine" if self.sets_aside == "record" else "query"

    @property
    def cells_set_aside(self) -> tuple[str, ...]:
        """Columns whose cells are unknown where the rule is broken."""
        if self.sets_aside not in OF_A_CELL:
            return ()
        return self.columns[:1] if self.doubtful is None else self.doubtful


# Rules about a whole row of an export, which belongs to no domain.
ROW_RULES = (
    Rule(
        "row.duplicate",
        "nothing",
        "This row equals an earlier one in every cell and is counted once: remove it, or correct what should differ.",
        (),
        "该行与之前某行所有单元格完全相同，只计一次：请删除，或更正应有差异之处。",
    ),
    Rule(
        "row.unclaimed",
        "record",
        "No feed matches this row: correct the row, or add it to the mapping.",
        (),
        "本中心的映射未涵盖该行：请更正该行，或在映射中说明其含义。",
    ),
    Rule(
        "row.undecided",
        "record",
        "The mapping uses this cell to decide whether the event of this row happened, and the cell shows an error, is garbled, says unknown or "
        "is not written as agreed: enter the correct value. Until then it is unknown whether the event happened.",
        (),
        "映射依据该单元格判断该行是否表示某事件已发生，而该单元格显示错误、内容损坏、填写不详或写法与约定不符：请填写应有的内容。在此之前，该事件是否发生视为未知。",
    ),
    Rule(
        "row.ragged",
        "record",
        "This row has more or fewer cells than the header, or an extra quote: put values that contain the delimiter in quotes, double any quotes within them, and export again.",
        (),
        "该行单元格数与表头不符，或多出一个引号：请将含分隔符的内容加引号，内容中的引号写两次，然后重新导出。",
    ),
    Rule(
        "row.damaged",
        "record",
        "This record is not valid JSON and can't be read; the others can. Find the cause (an extra or missing quote, line end or bracket) and export again.",
        (),
        "该条记录不是完整的JSON，无法读取，其余记录均可读取：请查明损坏原因（引号、换行或括号多出或缺失），然后重新导出。",
    ),
    Rule(
        "row.beneath",
        "record",
        "This row is below a blank row and what looks like the header of another table, so its columns are unclear: move that table "
        "to a separate sheet or file. If the rows are notes, declare them in the mapping (set_aside).",
        (),
        "该行位于空行及另一表格的表头之下，无法确定各单元格属于哪一列：请将该表格放到单独的工作表或文件中。如为备注，请在映射中说明（set_aside）。",
    ),
    Rule(
        "row.shared",
        "record",
        "Several subjects of the export share this subject number: give each its own number, or join the site code to it in the mapping.",
        (),
        "该受试者编号在本次导出中对应多名受试者：请为每人分配唯一编号，或在映射中将中心代码与编号合并。",
    ),
    Rule(
        "row.repeated",
        "record",
        "The audit history inserts this row twice with different cells, so the current one is unclear: give each row its own "
        "ItemGroupRepeatKey, or send a Snapshot of the current data.",
        (),
        "变更历史中该行被重复插入且内容不同，无法判断以哪一次为准：请为各行设置不同的ItemGroupRepeatKey，或报送当前数据的Snapshot。",
    ),
    Rule(
        "row.uninserted",
        "record",
        "The audit history changes this row but never inserts it, so its other cells are unknown: export the complete history, or send a "
        "Snapshot of the current data.",
        (),
        "变更历史中该行被修改但从未插入，其余单元格未知：请导出完整的变更历史，或报送当前数据的Snapshot。",
    ),
    Rule(
        "cell.personal_data",
        "cell",
        "This cell seems to contain a person's name, telephone number, identity number or address and is not used: remove it.",
        (),
        "该单元格疑似含姓名、电话、证件号或住址等个人信息，未予使用：请删除。",
    ),
    Rule(
        "cell.garbled",
        "nothing",
        "The text of this cell was garbled before it was sent (wrong encoding, or characters such as 锟斤拷): enter it again.",
        (),
        "该单元格文本在报送前已损坏（编码转换错误，如出现锟斤拷或乱码）：请重新填写。",
    ),
    Rule(
        "file.unmapped_column",
        "cell",
        "The mapping neither uses nor ignores this column: explain what it means, or that it is not needed.",
        (),
        "映射既未使用该列，也未声明忽略：请说明该列含义，或说明不需要。",
    ),
    Rule(
        "file.unread_column",
        "nothing",
        "No cell of this column could be read: check that the header is above the right column, or declare in the mapping how its cells are written.",
        (),
        "该列没有任何单元格能被读取：请核对列标题与内容是否对应，或在映射中说明该列的写法。",
    ),
    Rule(
        "file.unclear_cells",
        "cell",
        "It is unclear what some cells of this column show, so they count as unknown: a formula was never calculated, the number format "
        "hides the value or is not readable, or cells are merged. Open the workbook in Excel, unmerge them, set the format to General, or yyyy-mm-dd for dates, save and send it again.",
        (),
        "无法确定该列部分单元格显示的内容，暂按未知处理：公式从未计算，数字格式隐藏了数值或无法识别，或单元格已合并。请在Excel中打开，取消合并，将格式改为“常规”（日期用yyyy-mm-dd），保存后重新报送。",
    ),
    Rule(
        "file.nested_cells",
        "cell",
        "Cells of this column contain not a single text, number or date but a list, an object, several values, something only the program that wrote them "
        "can show, or a value marked as null, so they count as unknown: put each value in a separate column, with one meaning.",
        (),
        "该列部分单元格不是单一的文本、数字或日期，而是列表、对象、多个值仅原程序能显示的内容，或同时标为空值与有值，暂按未知处理：请将每个值单独列为一列，且每项只作一种说明。",
    ),
    Rule(
        "file.named_subjects",
        "nothing",
        "Subject ids in this column look like names of persons. Names must not be sent, and two persons may share one: send the study "
        "numbers. If they are not names, list the column under never_personal in the mapping.",
        (),
        "该列受试者编号疑似姓名：姓名不应报送，且可能重名，请改报研究编号。如并非姓名，请在映射中将该列列入never_personal。",
    ),
    Rule(
        "file.commented_cells",
        "nothing",
        "Cells of this column have comments, which are not read: enter their content in the right field, or remove them.",
        (),
        "该列部分单元格带有批注，批注内容不会被读取：请将其内容填入相应字段，或删除批注。",
    ),
    Rule(
        "file.struck_cells",
        "nothing",
        "Cells of this column are struck through but still read: delete what is no longer valid, or remove the strikethrough.",
        (),
        "该列部分单元格加了删除线，其内容仍按有效值读取：请删除已作废的内容，或取消删除线。",
    ),
    Rule(
        "file.colored_cells",
        "nothing",
        "Cells of this column have another color than the rest, and color is not read: enter its meaning in a column, or remove it.",
        (),
        "该列部分单元格的颜色与其他单元格不同，颜色不会被读取：请将其含义填入单独一列，或取消颜色。",
    ),
    Rule(
        "file.hidden_rows",
        "nothing",
        "Rows of this sheet are hidden, for example by a filter, but still read: unhide them and delete those that are no longer valid.",
        (),
        "该工作表有隐藏行（如被筛选隐藏），仍按有效数据读取：请取消隐藏，并删除已作废的行。",
    ),
    Rule(
        "file.hidden_cells",
        "nothing",
        "This column is hidden but still read: unhide it, or map the valid column instead.",
        (),
        "该列已隐藏，其内容仍按有效值读取：请取消隐藏，或在映射中改用有效的列。",
    ),
    Rule(
        "file.blank_sheet",
        "nothing",
        "This sheet is empty, without a header: send its data, or remove the sheet from the mapping.",
        (),
        "该工作表为空，连表头也没有：请补发数据，或在映射中去掉该表。",
    ),
    Rule(
        "file.hidden_sheet",
        "nothing",
        "This sheet is hidden but still read: unhide it, or map the valid sheet instead.",
        (),
        "该工作表已隐藏，其内容仍按有效数据读取：请取消隐藏，或在映射中改用有效的工作表。",
    ),
    Rule(
        "file.columns_apart",
        "nothing",
        "A blank column separates this column from others of the same record, as if two tables were side by side; each row is still read as one record: "
        "move the second table to a separate sheet, or delete the blank column.",
        (),
        "该列与同一记录的其他列之间隔有空列，疑似并排的两个表格，目前每行仍按一条记录读取：如为两个表格，请分别放到单独的工作表；否则请删除空列。",
    ),
    Rule(
        "export.shrunk",
        "nothing",
        "This full export lacks much of the earlier data, which stay in force: send a complete export, or confirm that the missing data were deleted.",
        (),
        "本次全量导出缺少此前导出中的大量内容，故仍沿用此前的导出：请重新完整导出，或确认缺少的内容确已删除。",
    ),
    Rule(
        "export.left_out",
        "nothing",
        "Earlier exports contain this subject, the latest does not: send the subject again, or confirm that the subject is to be removed.",
        (),
        "此前的导出中有该受试者，最近一次导出中没有：请重新报送，或确认应予剔除。",
    ),
    Rule(
        "export.event_left_out",
        "nothing",
        "Earlier exports contain this event of the subject, the latest does not: send it again, or confirm that it did not happen.",
        (),
        "此前的导出中有该受试者的这一事件，最近一次导出中没有：请重新报送，或确认该事件未发生。",
    ),
)


def row_rule(
    sets_aside: SetsAside, remedy: str, *columns: str, zh: str, doubtful: tuple[str, ...] | None = None
) -> Callable[[Callable[[], pl.Expr]], Any]:
    """Turn a function that returns a boolean expression into a Pandera check over whole records.

    The expression is true where the record meets the rule. A record for which it is null (a part is blank) passes:
    blank parts are the business of `required`. `zh` is the remedy in Chinese; `doubtful` as in Rule.
    """

    def declare(expression: Callable[[], pl.Expr]) -> Any:
        def holds(_model: type, data: Any) -> pl.LazyFrame:
            found: pl.LazyFrame = data.lazyframe.select(expression().fill_null(value=True))
            return found

        holds.__name__ = expression.__name__
        check: Any = pa.dataframe_check(name=expression.__name__)(holds)
        check.declared_rule = (sets_aside, remedy, columns, zh, doubtful)
        return check

    return declare
