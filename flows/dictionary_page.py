"""The data dictionary as a page of Markdown, from the declarations the tables themselves are made of."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from flows.study.product import crosscheck_rules
from schemas.tables import TABLES, VIEWS, Table
from warehouse.dictionary import describe_columns, list_codes, list_rules
from warehouse.macros import Macro, read_macros

SCHEMAS = {
    "core": "What sites sent, one table per domain, each record in every state it went through.",
    "adam": "Endpoint tables in the style of CDISC ADaM, each made by the SQL file of its name in `transforms/endpoints/`.",
    "results": "What was computed, and what papers print.",
    "meta": "What the studies define, where the data came from, what was wrong with it, and what was run.",
}
VIEW_NAMES = {view.full_name for view in VIEWS}


def dictionary_lines() -> Iterator[str]:
    """The page, line by line."""
    yield "# Data dictionary"
    yield ""
    yield "Written by `uv run cartrove dictionary > docs/dictionary.md`. In SQL: `meta.data_dictionary`, `meta.codelist`,"
    yield "`meta.rule`, `meta.macro`, and the COMMENTs of the published file. For each rule the page gives"
    yield "what breaking it sets aside: the cell, a detail of the event, or the record; if none is given, it only raises a question."
    columns, rules = describe_columns(), _rules_by_column()
    for schema, about in SCHEMAS.items():
        yield from ("", f"## {schema}", "", about)
        for table in (*TABLES.values(), *VIEWS):
            if table.schema == schema:
                own = columns.filter(table_schema=schema, table_name=table.name)
                yield from _table_lines(table, own, rules)
        macros = [macro for macro in read_macros() if macro.schema == schema]
        for macro in macros if schema != "core" else ():
            yield from _macro_lines(macro)
        if schema == "core":
            yield from _as_of_lines(macros)
    yield from _code_lines()


def _table_lines(table: Table, columns: pl.DataFrame, rules: dict[tuple[str, str], list[str]]) -> Iterator[str]:
    kind = " (view)" if table.full_name in VIEW_NAMES else ""
    yield from ("", f"### {table.full_name}{kind}", "", f"{table.grain} Key: {', '.join(table.key)}.", "")
    ruled = table.schema == "core"
    yield "| column | type | unit | codes | meaning |" + (" rules |" if ruled else "")
    yield "|---|---|---|---|---|" + ("---|" if ruled else "")
    for row in columns.iter_rows(named=True):
        name = row["column_name"]
        codes = f"[{row['codelist']}](#{_anchor(row['codelist'])})" if row["codelist"] else ""
        cells = [f"`{name}`", row["data_type"].lower(), row["unit"] or "", codes, row["description"]]
        if ruled:
            cells.append(", ".join(rules.get((table.name, name), [])))
        yield f"| {' | '.join(map(_cell, cells))} |"


def _macro_lines(macro: Macro) -> Iterator[str]:
    yield from ("", f"### {macro.full_name} (macro)", "", f"`{macro.signature}`", "")
    grain = f"{macro.grain[0].upper()}{macro.grain[1:]}."
    yield " ".join(part for part in (f"{macro.description}.", grain, macro.rule) if part)
    yield from ("", "```sql", macro.example, "```")


def _as_of_lines(macros: list[Macro]) -> Iterator[str]:
    """The macros of all domains differ in their table alone."""
    yield from ("", "### core.<domain>_as_of (macros)", "", ", ".join(f"`{macro.signature}`" for macro in macros), "")
    yield f"{macros[0].description.replace(macros[0].name.removesuffix('_as_of'), '<domain>')}."
    yield from ("", "```sql", macros[0].example, "```")


def _code_lines() -> Iterator[str]:
    yield from ("", "## Code lists")
    for (name,), codes in list_codes().group_by("codelist", maintain_order=True):
        yield from ("", f"### {name}", "", "| code | meaning |", "|---|---|")
        for code, meaning in codes.select("code", "meaning").iter_rows():
            yield f"| `{code}` | {_cell(meaning)} |"


def _rules_by_column() -> dict[tuple[str, str], list[str]]:
    """Ids of the rules that look at a column of a domain, without the domain they begin with, and what they set aside."""
    found: dict[tuple[str, str], list[str]] = {}
    rules = list_rules(crosscheck_rules()).select("rule_id", "domain", "columns", "sets_aside")
    for rule_id, domain, columns, sets_aside in rules.iter_rows():
        said = rule_id.removeprefix(f"{domain}.") + ("" if sets_aside == "nothing" else f" ({sets_aside})")
        for column in columns.split(", "):
            found.setdefault((domain, column), []).append(said)
    return found


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _anchor(name: str) -> str:
    return name.lower().replace(" ", "-")
