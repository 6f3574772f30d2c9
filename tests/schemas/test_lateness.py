"""What a protocol may ask of late reports."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.protocol import Protocol
from tests.transforms.endpoints.tiny_study import PROTOCOL

RECOVERY = {
    "label": "Recovery", "kind": "recovery", "population": "infused", "origin": "infusion_1", "event": ["b_cell_recovery"],
    "competing": ["death"],
}  # fmt: skip


def asking(**lateness: Any) -> Protocol:
    endpoints = {**PROTOCOL["endpoints"], "recovery": RECOVERY}
    recoveries = {"b_cell_recovery": {"test": "B cells", "matrix": "blood", "above": 0, "unit": "cells/uL"}}
    return Protocol.model_validate({**PROTOCOL, "endpoints": endpoints, "recoveries": recoveries, "lateness": lateness})


def test_endpoints_may_be_told_as_expected() -> None:
    assert asking(of=["os", "cir"]).lateness is not None
    assert Protocol.model_validate(PROTOCOL).lateness is None


@pytest.mark.parametrize(
    ("lateness", "message"),
    [
        ({"of": ["pfs"]}, "lateness.of: expected one of os, lfs, cir, efs; found pfs"),
        # Nobody knows when a sample was reported.
        ({"of": ["recovery"]}, "lateness.of: expected one of os, lfs, cir, efs; found recovery"),
        ({"of": ["os", "os"]}, "expected each once"),
        ({"of": ["os"], "least_events": 1}, "greater than or equal to 2"),
    ],
)
def test_what_it_cannot_be_is_said(lateness: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message.replace(".", r"\.")):
        asking(**lateness)
