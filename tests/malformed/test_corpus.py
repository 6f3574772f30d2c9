"""The corpus is as large as it is said to be, and no file is there under another's name."""

from __future__ import annotations

from tests.malformed import test_exchange, test_kinds, test_statistical, test_texts, test_workbooks

MODULES = (test_texts, test_workbooks, test_statistical, test_exchange, test_kinds)


def test_the_corpus_has_over_two_hundred_files() -> None:
    names = [malformed.name for module in MODULES for malformed in module.CASES]
    assert len(set(names)) == len(names) >= 200
