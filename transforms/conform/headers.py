"""Headers of an export under the names a mapping gives them: what looks the same is the same.

Neither width nor the kind and number of blanks tells two headers apart; any other difference is one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from schemas.mapping import SheetMapping, SiteMapping, width_folded
from transforms.conform.corrections import corrected_columns
from transforms.readers import Sheet
from transforms.readers.sheet import ROW


def with_named_columns(sheet: Sheet, mapping: SheetMapping, site: SiteMapping) -> Sheet:
    """The sheet with its columns called as the mapping calls them, where one and only one looks like the name."""
    names = mapping.named_columns() | corrected_columns(sheet, site.corrections)
    looks = {header: width_folded(header) for header in sheet.header}
    often = Counter(looks.values())
    wanted = Counter(map(width_folded, names))
    found = {header: look for header, look in looks.items() if header not in names and often[look] == 1}
    called = {width_folded(name): name for name in names - {*sheet.header, ROW} if wanted[width_folded(name)] == 1}
    renamed = {header: called[look] for header, look in found.items() if look in called}
    if not renamed:
        return sheet
    personal = tuple(renamed.get(name, name) for name in sheet.personal)
    after_blank = tuple(renamed.get(name, name) for name in sheet.after_blank)
    return replace(sheet, frame=sheet.frame.rename(renamed), personal=personal, after_blank=after_blank)
