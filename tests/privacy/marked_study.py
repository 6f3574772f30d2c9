"""A study whose exports hold a marked value in every kind of cell, as CSV and as Excel, one delivery of them rejected."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Mapping
from pathlib import Path

import yaml
from openpyxl import Workbook

from flows.settings import REPOSITORY

STUDY = "pan2019_cd22_salvage"
RECEIVED = "2019-02-28"
# Kind of cell: the value planted in it, and the subject and column it is planted at. {site} keeps the sites' values apart.
CELLS: Mapping[str, tuple[str, str, str]] = {
    "subject id": ("{site}-SUBJ-4711", "P01", "编号"),
    "name": ("标记姓名{site}甲", "P02", "姓名"),
    "number of rare digits": ("57.031749", "P02", "骨髓原始细胞"),
    "number out of range": ("7305.125", "P05", "年龄"),
    "words where a number is due": ("十七岁零标记{site}", "P06", "年龄"),
    "date that does not exist": ("2018年13月47日", "P07", "入组日期"),
    "words where a date is due": ("标记日期{site}", "P08", "回输日期"),
    "unknown code": ("标记代码{site}", "P09", "性别"),
    "unknown response": ("标记疗效{site}", "P10", "第30天疗效"),
    "dose out of range": ("8231.771", "P11", "CAR-T剂量(×10^6/kg)"),
    "free text of a cause": ("标记死因{site}<b>", "P04", "死因"),
    "telephone in a column of codes": ("13987654321", "P12", "高危"),
    "identity card in a column nobody mapped": ("110101198001019876", "P13", "备注"),
    "free text in a column nobody mapped": ("标记备注{site}", "P14", "备注"),
    "name in a column of dates": ("标记家属{site}", "P15", "末次随访"),
    "duplicated row": ("标记重复{site}", "P16", "备注"),
}  # fmt: skip
SITES = ("boren", "sheets", "broken")


def plant_study(studies: Path) -> None:
    """Write the marked study into a folder of studies."""
    folder = studies / STUDY
    shutil.copytree(REPOSITORY / "studies" / STUDY, folder)
    protocol = yaml.safe_load((folder / "protocol.yaml").read_text("utf-8"))
    _write_yaml(folder / "protocol.yaml", {**protocol, "sites": list(SITES)})
    mapping = yaml.safe_load((folder / "sites" / "boren.yaml").read_text("utf-8"))
    landed = folder / "landing" / "boren" / RECEIVED
    names = ("CD22患者.csv", "不良反应.csv")
    texts = {name: (landed / name).read_bytes().decode("gb18030") for name in names}
    for site in SITES:
        _write_yaml(folder / "sites" / f"{site}.yaml", _mapping_of(site, mapping))
        delivery = folder / "landing" / site / RECEIVED
        delivery.mkdir(parents=True, exist_ok=True)
        for name in names:
            rows = _marked(list(csv.reader(io.StringIO(texts[name]))), site)
            if site == "sheets":
                _write_workbook(delivery / name.replace(".csv", ".xlsx"), rows)
            else:
                (delivery / name).write_bytes(_csv(rows).encode("gb18030"))
    _reject_second_delivery(folder / "landing" / "broken", texts)


def marks() -> dict[str, set[str]]:
    """The planted values by kind of cell, dates also as they would be printed."""
    return {kind: {value.format(site=site) for site in SITES} for kind, (value, _, _) in CELLS.items()} | {
        "header of a rejected export": {"标记表头值"}
    }


def _mapping_of(site: str, mapping: dict[str, object]) -> dict[str, object]:
    if site != "sheets":
        return {**mapping, "site_id": site}
    files = [
        {
            "match": str(file["match"]).replace(".csv", ".xlsx"),
            "format": "excel",
            "sheets": [{**sheet, "sheet": "数据"} for sheet in file["sheets"]],
        }
        for file in mapping["files"]  # type: ignore[attr-defined]
    ]
    return {**mapping, "site_id": site, "files": files}


def _marked(rows: list[list[str]], site: str) -> list[list[str]]:
    """The rows with subject ids of the site's own, a column nobody mapped, the marks, and one row twice."""
    header = [*rows[0], "备注"] if "姓名" in rows[0] else rows[0]
    planted = {
        (subject, column): value.format(site=site) for value, subject, column in CELLS.values() if column in header
    }
    marked = []
    for row in rows[1:]:
        cells = dict(zip(header, [*row, ""], strict=False))
        subject = cells["编号"]
        cells |= {column: value for (of, column), value in planted.items() if of == subject}
        if cells["编号"] == subject:
            cells["编号"] = f"{site}{subject}"
        marked.append([cells[name] for name in header])
        if "备注" in header and subject == "P16":
            marked.append(marked[-1])
    return [header, *marked]


def _reject_second_delivery(landing: Path, texts: Mapping[str, str]) -> None:
    """An export whose header is gone, so that values stand where names should."""
    later = landing / "2019-03-31"
    later.mkdir()
    rows = list(csv.reader(io.StringIO(texts["CD22患者.csv"])))[1:]
    rows[0][1] = "标记表头值"
    (later / "CD22患者.csv").write_bytes(_csv(rows).encode("gb18030"))
    (later / "不良反应.csv").write_bytes(texts["不良反应.csv"].encode("gb18030"))


def _write_yaml(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")


def _csv(rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue()


def _write_workbook(path: Path, rows: list[list[str]]) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "数据"
    for row in rows:
        sheet.append(row)
    book.save(path)
