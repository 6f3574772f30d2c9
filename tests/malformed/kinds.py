"""Sound files under the name and mapping of another kind."""

from __future__ import annotations

import random
import struct
from collections.abc import Iterator
from pathlib import Path

from tests.malformed import exports
from tests.malformed.damage import Malformed
from tests.malformed.exports import mapping


def not_what_it_says(folder: Path) -> Iterator[Malformed]:
    """Files of one kind under the name and mapping of another, and noise under each."""
    kinds = {
        "csv": ("a.csv", exports.as_csv()),
        "excel": ("a.xlsx", exports.as_xlsx()),
        "sas": ("a.xpt", exports.as_xpt(folder)),
        "odm": ("a.xml", exports.as_odm()),
        "dataset-json": ("a.json", exports.as_dataset_json()),
        "r": ("a.rda", exports.as_r(folder)),
        "spss": ("a.sav", exports.as_spss(folder)),
        "stata": ("a.dta", exports.as_stata(folder, 15)),
        "parquet": ("a.parquet", exports.as_parquet()),
        "feather": ("a.feather", exports.as_feather()),
        "jsonl": ("a.jsonl", exports.as_json_lines()),
    }
    page = b"<!DOCTYPE html><html><body>Your session has expired. Please log in.</body></html>"
    said = b'{"error": "You do not have permissions to use the API"}'
    for wanted, (file, _) in kinds.items():
        for other, (_, content) in kinds.items():
            if other != wanted:
                yield Malformed(f"{other} called {wanted}", file, content, mapping(wanted))
        chance = random.Random(wanted)
        for size in (1, 100, 5000):
            yield Malformed(f"{size} bytes of noise called {wanted}", file, chance.randbytes(size), mapping(wanted))
        yield Malformed(f"a web page called {wanted}", file, page, mapping(wanted))
        yield Malformed(f"an error message called {wanted}", file, said, mapping(wanted))
        yield Malformed(
            f"a picture called {wanted}",
            file,
            b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + bytes(99),
            mapping(wanted),
        )
