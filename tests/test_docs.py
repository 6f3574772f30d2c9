"""Pages under docs/ that hold output hold that of today."""

from __future__ import annotations

import importlib.util
from types import ModuleType

import pytest

from flows.dictionary_page import dictionary_lines
from flows.settings import REPOSITORY
from tests.studies.night import published_night
from warehouse.macros import read_macros

DOCS = REPOSITORY / "docs"


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_dictionary_is_that_of_the_schemas() -> None:
    written = "".join(f"{line}\n" for line in dictionary_lines())
    assert (DOCS / "dictionary.md").read_text("utf-8") == written, (
        "run: uv run cartrove dictionary > docs/dictionary.md"
    )


@pytest.mark.parametrize("name", ["sql.md", "what_a_figure_means.md"])
def test_every_query_of_a_page_prints_what_is_below_it(name: str) -> None:
    page = (DOCS / name).read_text("utf-8")
    assert page.count("```sql") == len(script("fill_sql").BLOCK.findall(page))
    assert script("fill_sql").filled(page, published_night()) == page, "run: uv run python docs/fill_sql.py"


def test_the_page_on_sql_names_every_macro() -> None:
    page = (DOCS / "sql.md").read_text("utf-8")
    for macro in read_macros():
        assert macro.schema == "core" or f"`{macro.full_name}(" in page
