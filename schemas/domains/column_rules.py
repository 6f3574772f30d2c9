"""The rules that follow from a column's declaration: required, code, date, number, range, and partial dates.

A date that is none may be one of two (order) or one no export can mean (span), a number that is none may be written
in a form that the mapping does not declare (form) or be a limit (bound), and whether a value counts may hang on a cell that
tells nothing (undecided); each asks for something else.
"""

from __future__ import annotations

from typing import Any

from schemas.columns import ColumnSpec
from schemas.rules import Rule, SetsAside

# Rules on a cell that could not be read; what others then say of the blank it left is their echo.
UNREADABLE = ("date", "order", "span", "number", "form", "bound", "code", "undecided", "partial", "readable")


def column_rules(domain: str, spec: ColumnSpec, checks: list[Any], sets_aside: SetsAside) -> list[Rule]:
    """The rules of one column; `checks` are its Pandera checks, which hold its bounds.

    sets_aside: what a cell that can't be used costs. A death counts, whatever word stands for its cause or its day; a
    record that can't be given to a subject does not.
    """
    found = [
        Rule(f"{domain}.{spec.name}.{what}", sets_aside, remedy, (spec.name,), remedy_zh)
        for what, (remedy, remedy_zh) in _remedies(spec, checks).items()
    ]
    return found + (_partial_date_rules(domain, spec) if spec.kind == "date" else [])


def _remedies(spec: ColumnSpec, checks: list[Any]) -> dict[str, tuple[str, str]]:
    """What the site should mend, by what is wrong, in English and in Chinese."""
    remedies: dict[str, tuple[str, str]] = {}
    if spec.required:
        meaning = spec.description[:1].lower() + spec.description[1:]
        remedies["required"] = (f"Enter {spec.name}: {meaning}.", f"请填写{spec.name}：该项必填。")
    if spec.codelist:
        codes = ", ".join(spec.codelist)
        remedies["code"] = (
            f"Use one of: {codes}; or add the site's term to its mapping.",
            f"请使用以下代码之一：{codes}；或将本中心用语加入映射。",
        )
    else:
        remedies["code"] = (
            "Use a term that the code map of this site knows, or have the term added to its mapping.",
            "请使用本中心代码表中的用语，或将该用语加入映射。",
        )
    remedies["undecided"] = UNDECIDED_REMEDY
    if spec.kind == "date":
        remedies |= DATE_REMEDIES
    if spec.kind in ("integer", "number"):
        whole = spec.kind == "integer"
        remedies["number"] = (
            f"Enter a {'whole number' if whole else 'number'}, digits only.",
            f"请填写{'整数' if whole else '数值'}，不含其他符号。",
        )
        remedies |= _form_remedies(spec)
    if bounds := _bounds(checks):
        unit = f" {spec.unit}" if spec.unit else ""
        english = " and ".join(f"of at {word} {limit}" for word, limit in bounds.items())
        chinese = "且".join(f"{'不小于' if word == 'least' else '不大于'}{limit}" for word, limit in bounds.items())
        remedies["range"] = (f"Enter a value {english}{unit}.", f"请填写{chinese}{unit}的值。")
    return remedies


UNDECIDED_REMEDY = (
    (
        "Enter what this cell should say: it shows an error, was destroyed, says unknown or is written otherwise than agreed, and "
        "the mapping tells by it whether the row has this value."
    ),
    "请填写该单元格应有的内容：其显示错误、内容损坏、填写不详或写法与约定不符，而映射据此判断该行是否有此值。",
)

DATE_REMEDIES = {
    "date": (
        "Enter an existing calendar date in the form agreed with this site.",
        "请按约定格式填写真实存在的日期。",
    ),
    "order": (
        "Enter the date so that it can be read in one way only: the forms declared for this site read it as different days.",
        "请以唯一可读的格式填写日期：按本中心约定的多种格式会读成不同日期。",
    ),
    "span": (
        "Correct the date, or confirm it and widen dates_between in the mapping: it lies outside the days of any study here.",
        "请更正日期；若确认无误，请在映射中放宽dates_between：该日期超出合理范围。",
    ),
}


def _form_remedies(spec: ColumnSpec) -> dict[str, tuple[str, str]]:
    """What to ask about a number that stands in a cell with more than itself."""
    in_unit, in_unit_zh = (f" in {spec.unit}", f"（单位{spec.unit}）") if spec.unit else ("", "")
    return {
        "form": (
            (
                f"Enter the number alone{in_unit}, or have its form declared under `forms` in the mapping: the cell holds more, "
                "as a unit, a power of ten or a sign between digits, or less, where others state their unit."
            ),
            f"请仅填写数值{in_unit_zh}，或在映射的forms中声明该写法：该数值带有单位、10的幂或数字间符号，或缺少同列其他数值的单位。",
        ),
        "bound": (
            (
                f"Enter the value{in_unit} if it is known, or have the mapping say under `forms` what the limit means: the cell "
                "tells only what the value lies below or above."
            ),
            f"若已知请填写数值{in_unit_zh}，或在映射的forms中声明该界限的含义：该单元格仅给出上限或下限。",
        ),
    }


def _bounds(checks: list[Any]) -> dict[str, Any]:
    """The column's bounds, as `least` and `most`."""
    limits = {name: value for check in checks for name, value in (check.statistics or {}).items()}
    words = {"min_value": "least", "max_value": "most"}
    return {word: limits[name] for name, word in words.items() if name in limits}


def _partial_date_rules(domain: str, spec: ColumnSpec) -> list[Rule]:
    """A date of which a part is known sets nothing aside: what happened did so within the bounds of that part."""
    remedy, remedy_zh = "Complete the date: only a part of it is given.", "请补全日期：仅填写了一部分。"
    return [Rule(f"{domain}.{spec.name}.partial", "nothing", remedy, (spec.name,), remedy_zh)]
