"""What a protocol may say of falls it accepts: of a known table, and not for ever."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.protocol import AcceptedFall

FALL = {
    "table": "laboratory", "rows": 90, "reason": "a batch sent twice is withdrawn", "decided_by": "data manager",
    "decided_on": "2024-03-05", "applies_until": "2024-03-12",
}  # fmt: skip


def test_a_fall_is_accepted_for_some_days() -> None:
    assert AcceptedFall.model_validate(FALL).rows == 90


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ({"applies_until": "2024-06-01"}, "expected a day from 2024-03-05 to 2024-04-05; found 2024-06-01"),
        ({"applies_until": "2024-03-01"}, "expected a day from 2024-03-05"),
        ({"table": "labs"}, "table: expected one of subject,"),
    ],
)
def test_no_fall_is_accepted_for_ever_nor_of_an_unknown_table(part: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        AcceptedFall.model_validate({**FALL, **part})
