"""XML of a workbook as a stream of elements: no document type, no entity, nothing fetched."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from lxml import etree

from schemas.errors import DataRejected


def read_elements(file: str, content: bytes, tags: Sequence[str]) -> Iterator[etree._Element]:
    """The elements of these tags, each as it ends.

    Raises
    ------
    DataRejected: no well-formed XML to its end, or it has a document type: no office program writes one, and entities defined
        there could grow without end.
    """
    events = etree.iterparse(
        io.BytesIO(content), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False
    )
    wanted, first = set(tags), True
    try:
        for event, element in events:
            if first and element.getroottree().docinfo.internalDTD is not None:
                raise DataRejected(
                    f"{file}: expected a workbook without document type; save it as .xlsx and send it again"
                )
            first = False
            if event == "end" and element.tag in wanted:
                yield element
    except etree.XMLSyntaxError:
        raise DataRejected(
            f"{file}: expected a workbook that is whole; open it, save it as .xlsx and send it again"
        ) from None


def forget(element: etree._Element) -> None:
    """Let an element and those before it go, so that a large file fits the memory."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
