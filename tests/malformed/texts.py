"""Malformed CSV files: damaged, cut, of impossible cells, compressed, of REDCap."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

from tests.malformed import exports
from tests.malformed.damage import GIGABYTE_OF_BLANKS, Malformed, cut
from tests.malformed.exports import mapping


def _csv(name: str, content: bytes, *, harmless: bool = False, **settings: Any) -> Malformed:
    return Malformed(f"csv {name}", "a.csv", content, mapping("csv", **settings), harmless)


def texts() -> Iterator[Malformed]:
    sound = exports.as_csv()
    lines = sound.splitlines(keepends=True)
    header, first, rest = lines[0], lines[1], b"".join(lines[2:])
    yield _csv("empty", b"")
    yield _csv("nothing but a byte-order mark", b"\xef\xbb\xbf")
    yield _csv("nothing but blank lines", b"\n" * 1000)
    yield _csv("nothing but NUL", b"\x00" * 500)
    yield _csv("no header", b"".join(lines[1:]))
    yield _csv("header below a title the mapping does not know", b"Export of subjects\n" + sound)
    yield _csv("a column twice", header.replace(b"note", b"age") + first + rest)
    yield _csv("a column missing", b"\n".join(line.split(b",", 1)[1] for line in sound.splitlines()))
    yield _csv("a column renamed", sound.replace(b"day", b"date", 1))
    yield _csv("a blank header", sound.replace(b"day", b"", 1))
    yield _csv("two columns swapped below the header", b"id,day,age,sex,note\n".join([b"", sound[len(header) :]]))
    yield _csv("days and subjects swapped", b"day,id,sex,age,note\n" + sound[len(header) :])
    yield _csv("header again in the middle", header + first + header + rest)
    yield _csv("two exports one after the other", sound + sound)
    yield _csv("every line twice", header + b"".join(line + line for line in lines[1:]))
    yield _csv("tabs, where the mapping says commas", sound.replace(b",", b"\t"), delimiter=",")
    yield _csv("UTF-16 without a mark", sound.decode().encode("utf-16-le"))
    yield _csv("UTF-16 cut in a character", sound.decode().encode("utf-16")[:-1])
    yield _csv("UTF-32", sound.decode().encode("utf-32"))
    yield _csv("GB18030, where the mapping says UTF-8", sound.decode().encode("gb18030"), encoding="utf-8")
    yield _csv("UTF-8, where the mapping says UTF-16", sound, encoding="utf-16")
    yield _csv("EBCDIC", sound.decode().replace("缓解", "CR").encode("cp500"))
    yield _csv("a line of two million characters", header + b"9" * 2_000_000 + b"," + first + rest)
    yield _csv("a cell of two million characters", sound.replace(b"2021-03-05", b"x" * 2_000_000))
    yield _csv("ten thousand columns more", header.strip() + b",x" * 10_000 + b"\n" + first + rest)
    yield _csv("lines ended by nothing", sound.replace(b"\n", b" "))
    yield _csv("old line ends", sound.replace(b"\n", b"\r"), harmless=True)
    yield _csv("three kinds of line ends", b"\r\n".join([header.strip(), first.strip(), rest]), harmless=True)
    for number, place in enumerate((3, 40, 90, 150, 300)):
        yield _csv(f"NUL inside, place {number}", sound[:place] + b"\x00" + sound[place:])
        yield _csv(f"half a character, place {number}", sound[:place] + b"\xe7\xbc" + sound[place:])
        yield _csv(f"a byte that is no character, place {number}", sound[:place] + b"\xff" + sound[place:])
    for row in (1, 4, 7, 10, 12):
        changed = [*lines]
        changed[row] = lines[row].replace(b"\n", b",one more\n")
        yield _csv(f"a cell too many in row {row + 1}", b"".join(changed))
        changed[row] = lines[row].split(b",", 1)[1]
        yield _csv(f"a cell too few in row {row + 1}", b"".join(changed))
        changed[row] = b'"' + lines[row]
        yield _csv(f"a quote never closed in row {row + 1}", b"".join(changed))
        changed[row] = lines[row].replace(b",", b';"', 1)
        yield _csv(f"another delimiter and a stray quote in row {row + 1}", b"".join(changed))
        changed[row] = b"Total,12,,,\n" + lines[row]
        yield _csv(f"a total before row {row + 1}", b"".join(changed))


def cut_texts() -> Iterator[Malformed]:
    """Where a site's exports end in a line of their own, no cut goes unseen."""
    sound = exports.as_csv() + b"EOF\n"
    for number, content in enumerate(cut(sound, 25)):
        yield _csv(f"cut short before its last line, {number}", content, ends_with="EOF")
    whole_rows = exports.as_csv().splitlines(keepends=True)
    for kept in (2, 5, 9, 12):
        yield _csv(f"cut after {kept} whole lines", b"".join(whole_rows[:kept]), ends_with="EOF")
    yield _csv("more after the last line", sound + b"013,2021-03-13,1,33,\n", ends_with="EOF")


def values() -> Iterator[Malformed]:
    """Cells no subject can have."""
    wrong = {
        "2021-03-05": ["2021-02-30", "2021-13-01", "0000-00-00", "05/03/2021", "44260", "tomorrow", "2021-03-05T25:61"],
        ",25,": [",two,", ",1e400,", ",nan,", ",inf,", ",-1,", ",300,", ",２５岁,", ",'25,", ",=20+5,", ",25;26,"],
        "005,": [",", " ,", "004,"],
    }
    for value, others in wrong.items():
        for other in others:
            changed = exports.as_csv().decode().replace(value, other, 1)
            yield _csv(f"{other.strip(',')!r} for {value.strip(',')!r}", changed.encode())
    coded = exports.as_csv().decode().replace("2021-03-05,2", "2021-03-05,unknown sex")
    yield _csv("a code nobody knows", coded.encode())


def compressed() -> Iterator[Malformed]:
    sound = gzip.compress(exports.as_csv())

    def packed(name: str, content: bytes) -> Malformed:
        return Malformed(f"csv.gz {name}", "a.csv.gz", content, mapping("csv"))

    for number, content in enumerate(cut(sound, 10)):
        yield packed(f"cut short, {number}", content)
    yield packed("with a wrong checksum", sound[:-8] + b"\0\0\0\0" + sound[-4:])
    yield packed("that inflates", GIGABYTE_OF_BLANKS)
    yield packed("of a picture", gzip.compress(b"\x89PNG\r\n\x1a\n" + bytes(99)))
    yield packed("of an archive", gzip.compress(bytes(257) + b"ustar" + bytes(250)))


def redcap() -> Iterator[Malformed]:
    """Exports of REDCap in other shapes than flat data."""

    def export(name: str, content: bytes) -> Malformed:
        return Malformed(f"REDCap {name}", "a.csv", content, mapping("redcap"))

    yield export("with a row per answer", b"record,field_name,value\n001,day,2021-03-05\n")
    yield export("whose API refused", b'{"error":"You do not have permissions to use the API"}')
    yield export("of an empty array", b"[]")
    status = exports.as_csv().replace(b",note\n", b",note,box___1,base_complete\n")
    yield export("with a status in other words", status.replace(b"event'\"\n", b"event'\",0,Fertig\n"))
