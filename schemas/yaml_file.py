"""Read a YAML file into a pydantic model; an error names the file, the path inside it, and what was expected."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails
from yaml.composer import Composer
from yaml.constructor import SafeConstructor
from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.resolver import Resolver

from schemas.errors import UsageError

Model = TypeVar("Model", bound=BaseModel)
MERGE, NULL, TEXT = (f"tag:yaml.org,2002:{kind}" for kind in ("merge", "null", "str"))


class Part(BaseModel):
    """A part of a file: what it may hold is said in full, and what is read stays as it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def one_of(codes: Iterable[str]) -> dict[str, Any]:
    """For the JSON Schema of a text that a validator holds against a closed list."""
    return {"enum": [*codes]}


def each_of(codes: Iterable[str]) -> dict[str, Any]:
    """The same for a list of such texts."""
    return {"items": {"type": "string", **one_of(codes)}}


def _composer_error(problem: str, node: yaml.Node) -> yaml.composer.ComposerError:
    return yaml.composer.ComposerError(None, None, problem, node.start_mark)


def _not_a_value(node: yaml.Node) -> str:
    kind = node.tag.rpartition(":")[2]
    shown = f"; found {node.value}" if isinstance(node, yaml.ScalarNode) else ""
    expected = "a day that exists, as 2024-03-05, or a text in quotes" if kind == "timestamp" else f"a value of {kind}"
    return f"expected {expected}{shown}"


class _UniqueKeys(Composer, CParser, SafeConstructor, Resolver):  # type: ignore[misc]
    """A loader that refuses a key that stands twice: the later one would silently win.

    libyaml reads, several times as fast as Python does; what is composed of it is Python's, where keys can be looked at.
    """

    def __init__(self, stream: str) -> None:
        CParser.__init__(self, stream)
        Composer.__init__(self)
        SafeConstructor.__init__(self)
        Resolver.__init__(self)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)  # type: ignore[no-untyped-call]
        except yaml.YAMLError:
            raise
        except (ValueError, TypeError, OverflowError, ArithmeticError, KeyError, IndexError, AttributeError):
            # A day such as 2023-02-30, or a number that its tag promises and its text is none.
            raise _composer_error(_not_a_value(node), node) from None

    # While composing, since later the merge keys (<<) of a mapping are dissolved into it.
    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node: yaml.MappingNode = super().compose_mapping_node(anchor)  # type: ignore[no-untyped-call]
        seen: set[object] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise _composer_error("expected a text as key", key_node)
            if key_node.tag == MERGE:
                continue
            # The key of interim tests, as documentation writes it; YAML would read a key without a name.
            if key_node.tag == NULL and key_node.value == "null":
                key_node.tag = TEXT
            key = self.construct_object(key_node, deep=True)  # type: ignore[no-untyped-call]
            if key in seen:
                raise _composer_error(f"the key {key} stands twice", key_node)
            seen.add(key)
        return node


def load_yaml(path: Path, model: type[Model]) -> Model:
    """Read and validate one file.

    Raises
    ------
    UsageError: file not found, one that can't be read, no YAML, or not what the model says.
    """
    try:
        content = yaml.load(path.read_text("utf-8"), Loader=_UniqueKeys)  # type: ignore[arg-type]  # noqa: S506 - a SafeLoader
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise UsageError(f"{path}: file not found") from None
    except OSError as error:
        raise UsageError(
            f"{path}: could not be read ({error.strerror}); give the user who runs Cartrove the right to read it"
        ) from None
    except RecursionError:
        raise UsageError(
            f"{path}: expected lists and mappings a few levels deep; these are nested too deeply"
        ) from None
    except UnicodeDecodeError:
        raise UsageError(f"{path}: expected text in UTF-8; save it so in your editor") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" line {mark.line + 1}" if mark else ""
        raise UsageError(f"{path}{place}: {getattr(error, 'problem', None) or 'not YAML'}") from None
    try:
        return model.model_validate(content)
    except RecursionError:
        raise UsageError(
            f"{path}: expected lists and mappings a few levels deep; these are nested too deeply"
        ) from None
    except ValidationError as error:
        raise UsageError("\n".join(f"{path} {line}" for line in _problems(error))) from None


def _problems(error: ValidationError) -> list[str]:
    """One line per problem: path inside the YAML, what was expected, what was found."""
    return [f"{_path(problem['loc'])}: {_expectation(problem)}" for problem in error.errors()]


def _path(location: tuple[int | str, ...]) -> str:
    """A location as one writes it: files[0].sheets[1].columns.sex."""
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".") or "(top level)"


def _expectation(problem: ErrorDetails) -> str:
    kind = problem["type"]
    if kind == "missing":
        return "expected a value; found none"
    if kind == "extra_forbidden":
        return "unknown key; remove it or correct its spelling"
    if kind == "value_error":
        return str(problem["ctx"]["error"])
    found = problem["input"]
    shown = found if isinstance(found, str | int | float | bool | None) else type(found).__name__
    return f"{problem['msg'][:1].lower()}{problem['msg'][1:]}; found {shown}"


def check_told_apart(where: str, ids: Sequence[str]) -> None:
    """Entries that are named by an id have one each.

    Raises
    ------
    ValueError: an id stands twice.
    """
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise ValueError(f"{where}: expected an id of its own for each; found {', '.join(twice)} twice")
