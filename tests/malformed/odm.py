"""Malformed ODM-XML."""

from __future__ import annotations

from collections.abc import Iterator

from tests.malformed import exports
from tests.malformed.damage import Malformed, cut
from tests.malformed.exports import SHEET, mapping


def odm_files() -> Iterator[Malformed]:
    sound = exports.as_odm()

    def odm(name: str, content: bytes) -> Malformed:
        return Malformed(f"ODM {name}", "a.xml", content, mapping("odm"))

    for number, content in enumerate(cut(sound, 12)):
        yield odm(f"cut short, {number}", content)
    yield odm("empty", b"")
    yield odm("of another kind of XML", b"<html><body>please log in</body></html>")
    yield odm("with a DOCTYPE", b"<!DOCTYPE ODM>" + sound)
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    yield odm("with a billion laughs", f'<!DOCTYPE ODM [<!ENTITY l0 "ha">{laughs}]>'.encode() + sound)
    yield odm("with NUL", sound.replace(b"2021-03-05", b"2021\x0003-05"))
    yield odm("with a control character", sound.replace(b"2021-03-05", b"2021&#1;03-05"))
    yield odm("with a tag never closed", sound.replace(b"</ItemGroupData>", b"", 1))
    yield odm("with an attribute twice", sound.replace(b'ItemOID="id"', b'ItemOID="id" ItemOID="id"', 1))
    yield odm("without the items' names", sound.replace(b'ItemOID="day"', b'Item="day"'))
    yield odm("without the form asked for", sound.replace(SHEET.encode(), b"OTHER"))
    yield odm("with text after its end", sound + b"<ODM/>")
    body = sound[sound.index(b"<ClinicalData") : sound.index(b"</ODM>")]
    inside = body.replace(b'StudyOID="S">', b'StudyOID="S"><SubjectData SubjectKey="1">').replace(
        b"</ClinicalData>", b"</SubjectData></ClinicalData>"
    )
    yield odm("of two sites that count alike", sound.replace(body, inside + inside.replace(b'OID="S"', b'OID="T"')))
    yield odm("of metadata alone", sound.replace(body, b'<Study OID="S"/>'))
    yield odm("of a version to come", sound.replace(b"/v1.3", b"/v3.0"))
    changes = sound.replace(b"Snapshot", b"Transactional").replace(
        b"<ItemData ", b'<ItemData TransactionType="Update" '
    )
    yield odm("of changes to rows that never came", changes)
    yield odm("without any number of a subject", sound.replace(b'ItemOID="id"', b'ItemOID="id" IsNull="Yes"'))
    yield odm("in another encoding than it says", b'<?xml version="1.0" encoding="UTF-16"?>' + sound)
