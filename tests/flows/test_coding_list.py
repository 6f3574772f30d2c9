"""The trial's coding list is read from its file, and a file that is none is refused in one sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows.coding_list import with_coding
from schemas.errors import UsageError
from schemas.protocol import Protocol
from tests.transforms.endpoints.tiny_study import PROTOCOL

HEADER = "text,term,organ_class"
INFUSIONS = [{"number": 1, "targets": ["CD19"], "label": "CD19"}]


def read(folder: Path, content: str | bytes | None, coding: Any = "events.csv") -> Protocol:
    """The protocol of a study whose folder holds such a list."""
    (folder / "coding").mkdir(exist_ok=True)
    if content is not None:
        (folder / "coding" / "events.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    stated = {**PROTOCOL, "infusions": INFUSIONS, "adverse_events": {"coding": coding}}
    return with_coding(Protocol.model_validate(stated), folder)


def test_the_list_is_read_as_spreadsheets_save_it(tmp_path: Path) -> None:
    content = "\ufefftext, term ,organ_class,term_zh\r\nlung infection, Pneumonia,Infections,肺炎\r\n"
    protocol = read(tmp_path, content)
    assert protocol.adverse_events is not None
    (one,) = protocol.adverse_events.coded
    assert (one.text, one.term, one.organ_class) == ("lung infection", "Pneumonia", "Infections")
    assert protocol.translations["zh"] == {"Pneumonia": "肺炎"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "file not found"),
        (f"{HEADER}\nPneumonia,Pneumonia\n".encode("utf-16"), "expected text in UTF-8"),
        ("text,term\nrash,Rash\n", "organ_class not found"),
        (f"{HEADER},code\nrash,Rash,Skin,1\n", "found code"),
        (f"{HEADER}\nrash,,Skin\n", "line 2: expected text, term, organ_class, each filled"),
        (f"{HEADER}\nrash,Rash,Skin,more\n", "line 2: expected"),
        (f"{HEADER}\nrash,Rash,Skin\nRASH,Erythema,Skin\n", "expected each text once"),
        (f"{HEADER}\nrash,Rash,Skin\nred skin,Rash,Immune\n", "one organ class of each term"),
    ],
)
def test_what_is_no_coding_list_is_refused_by_its_file(tmp_path: Path, content: str | bytes | None, said: str) -> None:
    with pytest.raises(UsageError, match=said) as refused:
        read(tmp_path, content)
    assert "events.csv" in str(refused.value)


def test_a_file_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"expected the name of a \.csv file"):
        read(tmp_path, None, coding="../events.csv")


def test_periods_that_overlap_are_refused() -> None:
    stated = {"periods": [[0, 30], [30, 100]]}
    with pytest.raises(ValueError, match="begin after the one before it has ended"):
        Protocol.model_validate({**PROTOCOL, "infusions": INFUSIONS, "adverse_events": stated})


def test_an_infusion_that_is_not_planned_is_refused() -> None:
    with pytest.raises(ValueError, match=r"adverse_events\.infusions"):
        Protocol.model_validate({**PROTOCOL, "infusions": INFUSIONS, "adverse_events": {"infusions": [2]}})
