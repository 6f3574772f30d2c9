"""Safe XML with true line numbers: an ODM file as elements that end one after the other.

Expat and not lxml, since libxml2 counts lines in two bytes and guesses beyond 65,535, which real exports exceed.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from schemas.errors import DataRejected
from transforms.readers.encodings import marked_encoding

# Of every version there is; some programs write no namespace at all.
NAMESPACE = re.compile(r"http://www\.cdisc\.org/ns/odm/v(1\.\d|2\.0)|")
DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z][\w.-]*)["']""")
# An ODM file nests about ten elements deep; vendors add a few.
DEEPEST = 100


@dataclass
class Element:
    """An element: its ODM name (empty for a vendor's), attributes, the line its tag starts on, and what it holds.

    local: its name without a namespace, a vendor's too. prefixes: by namespace, of the whole file. forgotten: how many
    elements it held that were let go. columns: what its attributes give, kept by who has worked it out.
    """

    name: str
    attributes: dict[str, str]
    line: int
    parent: Element | None
    local: str = ""
    prefixes: dict[str, str] = field(default_factory=dict)
    children: list[Element] = field(default_factory=list)
    text: str = ""
    forgotten: int = 0
    columns: dict[str, str] | None = None

    def get(self, attribute: str) -> str:
        """An attribute, empty where it is not given."""
        return self.attributes.get(attribute, "")

    def lineage(self) -> Iterator[Element]:
        """The element and those around it, outwards."""
        level: Element | None = self
        while level is not None:
            yield level
            level = level.parent

    def forget(self) -> None:
        """Let the element go once it has ended, so that a large file fits the memory."""
        if self.parent is not None:
            self.parent.children.pop()
            self.parent.forgotten += 1


def read_elements(file: str, content: bytes, encoding: str, ended: Callable[[Element], None]) -> Element:
    """The root element, after `ended` has been called with each element as it ends.

    Raises
    ------
    DataRejected: not XML to its end, a DOCTYPE, another encoding than the file names, or nested beyond DEEPEST.
    """
    tree = _Tree(file, ended)
    try:
        tree.parser.ParseFile(io.BytesIO(_utf8(file, content, encoding)))
    except expat.ExpatError as error:
        raise DataRejected(
            f"{file} line {error.lineno}: expected well-formed XML to the end of the file; it is cut short or damaged here; export it again"
        ) from None
    return tree.root


def _utf8(file: str, content: bytes, encoding: str) -> bytes:
    """The file as UTF-8: by its byte-order mark, else the mapping's encoding, else the one the file names."""
    declared = DECLARED.match(content)
    name = marked_encoding(content) or (
        encoding if encoding != "auto" else declared[1].decode() if declared else "utf-8"
    )
    try:
        return content.decode(name).encode()
    except (UnicodeError, LookupError):
        raise DataRejected(f"{file}: expected XML as {name}; declare its encoding in the mapping") from None


class _Tree:
    """Elements as expat meets them."""

    root: Element

    def __init__(self, file: str, ended: Callable[[Element], None]) -> None:
        self.file, self.ended = file, ended
        self.open: list[Element] = []
        self.prefixes: dict[str, str] = {}
        # The root's; None where it is no ODM, so that no element has a name of it.
        self.namespace: str | None = None
        # The encoding given here overrides the one the file names: what was decoded is what is parsed.
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartNamespaceDeclHandler = self._declare

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        parent = self.open[-1] if self.open else None
        if parent is None:
            self.namespace = space if NAMESPACE.fullmatch(space) else None
        own = local if space == self.namespace else ""
        element = Element(own, attributes, self.parser.CurrentLineNumber, parent, local, self.prefixes)
        if parent is None:
            self.root = element
        else:
            parent.children.append(element)
        self.open.append(element)
        if len(self.open) > DEEPEST:
            raise DataRejected(f"{self.file}: expected ODM; found elements nested {DEEPEST} deep; export it again")

    def _declare(self, prefix: str | None, space: str) -> None:
        if prefix:
            self.prefixes.setdefault(space, prefix)

    def _end(self, _: str) -> None:
        self.ended(self.open.pop())

    def _characters(self, text: str) -> None:
        self.open[-1].text += text

    def _refuse(self, *_: object) -> None:
        """An entity of a DOCTYPE could expand without end, or name a file."""
        raise DataRejected(f"{self.file}: expected XML without a DOCTYPE; export it without")
