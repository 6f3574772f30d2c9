"""Names of OpenDocument's elements and attributes, as its files spell them whatever prefix they use."""

from __future__ import annotations

_URN = "{urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TABLE, TEXT, STYLE = f"{_URN}office:1.0}}", f"{_URN}table:1.0}}", f"{_URN}text:1.0}}", f"{_URN}style:1.0}}"
NUMBER, META, FO = f"{_URN}datastyle:1.0}}", f"{_URN}meta:1.0}}", f"{_URN}xsl-fo-compatible:1.0}}"
CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
LONG = "long"
