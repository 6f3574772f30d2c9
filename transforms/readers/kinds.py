"""Kinds of files that are no table Cartrove reads, told by what they hold, each with the way out."""

from __future__ import annotations

import io
import re
import zipfile

from schemas.errors import DataRejected

OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")
SAVE = "save the table as .xlsx or .csv and send it again"
ANEW = "export it anew and send it again"
SECURED = "save it without password and send it over the secured share instead"
DOWNLOAD = "log in, download the file anew and send it"
OLD = "open it in Excel or LibreOffice, save it as .xlsx and send it again"

# Content that begins so: what it is, and what to do.
BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "a PDF document", SAVE),
    (b"{\\rtf", "a document in Rich Text Format", SAVE),
    (b"\x89PNG", "an image", SAVE),
    (b"\xff\xd8\xff", "an image", SAVE),
    (b"GIF8", "an image", SAVE),
    (b"II*\0", "an image", SAVE),
    (b"MM\0*", "an image", SAVE),
    (b"Rar!\x1a\x07", "a RAR archive", "unpack it and send the files in it"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it and send the files in it"),
    (b"MSCF", "a CAB archive", "unpack it and send the files in it"),
    (b"SQLite format 3\0", "an SQLite database", SAVE),
    (b"\0\x01\0\0Standard Jet DB", "an Access database", SAVE),
    (b"\0\x01\0\0Standard ACE DB", "an Access database", SAVE),
    (b"MZ", "a program", "send the export itself"),
    (b"\0\x05\x16\x07", "the companion file that macOS adds to a file", "send the file of the same name without ._"),
    (b"version https://git-lfs", "a pointer of Git LFS", "send the file it points to"),
    (b"%TSD-Header-###%", "a file encrypted by document-security software", SECURED),
    (b"\x09\x00\x04\x00", "a worksheet of Excel 2", OLD),
    (b"\x09\x02\x06\x00", "a worksheet of Excel 3", OLD),
    (b"\x09\x04\x06\x00", "a worksheet of Excel 4", OLD),
    (b"\0\0\x02\0", "a worksheet of Lotus 1-2-3 or Quattro Pro", OLD),
    (b"\0\0\x1a\0", "a worksheet of Lotus 1-2-3", OLD),
    (b"ID;P", "a worksheet in SYLK", OLD),
    (b"TABLE\r\n0,1", "a worksheet in DIF", OLD),
    (b"MIME-Version:", "a web page in one file (MHTML)", OLD),
    (b"$FL2", "an SPSS file", "name it .sav and map it as such"),
    (b"$FL3", "an SPSS file", "name it .zsav and map it as such"),
)
# Within the first bytes: what some encryption writes behind a header of its own.
E_SAFENET = b"E-SafeNet"
# Streams of an OLE2 container that tell its program.
STREAMS: tuple[tuple[str, str, str], ...] = (
    ("EncryptedPackage", "a workbook or document encrypted with a password", SECURED),
    ("WordDocument", "a Word document", SAVE),
    ("PowerPoint Document", "a PowerPoint presentation", SAVE),
    ("__properties_version1.0", "an e-mail of Outlook", "send its attachment"),
    ("VisioDocument", "a Visio drawing", SAVE),
    ("Quill", "a Publisher document", SAVE),
)
WORKBOOK_STREAMS = ("Workbook", "Book")
# Members of a zip archive that tell its program, as patterns on their names.
MEMBERS: tuple[tuple[str, str, str], ...] = (
    (r"word/document\.xml", "a Word document", SAVE),
    (r"ppt/presentation\.xml", "a PowerPoint presentation", SAVE),
    (r"visio/document\.xml", "a Visio drawing", SAVE),
    (r"Index/.*\.iwa|Index\.zip|index\.apxl(\.gz)?|index\.xml\.gz", "a Numbers, Pages or Keynote document", SAVE),
    (r"FixedDocSeq\.fdseq|FixedDocumentSequence\.fdseq", "an XPS document", SAVE),
    (r"OFD\.xml", "an OFD document", SAVE),
)
MIME_TYPES: tuple[tuple[bytes, str, str], ...] = (
    (b"application/vnd.oasis.opendocument.text", "a text document of LibreOffice", SAVE),
    (b"application/vnd.oasis.opendocument.presentation", "a presentation of LibreOffice", SAVE),
    (b"application/vnd.oasis.opendocument.graphics", "a drawing of LibreOffice", SAVE),
    (b"application/vnd.oasis.opendocument.database", "a database of LibreOffice", SAVE),
    (b"application/vnd.oasis.opendocument.chart", "a chart of LibreOffice", SAVE),
    (b"application/vnd.sun.xml.calc", "a worksheet of StarOffice", OLD),
    (b"application/epub+zip", "an electronic book", SAVE),
)
# What the two kinds of workbooks in XML say of themselves.
XML_WORKBOOK = (
    r".{,20000}(urn:schemas-microsoft-com:office:spreadsheet|<(\w+:)?document\b[^>]*opendocument:xmlns:office)"
)
# How a text begins, behind blanks.
TEXTS: tuple[tuple[str, str, str], ...] = (
    (r".{,2000}<(\w+:)?ODM[\s>]", "an ODM file", "map it with format: odm"),
    (r"(<\?xml[^>]*>|<!--.*?-->|\s)*<(!doctype\s+html|html|head|body|title|meta|script)\b", "a web page", DOWNLOAD),
    (r".{,2000}<w:wordDocument", "a Word document", SAVE),
    (rf"(?!{XML_WORKBOOK})<", "an XML file that is no workbook", SAVE),
    (r"[\[{]\s*([\"\[{\]}]|$)", "a JSON file", SAVE),
    (
        r"((received|return-path|from|to|date|subject|message-id|mime-version): [^\n]*\n){2}",
        "an e-mail",
        "send its attachment",
    ),
)
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
LARGEST_HEAD = 20_000
ENCRYPTED_MEMBER = 0x1
LOCK_FILE_MAX = 1_000

Known = tuple[str, str]


def kind_of(content: bytes, name: str) -> str | None:
    """What kind of file this is, such as `a PDF document`, by its whole content; None for one that is not known here.

    A workbook that Cartrove reads is none of these kinds, whatever it is called.
    """
    known = _known(content, name)
    return known[0] if known else None


def refuse_kind(file: str, content: bytes) -> None:
    """Refuse a file of a kind that is known and holds no table.

    Raises
    ------
    DataRejected: it is one; the sentence names the kind and the way out.
    """
    if known := _known(content, file):
        kind, way_out = known
        raise DataRejected(f"{file}: expected an Excel workbook; found {kind}; {way_out}")


def _known(content: bytes, name: str) -> Known | None:
    if not content.strip(b"\0"):
        return ("a file of NUL bytes alone", "its copy failed, send it again") if content else ("an empty file", ANEW)
    if name.startswith("~$") and len(content) < LOCK_FILE_MAX:
        return "the lock file of an open workbook", "close the workbook and send it without ~$"
    if E_SAFENET in content[:64]:
        return "a file encrypted by document-security software", SECURED
    for beginning, kind, way_out in BEGINNINGS:
        if content.startswith(beginning):
            return kind, way_out
    if content.startswith(OLE2):
        return _ole2(content)
    return _archive(content) if content.startswith(b"PK") else _text(content)


def _ole2(content: bytes) -> Known | None:
    from xlrd.compdoc import CompDoc

    try:
        entries = CompDoc(content, logfile=io.StringIO()).dirlist
        names = {entries[child].name for child in entries[0].children}
    except Exception:  # noqa: BLE001 - damaged: what it is, is for the reader to say
        return None
    known = next(((kind, way_out) for stream, kind, way_out in STREAMS if stream in names), None)
    if known is None and not names.intersection(WORKBOOK_STREAMS):
        return "a document of another program", SAVE
    # A workbook may hold a document of another program, never be one.
    return known if known and (known[1] == SECURED or not names.intersection(WORKBOOK_STREAMS)) else None


def _archive(content: bytes) -> Known | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _by_members(archive)
    except Exception:  # noqa: BLE001 - damaged: what it is, is for the reader to say
        return None


def _by_members(archive: zipfile.ZipFile) -> Known | None:
    names = [name.replace("\\", "/").lower() for name in archive.namelist()]
    if "encrypted-package" in names or b"encryption-data" in _member(archive, "META-INF/manifest.xml"):
        return "a workbook or document encrypted with a password", SECURED
    if any(member.flag_bits & ENCRYPTED_MEMBER for member in archive.infolist()):
        return "a zip archive with a password", SECURED
    for pattern, kind, way_out in MEMBERS:
        if any(re.fullmatch(pattern.lower(), name) for name in names):
            return kind, way_out
    mime_type = _member(archive, "mimetype")
    for beginning, kind, way_out in MIME_TYPES:
        if mime_type.startswith(beginning):
            return kind, way_out
    if "[content_types].xml" in names or "content.xml" in names:
        return None
    return "a zip archive of other files", "unpack it and send the files in it"


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """The first bytes of a member, empty where there is none."""
    if name not in archive.namelist():
        return b""
    with archive.open(name) as member:
        return member.read(2**20)


def _text(content: bytes) -> Known | None:
    head = content[:LARGEST_HEAD].decode("utf-16" if content[:2] in UTF_16 else "utf-8-sig", "replace").lstrip()
    for pattern, kind, way_out in TEXTS:
        if re.match(pattern, head, re.IGNORECASE | re.DOTALL):
            return kind, way_out
    return None
