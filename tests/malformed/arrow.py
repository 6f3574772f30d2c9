"""Malformed Parquet and Feather."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.malformed import exports
from tests.malformed.damage import Malformed, cut
from tests.malformed.exports import mapping


def tables_of_arrow() -> Iterator[Malformed]:
    chance = random.Random("arrow")
    for wanted, content in {"parquet": exports.as_parquet(), "feather": exports.as_feather()}.items():
        for number, part in enumerate(cut(content, 12)):
            yield Malformed(f"{wanted} cut short, {number}", "a.dat", part, mapping(wanted))
        for number in range(20):
            changed = bytearray(content)
            place = chance.randrange(len(content) - 8)
            changed[place : place + 8] = chance.randbytes(8)
            # Neither format has checksums, so that a changed letter is only another text.
            yield Malformed(f"{wanted} overwritten, {number}", "a.dat", bytes(changed), mapping(wanted), True)
        yield Malformed(f"{wanted} empty", "a.dat", b"", mapping(wanted))
    yield Malformed("parquet encrypted", "a.parquet", b"PARE" + bytes(100) + b"PARE", mapping("parquet"))
    yield Malformed("parquet of nothing", "a.parquet", b"PAR1PAR1", mapping("parquet"))
    yield Malformed("feather of version 1", "a.feather", b"FEA1" + bytes(100) + b"FEA1", mapping("feather"))
