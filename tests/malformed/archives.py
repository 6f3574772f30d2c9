"""Malformed archives."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from tests.malformed import exports
from tests.malformed.damage import Malformed, claiming_gigabytes, cut
from tests.malformed.exports import mapping, zipped


def archives() -> Iterator[Malformed]:
    sound = exports.as_csv()

    def archive(name: str, content: bytes) -> Malformed:
        return Malformed(f"zip {name}", "a.zip", content, mapping("csv", match="*.csv"))

    whole = zipped({"a.csv": sound})
    for number, content in enumerate(cut(whole, 6)):
        yield archive(f"cut short, {number}", content)
    yield archive("of nothing", zipped({}))
    yield archive("of a file of another name", zipped({"notes.doc": b"hello"}))
    yield archive("that leaves its folder", zipped({"../a.csv": sound}))
    yield archive("with an absolute path", zipped({"/etc/a.csv": sound}))
    yield archive("with a drive", zipped({"C:\\a.csv": sound}))
    yield archive("within a zip", zipped({"b.zip": whole}))
    yield archive("that inflates", claiming_gigabytes(whole))
    link = io.BytesIO()
    with zipfile.ZipFile(link, "w") as out:
        entry = zipfile.ZipInfo("a.csv")
        entry.create_system, entry.external_attr = 3, 0o120777 << 16
        out.writestr(entry, "/etc/passwd")
    yield archive("with a symbolic link", link.getvalue())
    encrypted = bytearray(whole)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = encrypted.index(signature) + offset
        encrypted[place] |= 1
    yield archive("under a password", bytes(encrypted))
    damaged = bytearray(whole)
    damaged[60:70] = b"\x55" * 10
    yield archive("with a damaged member", bytes(damaged))
