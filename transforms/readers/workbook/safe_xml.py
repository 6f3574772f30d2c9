"""XML of a workbook as a stream of elements: no document type, no entity, nothing fetched."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import IO, Any
from xml.parsers import expat

from lxml import etree

from schemas.errors import DataRejected

NO_DOCUMENT_TYPE = "{}: expected a workbook without document type; save it as .xlsx and send it again"


def read_elements(file: str, content: bytes, tags: Sequence[str]) -> Iterator[etree._Element]:
    """The elements of these tags, each as it ends.

    Raises
    ------
    DataRejected: no well-formed XML to its end, or it has a document type.
    """
    try:
        refuse_document_type(file, io.BytesIO(content))
        for _, element in walk_xml(io.BytesIO(content), "end", tags):
            yield element
    except etree.XMLSyntaxError:
        raise DataRejected(
            f"{file}: expected a workbook that is whole; open it, save it as .xlsx and send it again"
        ) from None


def refuse_document_type(file: str, content: IO[bytes]) -> None:
    """Refuse XML with a document type: no office program writes one, and entities defined there could grow without end.

    Raises
    ------
    DataRejected: it has one.
    """
    _, root = next(iter(walk_xml(content, "start", None)))
    if root.getroottree().docinfo.doctype:
        raise DataRejected(NO_DOCUMENT_TYPE.format(file))


def walk_xml(content: IO[bytes], event: str, tags: Sequence[str] | None) -> etree.iterparse:
    """Elements of these tags, or all, as they start or end, comments and the like left out; entities stay what they are."""
    return etree.iterparse(
        content,
        events=(event,),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )


def safe_parser(file: str) -> expat.XMLParserType:
    """A parser that keeps no tree and raises DataRejected at a document type."""

    def refuse(*_: Any) -> None:
        raise DataRejected(NO_DOCUMENT_TYPE.format(file))

    parser = expat.ParserCreate()
    parser.buffer_text, parser.buffer_size = True, 2**16
    parser.StartDoctypeDeclHandler = refuse
    return parser


def forget(element: etree._Element) -> None:
    """Let an element and those before it go, so that a large file fits the memory."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
