"""The rules that follow from a column's declaration: required, code, date, number, range, and partial dates."""

from __future__ import annotations

from typing import Any

from schemas.columns import ColumnSpec
from schemas.rules import Rule


def column_rules(domain: str, spec: ColumnSpec, checks: list[Any], *, in_key: bool) -> list[Rule]:
    """The rules of one column; `checks` are its Pandera checks, which hold its bounds.

    A code that nobody knows costs the record only where the record is nothing without it: a death counts, whatever
    word stands for its cause. Elsewhere the cell is left blank and asked about.
    """
    remedies = _remedies(spec, checks)
    may_be_blank = not spec.required and not in_key
    found = [
        Rule(
            f"{domain}.{spec.name}.{what}",
            "query" if what == "code" and may_be_blank else "quarantine",
            remedy,
            (spec.name,),
            remedy_zh,
        )
        for what, (remedy, remedy_zh) in remedies.items()
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
    prefix = f"{domain}.{spec.name}"
    remedy, remedy_zh = "Complete the date: only a part of it is given.", "请补全日期：仅填写了一部分。"
    partial = [Rule(f"{prefix}.partial", "query", remedy, (spec.name,), remedy_zh)]
    if spec.required:
        remedy = "Complete the date: only a part of it is given, and the protocol has no rule that could stand in."
        remedy_zh = "请补全日期：仅填写了一部分，且方案未规定填补规则。"
        partial.append(Rule(f"{prefix}.imputable", "quarantine", remedy, (spec.name,), remedy_zh))
    return partial
