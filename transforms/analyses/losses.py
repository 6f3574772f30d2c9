"""Relapses and deaths in numbers: where leukemia came back, what was left of the antigens, and what subjects died of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import polars as pl

from schemas.codelists import ANTIGEN_STATUS, DEATH_CAUSE, RELAPSE_SITE
from schemas.reasons import Reason, reason
from transforms.analyses.basis import Basis, Role
from transforms.analyses.cautions import detail_cautions, orphans_cautions
from transforms.analyses.disposition import NOT_REPORTED
from transforms.analyses.endpoint_rows import BLANK, KNOWN, Conditions
from transforms.analyses.rows import ResultRow
from transforms.analyses.shares import share_of
from transforms.analyses.silent_sites import happening, records_cautions
from transforms.analyses.study_data import StudyData

NOT_EXAMINED = "not done"


def loss_rows(data: StudyData) -> Iterator[ResultRow]:
    """Of each subject's first relapse, site and antigens among those of whom they are known; causes of death.

    Causes are given among all subjects and among those who died.
    """
    relapsed = data.adsl.filter(pl.col("relapsedt").is_not_null())
    antigens = [status for status in ANTIGEN_STATUS.codes if status != NOT_EXAMINED]
    of_relapse = _cautions(data, "relapse", "relunkfl")
    for column, levels in (("relsite", list(RELAPSE_SITE.codes)), ("relcd19", antigens), ("relcd22", antigens)):
        said = (*of_relapse, *detail_cautions(relapsed[column]))
        yield from _shares(data, "relapse", relapsed, column, levels, said)
    dead = data.adsl.filter(pl.col("dthdt").is_not_null())
    said = (*_cautions(data, "death", "dthunkfl"), *detail_cautions(dead["dthcaus"]))
    causes = data.adsl.with_columns(pl.col("dthcaus").fill_null(""))
    yield from _shares(data, "death", causes, "dthcaus", list(DEATH_CAUSE.codes), said, "enrolled")
    died = causes.filter(pl.col("dthdt").is_not_null())
    yield from _shares(
        data, "death", died, "dthcaus", [*DEATH_CAUSE.codes, ""], _cautions(data, "death", "dthunkfl"), "deceased"
    )


def _cautions(data: StudyData, loss: Literal["relapse", "death"], unknown: str) -> tuple[Reason, ...]:
    """Records of nobody, and subjects of whom a record leaves open whether it happened."""
    unsure = data.adsl.filter(pl.col(unknown) == "Y").height
    of_subjects = [reason("event_unknown", n=unsure, of=data.adsl.height)] if unsure else []
    return (
        *of_subjects,
        *records_cautions(data, data.adsl, happening(loss)),
        *orphans_cautions(data, [loss]),
    )


def _shares(
    data: StudyData,
    section: str,
    subjects: pl.DataFrame,
    column: str,
    levels: list[str],
    said: tuple[Reason, ...],
    who: str = "relapsed",
) -> Iterator[ResultRow]:
    """A row per level that occurs, with what is not known beside it."""
    known = subjects.filter(pl.col(column).is_in([*levels, ""]))
    dated: Conditions = {} if who == "enrolled" else {"dthdt" if section == "death" else "relapsedt": KNOWN}

    def basis_of(role: Role, found: pl.DataFrame, used: str, *said: str) -> Basis:
        """Rows by what is said; where nobody says, the column is blank."""
        codes = tuple(code for code in said if code)
        parts = [(codes, pl.col(column).is_in(codes))] * bool(codes)
        blank = [(BLANK, pl.col(column) == "")] * ("" in said)
        basis = Basis()
        for wanted, rows in (*parts, *blank):
            held: Conditions = {**dated, column: wanted}
            basis += data.rests_on(role, "adam.adsl", found.filter(rows), used, **held)
        return basis

    counted = basis_of("counted", known, "", *levels, "")
    for level in levels:
        of_level = known.filter(pl.col(column) == level)
        if of_level.height:
            yield ResultRow(
                section, section, "proportion",
                analysis_set=who, measure=column, level=level or NOT_REPORTED,
                unit="fraction",
                basis=counted + basis_of("event", of_level, column, level),
            ).filled(share_of(data.protocol, of_level.height, known.height)).beware(*said)  # fmt: skip
