"""sites/<site>.yaml: how one site's exports become canonical records.

The models say what a mapping may hold and check it against the domain models: unknown domains and columns, codes no
code list has, units of another dimension. They read no export.
"""

from __future__ import annotations

from schemas.mapping.answer_lists import AnswerColumns, AnswerList
from schemas.mapping.columns import ColumnSource, Condition
from schemas.mapping.decisions import Correction, Limit, Waiver
from schemas.mapping.files import Feed, FileFormat, FileMapping, Repeat, SheetMapping, Split
from schemas.mapping.forms import Form
from schemas.mapping.site import RedcapProject, SiteMapping
from schemas.mapping.texts import ANY_STUDY, SERIALS, decode_key, normalized, width_folded

__all__ = [
    "ANY_STUDY",
    "SERIALS",
    "AnswerColumns",
    "AnswerList",
    "ColumnSource",
    "Condition",
    "Correction",
    "Feed",
    "FileFormat",
    "FileMapping",
    "Form",
    "Limit",
    "RedcapProject",
    "Repeat",
    "SheetMapping",
    "SiteMapping",
    "Split",
    "Waiver",
    "decode_key",
    "normalized",
    "width_folded",
]
