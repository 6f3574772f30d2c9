"""Only rules about records that exist are asked; which records a rule is about stands in its own SELECT."""

from __future__ import annotations

from transforms.crosschecks import crosschecks
from warehouse.ask_sites import domains_asked


def test_a_rule_names_the_domain_its_select_gives() -> None:
    assert domains_asked("select 'death' as domain from cut.subject") == {"death"}


def test_a_rule_that_takes_the_domain_from_the_data_is_always_asked() -> None:
    mixed = "select 'death' as domain from cut.death union all select r.domain from current.dated_record as r"
    assert domains_asked(mixed) is None


def test_most_rules_name_theirs() -> None:
    assert sum(domains_asked(check.sql) is not None for check in crosschecks()) > 80
