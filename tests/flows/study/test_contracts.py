"""Contracts: the courses a protocol names, through the SQL of the endpoints, beside what its authors expect."""

from __future__ import annotations

from typing import Any

import pytest

from flows.study.check import contracts_told
from flows.study.contracts import broken_contracts, contract_findings
from schemas.errors import UsageError
from schemas.protocol import Protocol
from tests.transforms.endpoints.tiny_study import PROTOCOL


def differing(contracts: str, **protocol: Any) -> list[str]:
    """What differs, a text for each outcome."""
    broken = broken_contracts(Protocol.model_validate({**PROTOCOL, "contracts": contracts, **protocol}))
    return [
        f"line {found['line']}, column {found['column']}: {found['endpoint']}: expected {found['expected']}; got {found['got']}"
        for found in (one.arguments for one in broken)
    ]


def test_a_course_meets_what_its_authors_expect() -> None:
    assert (
        differing(
            """
        d0 CD19 infusion | d28 CR MRD- | d95 transplant | d210 relapse | d260 death
          => response: CR MRD-; os: death 260; lfs: relapse 210; cir: relapse 210
        d0 CD19 infusion | d12 death CRS => os: death 12; cir: competing death 12; response: NE
        d5 enrolled | d9 last contact => os: not in population; response: not in population
        d0 CD19 infusion | d28 response unknown | d31 remission => efs: unknown 0..31; response: unknown
        d0 CD19 infusion | d28 CR | d500 remission | d600 death | d546 data cut => os: censored 546 at last contact
        """
        )
        == []
    )


def test_an_outcome_that_is_not_as_expected_says_where_and_what_came_out() -> None:
    assert differing(
        "d0 CD19 infusion | d28 CR\n  | d95 death\n  => os: death 95; lfs: censored 95 at last contact"
    ) == ["line 3, column 20: lfs: expected censored 95 at last contact; got death 95"]


@pytest.mark.parametrize(
    ("expected", "got"),
    [("death 50", "competing death 50"), ("relapse 50", "competing death 50"), ("competing death 51", "competing death 50"),
     ("not in population", "competing death 50"), ("unknown", "competing death 50")],
)  # fmt: skip
def test_kind_happening_and_day_all_count(expected: str, got: str) -> None:
    assert differing(f"d0 CD19 infusion | d50 death => cir: {expected}") == [
        f"line 1, column 33: cir: expected {expected}; got {got}"
    ]


def test_a_definition_that_changes_breaks_its_contract() -> None:
    contract = "d0 CD19 infusion | d95 transplant | d210 relapse => lfs: relapse 210"
    lfs = {**PROTOCOL["endpoints"]["lfs"], "transplant": "censor"}
    assert differing(contract) == []
    assert differing(contract, endpoints={"lfs": lfs}) == [
        "line 1, column 53: lfs: expected relapse 210; got censored 95 at transplant"
    ]


def test_a_month_leaves_the_day_within_its_bounds_unless_the_protocol_has_a_rule() -> None:
    death = "d0 CD19 infusion | d100 remission | 2023-05 death => os: "
    rule = [{"column": "death.death_date", "to": "latest"}]
    assert differing(death + "death 120..150") == []
    assert differing(death + "death 150", imputation=rule) == []


def test_each_line_has_the_data_cut_it_names() -> None:
    course = "d0 CD19 infusion | d28 CR | d400 relapse"
    assert (
        differing(f"{course} => lfs: relapse 400\n{course} | d300 data cut => lfs: censored 300 at last contact") == []
    )


def test_a_record_that_would_replace_another_is_refused() -> None:
    with pytest.raises(UsageError, match=r"line 1, column 22: expected each infusion once; .* same infusion_number"):
        differing("d0 CD19 infusion 1 | d7 CD22 infusion 1 => os: censored 7")


def test_the_command_says_how_many_hold_and_what_to_do() -> None:
    protocol = Protocol.model_validate(
        {**PROTOCOL, "contracts": "d0 CD19 infusion | d9 death => os: death 9\nd0 CD19 infusion => os: death 9"}
    )
    told, [line] = contracts_told(protocol)
    assert told == "; 1 of 2 contracts hold"
    assert line == (
        "tiny: contracts line 2, column 21: os: expected death 9; got censored 0 at last contact; "
        "if the definition was meant to change, change the line; if not, see endpoints.os in protocol.yaml"
    )


def test_a_night_finds_a_broken_contract_and_nothing_else() -> None:
    protocol = Protocol.model_validate({**PROTOCOL, "contracts": "d0 CD19 infusion => os: death 9"})
    assert contract_findings(protocol).select("origin", "code", "figures").rows() == [("contract", "contract", "os")]
