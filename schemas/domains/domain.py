"""What every domain model shares: its name, natural key, clinical date, columns and rules.

A domain's columns and bounds are its annotations; what spans several columns is a `row_rule`. Nothing here knows a
single domain.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pandera.polars as pa

from schemas.columns import ColumnSpec, text
from schemas.domains.column_rules import column_rules
from schemas.rules import Rule, SetsAside

BOUND_CHECKS = {
    "isin": "code",
    "greater_than_or_equal_to": "range",
    "less_than_or_equal_to": "range",
    "not_nullable": "required",
}


SUBJECT = "subject_id"


class Domain(pa.DataFrameModel):
    """Base of all domain models: every record belongs to a subject."""

    subject_id: str = text("Subject identifier within the study, as the site writes it", required=True)

    class Config:
        strict = True
        metadata: dict[str, Any] = {}

    @classmethod
    def domain_name(cls) -> str:
        """The table name in schema core, from the class name: AdverseEvent -> adverse_event."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", cls.__name__).lower()

    @classmethod
    def grain(cls) -> str:
        """What one row is: the first line of the class docstring."""
        return (cls.__doc__ or "").strip().splitlines()[0]

    @classmethod
    def key(cls) -> tuple[str, ...]:
        """The columns that tell two records of a study apart."""
        return ("subject_id", *cls._config_metadata().get("key", ()))

    @classmethod
    def absent_in_key(cls) -> tuple[str, ...]:
        """The columns of the key that most records have no need of: where blank they are no part of it."""
        return tuple(cls._config_metadata().get("absent_in_key", ()))

    @classmethod
    def clinical_date(cls) -> str | None:
        """The date a record happened on, against which the data cut is held; None for undated facts."""
        return cls._config_metadata().get("clinical_date")

    @classmethod
    def is_counted_by_day(cls) -> bool:
        """Whether endpoints count a record by its clinical date, so that a day has to stand in for one that is not known."""
        return bool(cls._config_metadata().get("counted_by_day"))

    @classmethod
    def respelled_columns(cls) -> tuple[str, ...]:
        """Columns of codes that are read, and asked about, where they are spelled doubtfully."""
        return tuple(cls._config_metadata().get("respelled", ()))

    @classmethod
    def sets_aside(cls, column: str) -> SetsAside:
        """The smallest part in doubt where a cell of a column can't be used.

        Without its subject a record belongs to nobody. A column without which the record would say little, and one the
        domain names a detail, is a detail of what happened, which has happened all the same. Any other is a cell.
        """
        if column == SUBJECT:
            return "record"
        told = cls._config_metadata()
        # A row of a subject is that subject, whatever else it fails to say.
        happens = not told.get("stands_by_its_subject")
        return "detail" if happens and (cls.columns()[column].required or column in told.get("details", ())) else "cell"

    @classmethod
    @cache
    def columns(cls) -> dict[str, ColumnSpec]:
        """Every canonical column in declared order."""
        return {
            name: ColumnSpec(
                name=name,
                description=column.description or "",
                required=not column.nullable,
                **(column.metadata or {}),
            )
            for name, column in cls.to_schema().columns.items()
        }

    @classmethod
    @cache
    def rules(cls) -> dict[str, Rule]:
        """Every rule of the domain by id: first those of single columns, then those that span columns."""
        declared = cls.to_schema().columns
        of_columns = (
            column_rules(cls.domain_name(), spec, declared[name].checks, cls.sets_aside(name))
            for name, spec in cls.columns().items()
        )
        found = {rule.rule_id: rule for rules in (*of_columns, _spelling_rules(cls)) for rule in rules}
        return found | {rule.rule_id: rule for rule in (*_row_rules(cls), *_reference_rules(cls))}

    @classmethod
    def _config_metadata(cls) -> dict[str, Any]:
        return getattr(cls.Config, "metadata", {})


def _row_rules(domain: type[Domain]) -> list[Rule]:
    rules = []
    for name in dir(domain):
        declared = getattr(getattr(domain, name, None), "declared_rule", None) or getattr(
            domain.__dict__.get(name), "declared_rule", None
        )
        if declared:
            rules.append(Rule(f"{domain.domain_name()}.{name}", *declared))
    return rules


def _spelling_rules(domain: type[Domain]) -> list[Rule]:
    return [
        Rule(
            f"{domain.domain_name()}.{name}.spelling",
            "nothing",
            "Confirm the term: it is spelled doubtfully, and is read as the one of the code list that it resembles.",
            (name,),
            "请核实用语：书写存疑，已按代码表中相近的用语读取。",
        )
        for name in domain.respelled_columns()
    ]


def _reference_rules(domain: type[Domain]) -> list[Rule]:
    """The natural key tells records apart, and every record belongs to a known subject."""
    name, key = domain.domain_name(), domain.key()
    unique = Rule(
        f"{name}.key.unique",
        "cell",
        f"Two records share {', '.join(key)} and differ elsewhere: keep the right one or correct the key. "
        "Until then what they differ in is unknown.",
        (key[-1],),
        f"两条记录的{'、'.join(key)}相同而其他内容不同：请保留正确的一条或更正关键项；在此之前，不一致的内容视为未知。",
        doubtful=(),
    )
    readable = Rule(
        f"{name}.subject_id.readable",
        "record",
        "Send the subject's id as text: a spreadsheet shortened it (1.23E+11) or shows an error, or the cell holds a word or sign for none.",
        ("subject_id",),
        "请以文本格式报送受试者编号：该编号已被电子表格截断（如1.23E+11）、显示错误，或该单元格没有编号。",
    )
    alike = Rule(
        f"{name}.subject.alike",
        "record",
        "Write the subject's id as in the subject's own record: there is none under this id, but under the like one in brackets.",
        ("subject_id",),
        "请按受试者本人记录的写法填写编号：该编号没有对应的受试者记录，括号内的相似编号有。",
    )
    known = Rule(
        f"{name}.subject.known",
        "record",
        "Send the subject's own record, or mend it where it is set aside: this record has no accepted subject.",
        (SUBJECT,),
        "请补报受试者本人的记录，或更正其被搁置的记录：该记录没有已接受的受试者。",
    )
    return [readable, unique] if name == "subject" else [readable, unique, alike, known]
