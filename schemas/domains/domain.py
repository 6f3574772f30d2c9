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
from schemas.rules import Rule

BOUND_CHECKS = {
    "isin": "code",
    "greater_than_or_equal_to": "range",
    "less_than_or_equal_to": "range",
    "not_nullable": "required",
}


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
    def clinical_date(cls) -> str | None:
        """The date a record happened on, against which the data cut is held; None for undated facts."""
        return cls._config_metadata().get("clinical_date")

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
        found = {rule.rule_id: rule for spec in cls.columns().values() for rule in _column_rules(cls, spec)}
        return found | {rule.rule_id: rule for rule in (*_row_rules(cls), *_reference_rules(cls))}

    @classmethod
    def _config_metadata(cls) -> dict[str, Any]:
        return getattr(cls.Config, "metadata", {})


def _column_rules(domain: type[Domain], spec: ColumnSpec) -> list[Rule]:
    """The rules that follow from a column's declaration."""
    prefix, checks = f"{domain.domain_name()}.{spec.name}", domain.to_schema().columns[spec.name].checks
    remedies: dict[str, str] = {}
    if spec.required:
        remedies["required"] = f"Enter {spec.name}: {_lower_first(spec.description)}."
    if spec.codelist:
        remedies["code"] = f"Use one of: {', '.join(spec.codelist)}; or add the site's term to its mapping."
    else:
        remedies["code"] = "Use a term that the code map of this site knows, or have the term added to its mapping."
    if spec.kind == "date":
        remedies["date"] = "Enter an existing calendar date in the form agreed with this site."
    if spec.kind in ("integer", "number"):
        remedies["number"] = f"Enter a {'whole number' if spec.kind == 'integer' else 'number'} without other signs."
    partial = [Rule(f"{prefix}.partial", "query", "Complete the date: only a part of it is given.", (spec.name,))]
    if spec.required:
        remedy = "Complete the date: only a part of it is given, and the protocol has no rule that could stand in."
        partial.append(Rule(f"{prefix}.imputable", "quarantine", remedy, (spec.name,)))
    bounds = [str(check) for check in checks if "than_or_equal" in str(check)]
    if bounds:
        remedies["range"] = f"Enter a value {_bounds_in_words(checks)}{f' {spec.unit}' if spec.unit else ''}."
    found = [Rule(f"{prefix}.{what}", "quarantine", remedy, (spec.name,)) for what, remedy in remedies.items()]
    return found + (partial if spec.kind == "date" else [])


def _bounds_in_words(checks: list[Any]) -> str:
    limits = {name: value for check in checks for name, value in (check.statistics or {}).items()}
    parts = []
    if "min_value" in limits:
        parts.append(f"of at least {limits['min_value']}")
    if "max_value" in limits:
        parts.append(f"of at most {limits['max_value']}")
    return " and ".join(parts)


def _row_rules(domain: type[Domain]) -> list[Rule]:
    rules = []
    for name in dir(domain):
        declared = getattr(getattr(domain, name, None), "declared_rule", None) or getattr(
            domain.__dict__.get(name), "declared_rule", None
        )
        if declared:
            severity, remedy, columns = declared
            rules.append(Rule(f"{domain.domain_name()}.{name}", severity, remedy, columns))
    return rules


def _reference_rules(domain: type[Domain]) -> list[Rule]:
    """The natural key tells records apart, and every record belongs to a known subject."""
    name, key = domain.domain_name(), domain.key()
    unique = Rule(
        f"{name}.key.unique",
        "quarantine",
        f"Two records share {', '.join(key)} and differ elsewhere: keep the right one or correct the key.",
        (key[-1],),
    )
    known = Rule(
        f"{name}.subject.known",
        "quarantine",
        "Send the subject's own record, or mend it where it is quarantined: this record has no accepted subject.",
        ("subject_id",),
    )
    return [unique] if name == "subject" else [unique, known]


def _lower_first(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
