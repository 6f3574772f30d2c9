"""The kinds of file people send: how each is known, which formats of a mapping read it, and the way out where none does."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.mapping import FileFormat

TABLE = "export the table as .xlsx or CSV"


@dataclass(frozen=True)
class Kind:
    """A kind of file: what it is called, the formats that read it, and what to do where there are none."""

    name: str
    formats: tuple[FileFormat, ...] = ()
    way_out: str = TABLE


EXCEL = Kind("a workbook", ("excel",))
WEB_PAGE = Kind("a web page, perhaps one that asks to log in", ("excel",), "download the file itself")
ODM = Kind("ODM-XML", ("odm", "redcap-xml"))
JSON = Kind("JSON", ("jsonl", "dataset-json", "redcap"))
WORD = Kind("a document of Word", way_out="a document holds no cells; put the table into a workbook and send that")
PICTURE = Kind("a picture", way_out="a picture holds no cells; export the table as .xlsx or CSV from where it was made")
MAIL = Kind("a mail", way_out="send the file that was attached to it")
ARCHIVE = Kind("an archive that is not read", way_out="unpack it, or pack its files as .zip")
SECURED = "save it without one and send it over the secured share"
LOCKED = Kind(
    "a file encrypted by document-security software", way_out="release it there and send it over the secured share"
)
OLD_SHEET = "open it in Excel or LibreOffice, save it as .xlsx and send it again"
EMPTY = Kind("an empty file", way_out="export it again and send it again")
NULS = Kind("a file of NUL bytes alone", way_out="its copy failed, send it again")
LOCK_FILE = Kind("the lock file of an open workbook", way_out="close the workbook and send it without ~$")
OTHER_PROGRAM = Kind("a document of another program")
OTHER_FILES = Kind("a zip archive of other files", way_out="unpack it and send the files in it")
PROTECTED_ZIP = Kind("a zip archive with a password", way_out=SECURED)
SLIDES = Kind("slides of PowerPoint")
DRAWING = Kind("a drawing")
PROTECTED = Kind("an Office file encrypted with a password", way_out=SECURED)

ACCESS = Kind("a database of Access", way_out="export each table from Access as .xlsx or CSV")
MATLAB = Kind("a workspace of MATLAB", way_out="write the table with writetable as .xlsx or CSV")
JMP = Kind("a table of JMP", way_out="export it from JMP as .xlsx, CSV or a SAS transport file")
MINITAB = Kind("a project of Minitab", way_out="save the worksheet from Minitab as .xlsx or CSV")
PRISM = Kind("a file of GraphPad Prism", way_out="export each data table as CSV")
NUMBERS = Kind("a file of Numbers or Pages", way_out="export it as .xlsx")
PICKLE = Kind("a pickle of Python, which could run a program", way_out="write the table as Parquet or CSV")
SPSS, STATA, R_DATA = Kind("an SPSS file", ("spss",)), Kind("a Stata dataset", ("stata",)), Kind("a file of R", ("r",))

SAS7BDAT = bytes.fromhex("000000000000000000000000c2ea8160b31411cfbd92080009c7318c181f1011")
SAS7BCAT = bytes.fromhex("000000000000000000000000c2ea8163b31411cfbd92080009c7318c181f1011")
# By the bytes a file starts with.
STARTS: tuple[tuple[bytes, Kind], ...] = (
    (b"%PDF-", Kind("a PDF", way_out=f"a PDF holds no cells; {TABLE}")),
    (b"{\\rtf", WORD),
    (b"\x89PNG\r\n", PICTURE), (b"\xff\xd8\xff", PICTURE), (b"GIF87a", PICTURE), (b"GIF89a", PICTURE),
    (b"II*\0", PICTURE), (b"MM\0*", PICTURE),
    (b"Rar!\x1a\x07", ARCHIVE), (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"\0\1\0\0Standard Jet DB", ACCESS),
    (b"\0\1\0\0Standard ACE DB", ACCESS),
    (b"SQLite format 3\0", Kind("a database of SQLite", way_out="export each table as CSV")),
    (b"\x89HDF\r\n", Kind("HDF5", way_out="write the table as Parquet or CSV")),
    (b"MATLAB 5.0 MAT-file", MATLAB),
    (b"MATLAB 7.3 MAT-file", MATLAB),
    (b"\xff\xff\0\0\x07\0\0\0", JMP),
    (SAS7BCAT,
     Kind("a catalogue of formats (.sas7bcat), which holds labels and no data",
          way_out="send the data too, and name this file under catalog in their entry of the mapping")),
    (b"**COMPRESSED** ", Kind("a file of PROC CPORT", way_out="export it with PROC COPY and libname XPORT, or send the .sas7bdat")),
    (SAS7BDAT, Kind("a SAS dataset", ("sas",))),
    (b"HEADER RECORD*******LI", Kind("a SAS transport file", ("sas",))),
    (b"$FL2", SPSS), (b"$FL3", SPSS),
    (b"<stata_dta>", STATA),
    (b"PAR1", Kind("a Parquet file", ("parquet",))),
    (b"ARROW1", Kind("a Feather file", ("feather",))),
    (b"RDX2\n", R_DATA), (b"RDX3\n", R_DATA),
    (b"MSCF\0", ARCHIVE),
    (b"MZ\x90\0", Kind("a program", way_out="send the export itself")),
    (b"\0\x05\x16\x07", Kind("the companion file that macOS adds to a file", way_out="send the file of the same name without ._")),
    (b"version https://git-lfs", Kind("a pointer of Git LFS", way_out="send the file it points to")),
    (b"%TSD-Header-###%", LOCKED),
    (b"\x09\0\x04\0", Kind("a worksheet of Excel 2", way_out=OLD_SHEET)),
    (b"\x09\x02\x06\0", Kind("a worksheet of Excel 3", way_out=OLD_SHEET)),
    (b"\x09\x04\x06\0", Kind("a worksheet of Excel 4", way_out=OLD_SHEET)),
    (b"\0\0\x02\0", Kind("a worksheet of Lotus 1-2-3 or Quattro Pro", way_out=OLD_SHEET)),
    (b"\0\0\x1a\0", Kind("a worksheet of Lotus 1-2-3", way_out=OLD_SHEET)),
    # Not ID;P alone: a header of CSV may begin so.
    (b"ID;PWXL", Kind("a worksheet in SYLK", way_out=OLD_SHEET)),
    (b"ID;PCALC", Kind("a worksheet in SYLK", way_out=OLD_SHEET)),
    (b"TABLE\r\n0,1", Kind("a worksheet in DIF", way_out=OLD_SHEET)),
    (b"MIME-Version:", Kind("a web page in one file (MHTML)", way_out=OLD_SHEET)),
)  # fmt: skip

TAR_MARK, TAR = 257, b"ustar"
# By a mark elsewhere at a fixed place.
MARKS: tuple[tuple[int, bytes, Kind], ...] = (
    (128, b"DICM", PICTURE), (4, b"ftyphei", PICTURE), (8, b"WEBP", PICTURE),
    (8, b"DUCK", Kind("a database of DuckDB", way_out="export each table as Parquet or CSV")),
    (TAR_MARK, TAR, ARCHIVE),
)  # fmt: skip

# By the name of a member of a zip, or of a stream of an older Office file.
MEMBERS: tuple[tuple[str, Kind], ...] = (
    (r"xl/", EXCEL), (r"word/", WORD), (r"ppt/", SLIDES), (r"visio/", DRAWING), (r"encrypted-package$", PROTECTED),
    (r"FixedDoc(Seq|umentSequence)\.fdseq", Kind("an XPS document")), (r"OFD\.xml", Kind("an OFD document")),
    (r"Index/.*\.iwa", NUMBERS),
    (r"outputViewer", Kind("an output of SPSS, which holds no cases", way_out="send the data (.sav)")),
    (r"project\.xml", Kind("a project of SAS Enterprise Guide", way_out="send the dataset (.sas7bdat or .xpt)")),
    (r"document\.json", PRISM),
)  # fmt: skip
STREAMS: tuple[tuple[str, Kind], ...] = (
    # A workbook may hold a document and a document a workbook; the reader of workbooks refuses the second.
    ("EncryptedPackage", PROTECTED), ("__substg1.0_", MAIL), ("Workbook", EXCEL), ("Book", EXCEL),
    ("WordDocument", WORD), ("PowerPoint Document", SLIDES), ("VisioDocument", DRAWING),
)  # fmt: skip
# By the last word of its type.
OPEN_DOCUMENTS = {
    b"opendocument.spreadsheet": EXCEL,
    b"opendocument.text": WORD,
    b"opendocument.presentation": SLIDES,
    b"opendocument.graphics": DRAWING,
    b"opendocument.database": Kind("a database of LibreOffice"),
    b"opendocument.chart": Kind("a chart of LibreOffice"),
    b"sun.xml.calc": Kind("a worksheet of StarOffice", way_out=OLD_SHEET),
    b"epub+zip": Kind("an electronic book"),
}
# What some encryption writes behind a header of its own.
SAFENET = b"E-SafeNet"

ROOTS: dict[str, Kind] = {
    "ODM": ODM,
    "Workbook": EXCEL,
    "document": EXCEL,
    "wordDocument": WORD,
    "html": WEB_PAGE,
    "GraphPadPrismFile": PRISM,
    "ClinicalDocument": Kind("a document of HL7", way_out=TABLE),
    "Bundle": Kind("FHIR", way_out=TABLE),
}
# Where the content says nothing.
ENDINGS: dict[str, Kind] = {
    ".doc": WORD, ".docx": WORD, ".wps": WORD, ".odt": WORD, ".rtf": WORD,
    ".bmp": PICTURE, ".heic": PICTURE, ".svg": PICTURE,
    ".rar": ARCHIVE, ".7z": ARCHIVE, ".tar": ARCHIVE, ".tgz": ARCHIVE,
    ".eml": MAIL, ".msg": MAIL,
    ".mdb": ACCESS,
    ".accdb": ACCESS,
    ".dbf": Kind("a table of dBase", way_out="open it in Excel and save it as .xlsx"),
    ".mtw": MINITAB,
    ".mpj": MINITAB,
    ".mpx": MINITAB,
    ".mwx": MINITAB,
    ".jmp": JMP,
    ".pzf": PRISM,
    ".prism": PRISM,
    ".mat": MATLAB,
    ".sas": Kind("a program of SAS, which holds no data", way_out="send the dataset (.sas7bdat or .xpt)"),
    ".sps": Kind("a syntax of SPSS, which holds no data", way_out="send the data (.sav)"),
    ".do": Kind("a program of Stata, which holds no data", way_out="send the dataset (.dta)"),
    ".r": Kind("a program of R, which holds no data", way_out="save the data frame as .rds"),
    ".edf": Kind("recorded signals (EDF)", way_out=TABLE),
    ".fcs": Kind("events of a flow cytometer (FCS)", way_out="export the gated percentages as .xlsx or CSV"),
    ".numbers": NUMBERS,
    ".et": Kind("a workbook of WPS", way_out="save it in WPS as .xlsx"),
    ".pickle": PICKLE,
    ".pkl": PICKLE,
}  # fmt: skip
