"""Write docs/first/cases.xlsx, the workbook of the second tutorial: `uv run python docs/first/make_cases.py`.

Six made-up patients, as a hospital keeps them: a title above the header, Chinese headers and words, one date that does not exist.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook

SHEETS = {
    "基本信息": """
        编号 姓名 性别 年龄 入组日期 回输日期 回输剂量(10^6/kg)
        H-01 张伟 男 24 2023-02-06 2023-03-01 1.0
        H-02 王芳 女 31 2023-03-13 2023-04-05 0.8
        H-03 李娜 女 9 2023-04-10 2023-05-04 1.2
        H-04 刘洋 男 46 2023-05-15 2023-06-07 1.0
        H-05 陈静 女 17 2023-06-19 2023-07-12 0.9
        H-06 杨磊 男 38 2023-07-24 2023-08-16 1.1
    """,
    "疗效": """
        编号 评估日期 疗效 MRD
        H-01 2023-03-29 CR 阴性
        H-02 2023-05-03 CRi 阴性
        H-03 2023-06-01 CR 阴性
        H-04 2023-07-05 NR 阳性
        H-05 2023-08-09 CR 阳性
        H-06 2023-09-13 CR 阴性
    """,
    "随访": """
        编号 末次随访日期 复发日期 死亡日期 死亡原因
        H-01 2024-10-15 - - -
        H-02 2024-06-02 2023-12-11 2024-06-02 疾病进展
        H-03 2024-10-21 - - -
        H-04 2023-11-20 - 2023-11-20 疾病进展
        H-05 2024-09-30 2024-02-30 - -
        H-06 2024-10-08 - - -
    """,
}


def write_cases(path: Path) -> None:
    """Write the workbook; every cell is a text or a number, as typed."""
    with Workbook(path) as workbook:
        # The same bytes on every day.
        workbook.set_properties({"created": datetime(2024, 10, 31)})  # noqa: DTZ001 - xlsxwriter takes no zone
        for name, table in SHEETS.items():
            sheet = workbook.add_worksheet(name)
            sheet.write(0, 0, f"CAR-T 病例登记 {name}")
            for row, line in enumerate(table.split("\n")[1:-1], start=1):
                for column, cell in enumerate(line.split()):
                    if cell != "-":
                        sheet.write(row, column, float(cell) if cell.replace(".", "").isdigit() else cell)


if __name__ == "__main__":
    write_cases(Path(__file__).parent / "cases.xlsx")
