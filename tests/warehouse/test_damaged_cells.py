"""For any cell damaged in any way, nothing another cell says changes, and what the damaged one said is unknown or asked, never "no".

Each subject goes through the same course, and each has one other cell damaged in one other way: all of it in one build.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.warehouse.tiny_build import FIRST, csv_site, rows, tiny_build

COLUMNS = ("id", "kind", "day", "what", "grade", "end")
COURSE: dict[str, tuple[str, ...]] = {
    "subject": ("2020-01-01", "male", "", ""),
    "infusion": ("2020-02-01", "CD19", "", ""),
    "response": ("2020-03-01", "CR", "", ""),
    "adverse_event": ("2020-02-03", "CRS", "3", "2020-02-09"),
    "follow_up": ("2020-06-01", "remission", "", ""),
    "relapse": ("2020-07-01", "marrow", "", ""),
    "death": ("2020-09-01", "leukemia", "", ""),
}
USED = {kind: [name for name, cell in zip(COLUMNS[2:], cells, strict=True) if cell] for kind, cells in COURSE.items()}
# A blank cell of these is a fact that is not reported.
OPTIONAL = {
    ("subject", "what"), ("adverse_event", "grade"), ("adverse_event", "end"), ("follow_up", "what"), ("relapse", "what"),
    ("death", "what"),
}  # fmt: skip
OTHER_COLUMNS: dict[str, dict[str, Any]] = {
    "subject": {"enrollment_date": "day", "sex": "what"},
    "infusion": {"infusion_number": {"constant": 1}, "infusion_date": "day", "target": "what"},
    "response": {"assessment_date": "day", "response": "what"},
    "adverse_event": {
        "term": "what", "start_date": "day", "end_date": "end", "grade": "grade", "grading_scale": {"constant": "Lee 2014"},
    },
    "follow_up": {"contact_date": "day", "disease_status": "what"},
    "relapse": {"relapse_date": "day", "relapse_site": "what"},
    "death": {"death_date": "day", "cause": "what"},
}  # fmt: skip
SITE = csv_site(
    *(
        {"domain": kind, "where": {"column": "kind", "equals": kind}, "columns": {"subject_id": "id", **columns}}
        for kind, columns in OTHER_COLUMNS.items()
    )
)
# Days on which nothing of the course can have been: before it, and after the export.
MISDATED = ("2019-03-01", "2030-03-01")
DAMAGES = ("", "#N/A", "x", "2020-02-31", "99999", "-7", "1e9", "{}?", "{} or later", "不明", "-")


class Damage(NamedTuple):
    """What stands in one cell of a subject's course instead of what was there; {} for that."""

    kind: str
    column: str
    text: str


class Outcome(NamedTuple):
    """What the endpoint tables say of a subject."""

    infused: bool
    response: tuple[str, str] | None
    crs: tuple[str, int | None] | None
    relapse: tuple[int, int, str | None] | None
    death: tuple[int, int, str | None] | None


SOUND = Outcome(True, ("CR", "Y"), ("Y", 3), (1, 151, None), (1, 213, None))
# Which outcomes a row speaks of.
SAYS = {"response": "response", "adverse_event": "crs", "relapse": "relapse", "death": "death"}


def export(damages: Sequence[Damage]) -> str:
    lines = [",".join(COLUMNS)]
    for number, damage in enumerate(damages):
        for kind, cells in COURSE.items():
            line = dict(zip(COLUMNS, (f"P{number:03d}", kind, *cells), strict=True))
            if kind == damage.kind:
                line[damage.column] = damage.text.replace("{}", line[damage.column])
            lines.append(",".join(f'"{cell}"' if cell else "" for cell in line.values()))
    return "\n".join(lines) + "\n"


def outcomes(folder: Path, damages: Sequence[Damage]) -> tuple[list[Outcome], set[int]]:
    """What became of each subject, and the rows that are asked about."""
    with tiny_build(folder, SITE, {FIRST: export(damages)}, endpoints=True) as built:
        found = [
            {subject: tuple(rest) for subject, *rest in rows(built, sql)}
            for sql in (
                "SELECT subject_id, infn FROM adam.adsl",
                "SELECT subject_id, avalc, respfl FROM adam.adrs",
                # What has occurred counts, whatever else may have.
                "SELECT subject_id, occurfl, atoxgr FROM adam.adae WHERE aeterm = 'CRS' OR aeterm IS NULL ORDER BY occurfl",
                "SELECT subject_id, event, aval, unkfl FROM adam.adtte WHERE paramcd = 'cir'",
                "SELECT subject_id, event, aval, unkfl FROM adam.adtte WHERE paramcd = 'os'",
            )
        ]
        asked = {row for (row,) in rows(built, "SELECT source_row FROM meta.site_query WHERE status = 'open'")}
    subjects = [f"s-P{number:03d}" for number in range(len(damages))]
    infused, *others = found
    return [
        Outcome(infused.get(one) == (1,), *(table.get(one) for table in others))
        for one in subjects  # type: ignore[arg-type]
    ], asked


def faults(number: int, damage: Damage, found: Outcome, asked: set[int]) -> list[str]:
    """What is not as it has to be of one subject."""
    wrong = []
    spoken = SAYS.get(damage.kind, "")
    for name in ("response", "crs", "relapse", "death"):
        said, sound = getattr(found, name), getattr(SOUND, name)
        if name == spoken:
            if name == "response" and (said is None or "N" in (said[1], said[0][:1])):
                wrong.append(f"response {said}")
            elif name == "crs" and (said is None or said[0] == "N"):
                wrong.append(f"crs {said}")
            elif name in ("relapse", "death") and not (said and (said[0] == 1 or said[2] == "Y")):
                wrong.append(f"{name} {said}")
        # Every time is counted from the infusion: without its day nobody knows whether a response lies in the window.
        elif damage.kind == "infusion":
            if (said and said[0]) not in (sound[0], "UNK"):
                wrong.append(f"{name} {said}")
        elif said != sound:
            wrong.append(f"{name} {said}")
    if not found.infused:
        wrong.append("not infused")
    row = 2 + number * len(COURSE) + list(COURSE).index(damage.kind)
    reported = damage.text or (damage.kind, damage.column) not in OPTIONAL
    if reported and row not in asked:
        wrong.append("not asked")
    return wrong


def faults_of_nobody(number: int, damages: Sequence[Damage], found: Outcome, asked: set[int]) -> list[str]:
    """The same where a row of a subject came under another id: it is asked about, once for rows of one id; the others stay."""
    damage = damages[number]
    spoken = SAYS.get(damage.kind)
    wrong = [
        name
        for name in ("response", "crs", "relapse", "death")
        if name != spoken and getattr(found, name) != getattr(SOUND, name)
    ]
    place = 2 + list(COURSE).index(damage.kind)
    alike = {
        place + other * len(COURSE)
        for other, one in enumerate(damages)
        if one.column == "id" and one.kind == damage.kind
    }
    return wrong if alike & asked else [*wrong, "not asked"]


def test_a_sound_course_is_what_it_is(tmp_path: Path) -> None:
    found, _ = outcomes(tmp_path, [Damage("death", "what", "leukemia")])
    assert found == [SOUND]


def test_every_cell_damaged_in_every_way_leaves_the_others_as_they_are_and_is_no_no(tmp_path: Path) -> None:
    damages = [Damage(kind, column, text) for kind in USED for column, text in product(USED[kind], DAMAGES)]
    # Of an infusion or a contact on a wrong day nobody can tell that it is wrong; a response before the infusion may be one to
    # earlier treatment, which leaves the response unknown without a question.
    wrong_days = [*product(("relapse", "death"), MISDATED), ("response", MISDATED[1])]
    damages += [Damage(kind, "day", text) for kind, text in wrong_days]
    found, asked = outcomes(tmp_path, damages)
    broken = {
        damage: wrong
        for number, (damage, outcome) in enumerate(zip(damages, found, strict=True))
        if (wrong := faults(number, damage, outcome, asked))
    }
    assert broken == {}


CELLS = some.sampled_from([(kind, column) for kind in USED for column in USED[kind]])
# What a person may type, and no second sound value.
TEXTS = some.text("0?#/*年月日NAx-. ", min_size=1, max_size=8).filter(lambda text: text.strip(" .0") != "")


IDS = [(kind, "id") for kind in COURSE if kind not in ("subject", "infusion")]


@settings(max_examples=int(os.environ.get("DAMAGED_EXPORTS", "5")))
@given(
    some.lists(
        some.builds(lambda cell, text: Damage(*cell, text), CELLS | some.sampled_from(IDS), TEXTS),
        min_size=20,
        max_size=40,
    )
)
def test_whatever_is_typed_into_a_cell(damages: list[Damage]) -> None:
    with TemporaryDirectory() as folder:
        found, asked = outcomes(Path(folder), damages)
    for number, (damage, outcome) in enumerate(zip(damages, found, strict=True)):
        if damage.column == "id":
            assert faults_of_nobody(number, damages, outcome, asked) == [], damage
        else:
            assert faults(number, damage, outcome, asked) == [], damage


MAY_BE_ANY = ("#N/A", "{}?", "不明")


@pytest.mark.parametrize("column", ["id", "kind"])
def test_a_row_of_nobody_or_of_nothing_is_set_aside_and_asked_about(tmp_path: Path, column: str) -> None:
    damages = [Damage(kind, column, text) for kind in list(COURSE)[1:] for text in ("", "{}0", *MAY_BE_ANY)]
    found, asked = outcomes(tmp_path, damages)
    for number, damage in enumerate(damages):
        # A row of which nobody can read what it tells may tell of any event, so also of the one it did tell of.
        if column == "kind" and damage.text in MAY_BE_ANY and damage.kind in SAYS:
            assert faults(number, damage, found[number], asked) == [], damage
        assert 2 + number * len(COURSE) + list(COURSE).index(damage.kind) in asked, damage
        for name in {"response", "crs", "relapse", "death"} - {SAYS.get(damage.kind)}:
            if damage.kind != "infusion":
                assert getattr(found[number], name) == getattr(SOUND, name), (damage, name)
