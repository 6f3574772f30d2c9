"""Malformed files of statistics programs: SAS, SPSS, Stata, R."""

from __future__ import annotations

import gzip
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.malformed import exports
from tests.malformed.damage import GIGABYTE_OF_BLANKS, Malformed, cut
from tests.malformed.exports import SHEET, mapping
from tests.transforms.readers import xport_file as xport
from transforms.readers.sas_catalog import SAS7BCAT


def sas(folder: Path) -> Iterator[Malformed]:
    sound = exports.as_xpt(folder)

    def transport(name: str, content: bytes) -> Malformed:
        return Malformed(f"transport {name}", "a.xpt", content, mapping("sas"))

    # Behind the headers, where a cut inside a record shows; between two records nothing in the format would.
    for number, content in enumerate(cut(sound[:-80], 20)):
        if len(content) < sound.index(b"OBS     HEADER") + 80 or (len(content) % 80):
            yield transport(f"cut short, {number}", content)
    for number, place in enumerate((0, 20, 80, 160, 240, 320, 400, 560)):
        yield transport(f"its header overwritten, {number}", sound[:place] + b"\x00" * 40 + sound[place + 40 :])
    yield transport("empty", b"")
    yield transport("of PROC CPORT", b"**COMPRESSED** " * 20)
    yield transport("that is a catalogue of formats", SAS7BCAT + bytes(2000))
    first, second = xport.side_by_side(xport.Variable("id"), xport.Variable("age"))
    swapped = [replace(first, start=second.start), replace(second, start=first.start)]
    yield transport(
        "whose cells may lie in two ways",
        xport.transport_file(swapped, [xport.number(101) + xport.number(45)], name=SHEET),
    )
    yield transport(
        "with text where numbers lie",
        xport.transport_file([first, second], [xport.number(101) + b"2021    "], name=SHEET),
    )
    yield transport("that describes more variables than there are", sound.replace(b"0000000005", b"0000000999", 1))


def spss_and_stata(folder: Path) -> Iterator[Malformed]:
    """Files of SPSS and Stata. A portable file may lose the padding at its end."""
    sound = {
        "sav": ("spss", exports.as_spss(folder)),
        "sav, rows compressed": ("spss", exports.as_spss(folder, row_compress=True)),
        "zsav": ("spss", exports.as_spss(folder, compress=True)),
        "por": ("spss", exports.as_portable(folder)[:-120]),
        "dta": ("stata", exports.as_stata(folder, 15)),
        "old dta": ("stata", exports.as_stata(folder, 10)),
    }
    chance = random.Random("statistical")
    for name, (wanted, content) in sound.items():
        settings = {"sheets": [{**mapping(wanted)["files"][0]["sheets"][0]}]}
        if name == "por":
            settings = {"sheets": [_in_capitals(settings["sheets"][0])]}
        for number, part in enumerate(cut(content, 10)):
            yield Malformed(f"{name} cut short, {number}", "a.dat", part, mapping(wanted, **settings))
        for number in range(8):
            changed = bytearray(content)
            place = chance.randrange(4, min(len(content), 400))
            changed[place : place + 8] = b"\xff" * 8
            yield Malformed(f"{name} overwritten, {number}", "a.dat", bytes(changed), mapping(wanted, **settings), True)
        yield Malformed(f"{name} empty", "a.dat", b"", mapping(wanted, **settings))
    gbk = exports.as_spss(folder).replace("缓解".encode(), "缓解，".encode("gbk"))
    yield Malformed("sav in another encoding than it says", "a.sav", gbk, mapping("spss"))
    yield Malformed("sav under a password", "a.sav", b"\x1c" + bytes(7) + b"ENCRYPTEDSAV" + bytes(500), mapping("spss"))


def _in_capitals(sheet: dict[str, Any]) -> dict[str, Any]:
    """Portable files name variables so."""
    columns = {
        name: {**source, "column": source["column"].upper()} if isinstance(source, dict) else source.upper()
        for name, source in exports.FEED["columns"].items()
    }
    return {**sheet, "ignored": ["NOTE"], "feeds": [{**exports.FEED, "columns": columns}]}


def r_data(folder: Path) -> Iterator[Malformed]:
    sound = exports.as_r(folder)

    def r_file(name: str, content: bytes) -> Malformed:
        return Malformed(f"R {name}", "a.rda", content, mapping("r"))

    for number, content in enumerate(cut(sound, 10)):
        yield r_file(f"cut short, {number}", content)
    yield r_file("empty", b"")
    yield r_file("with another head", b"XXX9" + sound[4:])
    yield r_file("that inflates", gzip.compress(b"RDX3\n") + GIGABYTE_OF_BLANKS)
