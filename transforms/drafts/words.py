"""The words of words.yaml, and what a header says in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from schemas.mapping import normalized

IN_PARENTHESES = re.compile(r"[(\[]([^)\]]*)[)\]]")
SIGNS = re.compile(r"[\s_\-./%,:;()\[\]×*^+]+")
NUMBER = re.compile(r"\d+")
# Numbers that belong to a name, as those of an antigen do.
NAMED_NUMBERS = re.compile(r"cd\d+|gvhd\d*|il\d+|d\d{2}\b", re.IGNORECASE)
TARGET = re.compile(r"^(cd19|cd22)(?=.)")
# What a program puts before the name of an item or attribute: the vendor, the form.
PROGRAM = re.compile(r"^(?:\w+ )?((?:OpenClinica|mdsol|redcap):\w+)$")
OF_FORM = re.compile(r"^I_[A-Z0-9]+_|^.*[.:]")
VISIT = re.compile(r"^d(?:ay)?\d{1,3}(?=\D)|^第\d{1,3}天")
STATUS_ENDINGS = ("s", "stat", "status", "event", "censor", "cens")
TIME_ENDINGS = ("_time", ".time", " time", "time", "_days", ".days", " days", "days", "_t")
UNIT_AT_END = re.compile(r"\s(\S*/kg|\S*/L|%)$", re.IGNORECASE)


@dataclass(frozen=True)
class Meaning:
    """What a header seems to mean: a canonical column; the term of a spread event, the number of a repeat, the target."""

    domain: str
    column: str
    term: str = ""
    number: int | None = None
    target: str = ""


@cache
def words() -> dict[str, Any]:
    """The content of words.yaml."""
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text("utf-8"))
    return loaded


def plain(text: str) -> str:
    """A header without blanks, signs and what stands in parentheses."""
    return SIGNS.sub("", IN_PARENTHESES.sub("", normalized(text).casefold()))


def is_personal(header: str) -> bool:
    """Whether a column of this name holds what identifies a person: by its whole name, by a part of it in Chinese, by words in English."""
    if program := PROGRAM.match(header):
        if program[1] in words()["programs"]:
            return False
        header = program[1].partition(":")[2]
    said, item = plain(header), plain(OF_FORM.sub("", normalized(header)))
    whole = {plain(word) for word in words()["personal"]}
    if whole & {said, item, _without_number(said)[0], _without_number(item)[0]} or is_hospital_number(header):
        return True
    if any(part in said for part in words()["personal_parts"]):
        return not any(part in said for part in words()["impersonal_parts"])
    tokens = set(re.findall(r"[a-z]+", normalized(header).casefold()))
    return any(set(group.split()) <= tokens for group in words()["personal_words"])


def is_hospital_number(header: str) -> bool:
    """Whether a column of this name holds a hospital's own number of a person: personal, though it tells subjects apart."""
    said = plain(header)
    return any(said in (name, f"患者{name}", f"patient{name}") for name in map(plain, words()["hospital_numbers"]))


def is_of_program(header: str) -> bool:
    """Whether a program of data capture wrote it beside the items, as the number people use."""
    return PROGRAM.match(header) is not None


def is_structure(header: str, *, of_redcap: bool) -> bool:
    """Whether a column of this name says how the export is built; of REDCap also by its ending."""
    program = PROGRAM.match(header)
    said = (program[1] if program else header).casefold()
    named = {name.casefold() for name in words()["structure"]}
    return (
        said in named
        or said.rpartition(".")[2] in named
        or (of_redcap and said.endswith(tuple(words()["structure_endings"])))
    )


def tells_sites(header: str) -> bool:
    """Whether a column of this name tells the sites of an export apart."""
    return plain(OF_FORM.sub("", header)) in {plain(name) for name in words()["sites"]}


def status_of(header: str, headers: Sequence[str]) -> str | None:
    """The column beside a time that says whether its event occurred, as srv and srv.s, rfstime and rfsstat."""
    by_name = {normalized(other).casefold(): other for other in headers}
    said = normalized(header).casefold()
    stems = {said, *(said.removesuffix(end) for end in TIME_ENDINGS)}
    names = [f"{stem}{sign}{end}" for stem in stems for sign in ("", ".", "_", " ") for end in STATUS_ENDINGS]
    found = next((by_name[name] for name in names if name in by_name), None)
    return found if found != header else None


def time_meaning(header: str) -> list[tuple[Meaning, str]]:
    """What a time with a status beside it means, and at which status."""
    said = normalized(header).casefold()
    stem = next((said.removesuffix(end) for end in TIME_ENDINGS if said.endswith(end) and said != end), said)
    for places in words()["times"]:
        if stem.rstrip("._ ") in places["names"]:
            parts = [(code, *place.split(".")) for code, place in places["status"].items()]
            return [(Meaning(domain, column, places.get("term", "")), code) for code, domain, column in parts]
    return []


def meaning_of(header: str) -> Meaning | None:
    """What a header says, or None where no word fits."""
    if program := PROGRAM.match(header):
        domain, _, column = words()["programs"].get(program[1], "").partition(".")
        return Meaning(domain, column) if column else None
    said = plain(UNIT_AT_END.sub("", normalized(header)))
    bare, number = _without_number(said)
    # Items of ODM and R exports bear the form's name before a dot.
    item = plain(OF_FORM.sub("", header))
    for text, repeat in ((said, None), (bare, number), (VISIT.sub("", said), None), (item, None)):
        if (found := _columns().get(text)) is not None:
            return Meaning(*found, number=repeat)
    if VISIT.match(said) and VISIT.sub("", said) in ("date", "日期"):
        return Meaning("response", "assessment_date")
    if (target := TARGET.match(said)) and (found := _columns().get(said[target.end() :])) and found[0] == "infusion":
        return Meaning(*found, target=target[1].upper())
    return _event(said)


def unit_in(header: str) -> str | None:
    """What stands in parentheses, or a percent sign, as a unit may."""
    found = IN_PARENTHESES.search(normalized(header))
    if found:
        return found[1].replace("×", "x")
    if at_end := UNIT_AT_END.search(normalized(header)):
        return at_end[1].replace("×", "x")
    return "%" if "%" in normalized(header) else None


@cache
def _columns() -> dict[str, tuple[str, str]]:
    return {
        plain(word): (place.partition(".")[0], place.partition(".")[2])
        for place, said in words()["columns"].items()
        for word in said
    }


def _event(said: str) -> Meaning | None:
    for term, names in words()["events"].items():
        for name in map(plain, names):
            if not said.startswith(name):
                continue
            rest, number = _without_number(said.removeprefix(name))
            for column, attributes in words()["attributes"].items():
                if rest in map(plain, attributes):
                    return Meaning("adverse_event", column, term, number)
    return None


def _without_number(said: str) -> tuple[str, int | None]:
    """The text without its one number, and the number; numbers that belong to a name stay."""
    free = NAMED_NUMBERS.sub(lambda found: "\0" * len(found[0]), said)
    numbers = list(NUMBER.finditer(free))
    if len(numbers) != 1:
        return said, None
    start, end = numbers[0].span()
    return said[:start] + said[end:], int(numbers[0][0])
