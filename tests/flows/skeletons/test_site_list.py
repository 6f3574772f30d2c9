"""A site is added to a protocol's text and every comment stays; where that is not certain, nothing is changed."""

from __future__ import annotations

import pytest

from flows.skeletons.site_list import with_site


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sites: [a]  # first\nb: 1\n", "sites: [a, new]  # first\nb: 1\n"),
        ("sites: [a, b,]\n", "sites: [a, b, new,]\n"),
        ("sites: [a,  # one\n  b  # two\n  ]\n", "sites: [a,  # one\n  b, new  # two\n  ]\n"),
        ("sites: ['a', \"no\"]\n", "sites: ['a', \"no\", new]\n"),
        ("# 研究\nsites: [a]\n", "# 研究\nsites: [a, new]\n"),
        ("sites:\n  # north\n  - a  # one\n  # later\nb: 1\n", "sites:\n  # north\n  - a  # one\n  - new\n  # later\nb: 1\n"),
        ("sites:\n- a\n- b", "sites:\n- a\n- b\n- new"),
        ("b: 1\r\nsites:\r\n  - a # x\r\n", "b: 1\r\nsites:\r\n  - a # x\r\n  - new\r\n"),
        ("\ufeffsites: [a]\n", "\ufeffsites: [a, new]\n"),
        ("b: {sites: [x]}\nsites: [a]\n", "b: {sites: [x]}\nsites: [a, new]\n"),
    ],
)  # fmt: skip
def test_the_site_is_inserted_and_nothing_else_changes(before: str, after: str) -> None:
    assert with_site(before, "new") == after


@pytest.mark.parametrize(
    "text",
    [
        "b: &all [a]\nsites: *all\n",
        "b: &one a\nsites: [*one]\n",
        "sites: &all [a]\nb: *all\n",
        "b: 1\n",
        "sites: []\n",
        "sites: a\n",
    ],
    ids=["alias of the list", "alias of an entry", "others use the list", "no list", "empty", "no list but a text"],
)
def test_what_is_not_certain_is_left_to_a_person(text: str) -> None:
    assert with_site(text, "new") is None
