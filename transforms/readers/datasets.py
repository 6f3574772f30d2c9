"""Files that hold datasets under names of their own: which of them a mapping asks for.

Here is the choice alone; how a dataset is read is the business of its format.
"""

from __future__ import annotations

from collections.abc import Sequence

from schemas.errors import DataRejected
from schemas.mapping import FileMapping

# Asks for each sheet there is; a person who drafts a mapping does not know their names yet.
EVERY_SHEET = "*"


def chosen_datasets(file: str, mapping: FileMapping, names: Sequence[str]) -> list[int]:
    """The position in `names` of the dataset each entry under sheets asks for.

    An entry without a sheet name asks for the file's only dataset. `names` is in the order of the file, an empty name
    for a dataset that has none.

    Raises
    ------
    DataRejected: a dataset is missing, two bear its name, or the file holds several and the mapping names none.
    """
    if [wanted.sheet for wanted in mapping.sheets] == [EVERY_SHEET]:
        return list(range(len(names)))
    return [_chosen(file, wanted.sheet, names) for wanted in mapping.sheets]


def _chosen(file: str, wanted: str | None, names: Sequence[str]) -> int:
    if not names:
        raise DataRejected(f"{file}: expected a dataset; found none; export it again")
    found = ", ".join(name or "one without a name" for name in names)
    if wanted is None:
        if len(names) != 1:
            raise DataRejected(f"{file}: expected one dataset; found {found}; name one under sheet in the mapping")
        return 0
    if wanted not in names:
        raise DataRejected(f"{file}: expected a dataset {wanted}; found {found}; rename it or correct the mapping")
    if names.count(wanted) > 1:
        raise DataRejected(f"{file}: expected one dataset {wanted}; found {found}; export each under its own name")
    return names.index(wanted)
