"""What programs of data capture write beside the keys of ODM: attributes of their own, offered as columns.

OpenClinica and LibreClinica keep the number people use, sex and the days of enrolment and visits there; Rave the
subject's name and what tells its rows apart. Sources: exports of OpenClinica 3, LibreClinica 1, Rave's ODM adapter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from transforms.readers.odm_xml import Element

LEVELS = ("ClinicalData", "SubjectData", "StudyEventData", "FormData", "ItemGroupData")
# Attributes of ODM itself, which are keys or say how the file is to be read.
OWN = frozenset(
    {
        "StudyOID", "MetaDataVersionOID", "SubjectKey", "StudyEventOID", "StudyEventRepeatKey", "FormOID", "FormRepeatKey",
        "ItemGroupOID", "ItemGroupRepeatKey", "ItemGroupDataSeq", "TransactionType",
    }
)  # fmt: skip
# Of XML itself and its schemas; of CDISC, such as the number of a row in Dataset-XML.
FOREIGN = ("http://www.w3.org/", "http://www.cdisc.org/")
# A vendor may call its namespace anything in a file; by these parts of its address it bears one name in all of them.
VENDORS = {"openclinica.org": "OpenClinica", "mdsol.com": "mdsol", "projectredcap.org": "redcap"}
# Numbers the program counts its own parts by: never asked about, there for a mapping that wants them.
TECHNICAL = frozenset(
    f"mdsol:{name}"
    for name in ("RecordId", "InstanceId", "DataPageId", "AuditSubCategoryName", "SubjectKeyType", "InstanceOverDue")
)
# What may identify a person.
PERSONAL = frozenset(
    {
        "DateOfBirth", "BirthDate", "UniqueIdentifier", "PersonID", "SecondaryID", "FirstName", "LastName", "FullName", "Name",
        "Initials", "SubjectInitials", "Email", "EmailAddress", "Phone", "PhoneNumber", "InterviewerName",
    }
)  # fmt: skip
# Left out where there is nothing to say, so that a file without them is no reason to refuse it.
OFTEN_ABSENT = frozenset(
    f"{vendor}:{name}"
    for vendor, names in {
        "OpenClinica": (
            "StudySubjectID", "Status", "SecondaryID", "YearOfBirth", "DateOfBirth", "Sex", "EnrollmentDate", "UniqueIdentifier",
            "StartDate", "EndDate", "StudyEventLocation", "SubjectAgeAtEvent", "Version", "InterviewDate", "InterviewerName",
        ),
        "mdsol": (
            "SubjectName", "Status", "InstanceName", "InstanceStartWindow", "InstanceEndWindow", "DataPageName", "RecordId",
            "InstanceId", "DataPageId",
        ),
    }.items()
    for name in names
)  # fmt: skip


def attribute_column(name: str, prefixes: dict[str, str]) -> str | None:
    """The column of an attribute, as `OpenClinica:StudySubjectID`; None for one of ODM itself or of XML."""
    space, _, local = name.rpartition(" ")
    if not space:
        return None if local in OWN else local
    if space.startswith(FOREIGN):
        return None
    vendor = next((vendor for part, vendor in VENDORS.items() if part in space), None) or prefixes.get(space)
    return f"{vendor}:{local}" if vendor else local


def attribute_columns(element: Element) -> dict[str, str]:
    """The columns an element of LEVELS gives, without blank ones."""
    named = ((attribute_column(name, element.prefixes), text) for name, text in element.attributes.items())
    return {column: text for column, text in named if column and text.strip()}


def headers(met: Collection[tuple[str, str]], asked: Collection[str]) -> dict[str, tuple[str, str]]:
    """The level and column each header stands for, outermost first.

    Where attributes of several levels bear one name (OpenClinica: Status of subject, event and form), or the mapping
    names the level, the header is `StudyEventData OpenClinica:Status`.
    """
    ordered = sorted(dict.fromkeys(met), key=lambda attribute: LEVELS.index(attribute[0]))
    columns = [column for _, column in ordered]
    found = {
        f"{level} {column}" if columns.count(column) > 1 or f"{level} {column}" in asked else column: (level, column)
        for level, column in ordered
    }
    return found | {header: ("", header) for header in _absent(asked, found)}


def _absent(asked: Collection[str], found: Collection[str]) -> Iterator[str]:
    for header in asked:
        level, _, column = header.rpartition(" ")
        # A bare name that several levels bear is no absent one: which is meant has to be said.
        borne = any(other.rpartition(" ")[2] == column for other in found) and not level
        if header not in found and column in OFTEN_ABSENT and level in ("", *LEVELS) and not borne:
            yield header


def is_personal(header: str) -> bool:
    """Whether an attribute may identify a person."""
    return header.rpartition(" ")[2].rpartition(":")[2] in PERSONAL


def is_technical(header: str) -> bool:
    """Whether an attribute only numbers parts of the program."""
    return header.rpartition(" ")[2] in TECHNICAL
