"""The rules that follow from a column's declaration: required, code, date, number, range, and partial dates."""

from __future__ import annotations

from typing import Any

from schemas.columns import ColumnSpec
from schemas.rules import Rule, SetsAside


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
    if spec.kind == "date":
        remedies["date"] = (
            "Enter an existing calendar date in the form agreed with this site.",
            "请按约定格式填写真实存在的日期。",
        )
    if spec.kind in ("integer", "number"):
        whole = spec.kind == "integer"
        remedies["number"] = (
            f"Enter a {'whole number' if whole else 'number'} without other signs.",
            f"请填写{'整数' if whole else '数值'}，不含其他符号。",
        )
    if bounds := _bounds(checks):
        unit = f" {spec.unit}" if spec.unit else ""
        english = " and ".join(f"of at {word} {limit}" for word, limit in bounds.items())
        chinese = "且".join(f"{'不小于' if word == 'least' else '不大于'}{limit}" for word, limit in bounds.items())
        remedies["range"] = (f"Enter a value {english}{unit}.", f"请填写{chinese}{unit}的值。")
    return remedies


def _bounds(checks: list[Any]) -> dict[str, Any]:
    """The column's bounds, as `least` and `most`."""
    limits = {name: value for check in checks for name, value in (check.statistics or {}).items()}
    words = {"min_value": "least", "max_value": "most"}
    return {word: limits[name] for name, word in words.items() if name in limits}


def _partial_date_rules(domain: str, spec: ColumnSpec) -> list[Rule]:
    """A date of which a part is known sets nothing aside: what happened did so within the bounds of that part."""
    remedy, remedy_zh = "Complete the date: only a part of it is given.", "请补全日期：仅填写了一部分。"
    return [Rule(f"{domain}.{spec.name}.partial", "nothing", remedy, (spec.name,), remedy_zh)]
