"""Every domain says what it holds, and every rule what to mend."""

from __future__ import annotations

import pytest

from schemas.domains import DOMAINS, Domain
from schemas.tables import TABLES


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
def test_every_column_is_described_and_every_rule_has_a_remedy(domain: type[Domain]) -> None:
    assert all(spec.description for spec in domain.columns().values())
    for rule_id, rule in domain.rules().items():
        assert rule_id.startswith(f"{domain.domain_name()}.")
        assert rule.severity == ("quarantine" if rule.sets_aside == "record" else "query")
        assert set(rule.cells_set_aside) <= set(domain.columns())
        assert rule.remedy.endswith(".")
        assert set(rule.columns) <= set(domain.columns())


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
def test_the_key_and_the_clinical_date_are_columns(domain: type[Domain]) -> None:
    assert set(domain.key()) <= set(domain.columns())
    assert domain.clinical_date() in {*domain.columns(), None}


def test_rule_ids_are_unique_over_all_domains() -> None:
    ids = [rule_id for domain in DOMAINS.values() for rule_id in domain.rules()]
    assert len(ids) == len(set(ids))


def test_the_key_of_every_table_is_made_of_its_columns() -> None:
    for table in TABLES.values():
        assert set(table.key) <= set(table.column_names), table.full_name
        assert len(table.column_names) == len(set(table.column_names)), table.full_name


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
def test_a_whole_record_is_set_aside_only_where_nobody_can_know_whose_it_is(domain: type[Domain]) -> None:
    whole = {
        rule.rule_id.removeprefix(f"{domain.domain_name()}.")
        for rule in domain.rules().values()
        if rule.sets_aside == "record"
    }
    assert whole <= {f"subject_id.{what}" for what in ("required", "code", "readable", "undecided")} | {
        "subject.known",
        "subject.alike",
    }


@pytest.mark.parametrize("domain", DOMAINS.values(), ids=DOMAINS)
def test_a_cell_that_cant_be_read_sets_that_cell_aside_and_no_other(domain: type[Domain]) -> None:
    for rule in domain.rules().values():
        if (
            rule.rule_id.rpartition(".")[2] in ("required", "code", "date", "number", "range")
            and rule.sets_aside != "record"
        ):
            assert rule.cells_set_aside == rule.columns
