"""The words of the pages stand in one catalogue per language, and nowhere else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from flows.settings import REPOSITORY
from transforms.words import catalogue, words_in

ENGLISH, CHINESE = catalogue("en")["messages"], catalogue("zh")["messages"]
PAGES = [REPOSITORY / "transforms" / "reports", REPOSITORY / "transforms" / "figures"]
ASKED_IN = [*PAGES, *(REPOSITORY / "transforms" / name for name in ("committee", "printed"))]
SOURCES = sorted(path for folder in ASKED_IN for path in folder.rglob("*") if path.suffix in (".py", ".j2"))
SOURCES += [
    REPOSITORY / name
    for name in (
        "flows/study/report.py", "flows/pack/make.py", "flows/pack/reports.py", "flows/night/report_index.py", "flows/news/page.py", "flows/news/tell.py",
        "transforms/message.py", "transforms/headline_news.py",
        "flows/night/query_lists.py", "flows/night/contact_lists.py", "transforms/answers/words.py", "transforms/answers/refused.py",
        *(f"transforms/words/{module}.py" for module in ("words", "reasons", "printed", "alarms", "further", "estimands", "safety", "care", "lateness")),
    )
]  # fmt: skip
# The words of a row of results: their keys stand there without their common beginning.
RESULT_WORDS = REPOSITORY / "transforms" / "words" / "results.py"
MESSAGES = [REPOSITORY / "transforms" / "message.py", REPOSITORY / "flows" / "news" / "page.py"]
PYTHON = [*sorted(path for folder in PAGES for path in folder.rglob("*.py")), RESULT_WORDS, *MESSAGES]
TEMPLATES = sorted((REPOSITORY / "transforms" / "reports" / "templates").glob("*.j2"))
SAID = re.compile(r'\b_say\(\s*f?"([\w.-]+)(["{])')
# A key as code asks for it: words("a.b"), say("a.b"); what follows a brace or a tilde is only known when it runs.
ASKED = re.compile(r'\b(?:words|say|self)\(\s*f?"([\w.-]+)(["{])(\s*~)?')
BEGUN = re.compile(r'f"((?:[a-z_]+\.)+)\{')
NAMED = re.compile(r'"([a-z_]+(?:\.[a-z_]+)+)"')
PROSE = re.compile(r"^[A-Z]\w+ \w{2,}|[A-Za-z]{2,} [A-Za-z]{2,} [A-Za-z]{2,}")
COMPARED = ("startswith", "is_in", "removesuffix", "filter")
FONT = "DejaVu Sans"
SQL = re.compile(r"^\s*(SELECT|FROM|WHERE|LEFT JOIN|ORDER BY|AND|[a-z_]+(, [a-z_ <>']+)+)\b")
WRITES = ("set_xlabel", "set_ylabel", "set_title", "text", "annotate")


def test_both_languages_have_the_same_messages() -> None:
    assert ENGLISH.keys() == CHINESE.keys()


def test_a_message_has_the_same_places_in_both_languages() -> None:
    def places(message: str) -> set[str]:
        return set(re.findall(r"\{(\w+)", message))

    assert [key for key in ENGLISH if places(ENGLISH[key]) != places(CHINESE[key])] == []


def test_every_message_that_is_asked_for_is_there_and_none_is_idle() -> None:
    whole, begun = set(), set()
    for path in SOURCES:
        text = path.read_text("utf-8")
        for key, end, joined in ASKED.findall(text):
            (whole if end == '"' and not joined else begun).add(key)
        begun |= set(BEGUN.findall(text))
        whole |= set(NAMED.findall(text)) & ENGLISH.keys()
        whole |= {word for word in re.findall(r'"([a-z_]+)"', text) if word in ENGLISH}
    # Of codes: what they name is tested with them.
    begun |= {"method.", "method_part.", "prose.", "prose_part.", "value.", "unit."}
    text = RESULT_WORDS.read_text("utf-8")
    for key, end in SAID.findall(text):
        (whole if end == '"' else begun).add(f"result.{key}")
    whole |= {f"result.{key}" for key in NAMED.findall(text)} & ENGLISH.keys()
    assert whole <= ENGLISH.keys()
    assert {key for key in ENGLISH if key not in whole and not key.startswith(tuple(begun))} == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_holds_no_words_of_its_own(path: Path) -> None:
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    left = re.sub(r"<[^>]*>", " ", text)
    # Cartrove is a name, doi and SQL are the same everywhere.
    assert set(re.findall(r"[A-Za-z]{2,}", left)) <= {"Cartrove", "doi", "SQL"}


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.name)
def test_a_module_of_the_page_holds_no_words_of_its_own(path: Path) -> None:
    assert [
        text
        for text in _texts(ast.parse(path.read_text("utf-8")))
        if PROSE.search(text) and not SQL.match(text) and text != FONT
    ] == []


@pytest.mark.parametrize("path", PYTHON, ids=lambda path: path.name)
def test_nothing_is_written_into_a_figure_that_no_catalogue_holds(path: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    for call in calls:
        if isinstance(call.func, ast.Attribute) and call.func.attr in WRITES:
            given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "label")]
            said = [part.value for part in given if isinstance(part, ast.Constant) and isinstance(part.value, str)]
            assert [text for text in said if re.search(r"[A-Za-z]", text)] == []


def _texts(tree: ast.AST) -> Iterator[str]:
    """Every string of a module that is no docstring and no error for programmers."""
    silent = {id(node.body[0].value) for node in ast.walk(tree) if _has_docstring(node)}  # type: ignore[attr-defined]
    silent |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.Raise) for part in ast.walk(node)}
    silent |= {id(part) for node in ast.walk(tree) if isinstance(node, ast.Compare) for part in ast.walk(node)}
    silent |= {id(part) for node in ast.walk(tree) if _compares(node) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent:
            yield node.value


def _compares(node: ast.AST) -> bool:
    """Whether an expression only looks for a text of the results."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in COMPARED


def _has_docstring(node: ast.AST) -> bool:
    body = getattr(node, "body", None)
    return (
        isinstance(body, list)
        and bool(body)
        and isinstance(body[0], ast.Expr)
        and isinstance(body[0].value, ast.Constant)
    )


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        words_in("zh")("flow.nothing")


def test_no_space_is_left_between_chinese_and_chinese() -> None:
    words = words_in("zh")
    assert words("methods.followup.methods", names="反向法").startswith("随访时间采用反向法，")
    assert words("methods.followup.methods", names="Kaplan-Meier").startswith("随访时间采用 Kaplan-Meier，")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_key_stands_twice(language: str) -> None:
    """The later one would take the place of the earlier without a word."""
    text = (RESULT_WORDS.parent / f"{language}.yaml").read_text("utf-8")
    for node in nodes_of(yaml.compose(text, Loader=yaml.CSafeLoader)):
        if isinstance(node, yaml.MappingNode):
            keys = [key.value for key, _ in node.value]
            assert len(keys) == len(set(keys)), sorted(key for key in set(keys) if keys.count(key) > 1)


def nodes_of(node: yaml.Node) -> Iterator[yaml.Node]:
    """A node and all within it."""
    yield node
    if isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from nodes_of(value)
