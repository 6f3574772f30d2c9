"""sites/<site>.yaml: how one site's exports become canonical records.

The models say what a mapping may hold and check it against the domain models: unknown domains and columns, codes no
code list has, units of another dimension. They read no export.
"""

from __future__ import annotations

from schemas.mapping.columns import ColumnSource, Condition
from schemas.mapping.decisions import Correction, Limit, Waiver
from schemas.mapping.files import Feed, FileFormat, FileMapping, Repeat, SheetMapping
from schemas.mapping.site import RedcapProject, SiteMapping
from schemas.mapping.texts import SERIALS, decode_key, normalized

__all__ = [
    "SERIALS",
    "ColumnSource",
    "Condition",
    "Correction",
    "Feed",
    "FileFormat",
    "FileMapping",
    "Limit",
    "RedcapProject",
    "Repeat",
    "SheetMapping",
    "SiteMapping",
    "Waiver",
    "decode_key",
    "normalized",
]
