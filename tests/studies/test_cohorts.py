"""The generator of the sample exports has every number of a paper from published.yaml, and refuses a cohort the paper is not of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from schemas.paper import PaperFigure
from tests.synthetic import __main__ as generator
from tests.synthetic.constraints import CONSTRAINTS, held, pan2020, yang2025, zhang2020
from tests.synthetic.constraints.check import check
from tests.synthetic.printed import FOLDER, NotMetError, Printed, UnknownFigureError, load_printed
from transforms.printed.digits import NUMBER

ADULTS, SECOND, SALVAGE, CHILDREN, DONOR = (study.STUDY for study in generator.STUDIES)
MODULES = {study.STUDY: study for study in generator.STUDIES}

# A figure that can be drawn, and another value of it: the cohort follows.
DRAWN: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (ADULTS, "age_median", {"says": "57.3"}),
    (ADULTS, "age_min", {"says": "19.2"}),
    (ADULTS, "age_max", {"says": "78.4"}),
    (ADULTS, "infusion_interval_median", {"says": "4.1"}),
    (ADULTS, "crs_any_after_cd19_pct", {"says": "73.9", "count": "17 of 23"}),
    (ADULTS, "crs_any_after_cd22_pct", {"says": "43.5", "count": "10 of 23"}),
    (ADULTS, "followup_max", {"says": "45.5"}),
    (ADULTS, "lfs_median", {"says": "20.5"}),
    (ADULTS, "bm_blast_cutpoint_os", {"says": "60"}),
    (SECOND, "followup_max", {"says": "34.1"}),
    (SECOND, "followup_min", {"says": "1.3"}),
    (SECOND, "followup_median", {"says": "25.1"}),
    (SALVAGE, "cr_no_further_remission_dur_2", {"says": "7.1"}),
    (SALVAGE, "bridged_remission_dur_max", {"says": "15.0"}),
    (CHILDREN, "age_max", {"says": "15"}),
    (CHILDREN, "dose_cd19_median", {"says": "11"}),
    (CHILDREN, "dose_cd22_min", {"says": "0.31"}),
    (CHILDREN, "infusion_interval_max", {"says": "5.6"}),
    (CHILDREN, "crs_onset_c2_max", {"says": "19"}),
    (CHILDREN, "relapse_time_1", {"says": "6.7"}),
    (CHILDREN, "ig_recovery_time_1", {"says": "5.2"}),
    (CHILDREN, "crs_g12_c2_n", {"says": "14", "count": "14 of 20"}),
    (CHILDREN, "corr_expansion_cd19_cd22", {"says": "-0.131"}),
    (CHILDREN, "corr_expansion_cd19_cd22", {"says": "0.402"}),
    (DONOR, "followup_survivors_max", {"says": "48"}),
    (DONOR, "followup_survivors_median", {"says": "17"}),
    (DONOR, "crs_g3_n", {"says": "6", "count": "6 of 43"}),
)


@pytest.mark.parametrize("study", MODULES)
def test_every_changed_figure_changes_the_cohort_or_is_refused(study: str) -> None:
    printed = load_printed(study)
    everybody = held(MODULES[study], printed)
    without_effect = [
        f"{figure.id} {change}"
        for figure in printed.figures.values()
        if figure.origin != "cited" and figure.id not in CONSTRAINTS[study].NOT_HERE
        for change in _changes(figure, CONSTRAINTS[study])
        if _drawn(MODULES[study], _with(printed, figure.id, **change)) == everybody
    ]
    assert without_effect == []


@pytest.mark.parametrize(("study", "figure", "change"), DRAWN)
def test_the_cohort_follows_a_figure_that_can_be_drawn(study: str, figure: str, change: dict[str, Any]) -> None:
    printed = _with(load_printed(study), figure, **change)
    module, constraints = MODULES[study], CONSTRAINTS[study]
    changed = module.patients(printed)
    assert changed != module.patients(load_printed(study))
    # The cohort gives the figure as it is printed now; check looks at this figure alone.
    alone = replace(printed, figures={figure: printed[figure]})
    check(alone, {figure: constraints.given(printed, changed)[figure]})


@pytest.mark.parametrize(
    ("study", "figure", "change", "sentence"),
    [
        (ADULTS, "lfs_12m", {"says": "71.0"}, "lfs_12m is printed as 71.0; the cohort gives 67.1"),
        (ADULTS, "relapse_n", {"says": "9", "count": "9 of 23"}, "relapse_n is printed as 9; the cohort gives 8"),
        (ADULTS, "n_enrolled", {"says": "24"}, "n_enrolled is printed as 24; COURSES of the generator has 23"),
        (ADULTS, "enrol_window_end", {"says": "2023-12"}, "enrol_window_end is printed as 2023-12; the cohort gives 2023-11"),
        (SECOND, "cr_tandem_multivariable_or", {"says": "0.140"}, "cr_tandem_multivariable_or is printed as 0.140; the cohort gives 0.128"),
        (SALVAGE, "lfs_12m_bridged", {"interval": ("35.0", "89.9")}, "lfs_12m_bridged (lower bound) is printed as 35.0; the cohort gives 44.2"),
        (CHILDREN, "os_median", {"says": "17.0"}, "os_median is printed as 17.0; the cohort gives not reached"),
        (CHILDREN, "corr_viability_cd19_cd22", {"says": "0.35"}, "corr_viability_cd19_cd22 is printed as 0.35; the cohort gives 0.25"),
        (DONOR, "n_centres", {"says": "10"}, "n_centres is printed as 10; SITE_SIZES of the generator has 9"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_figure_what_is_printed_and_what_the_cohort_gives(
    study: str, figure: str, change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(NotMetError) as refusal:
        held(MODULES[study], _with(load_printed(study), figure, **change))
    assert str(refusal.value) == f"{study}: {sentence}"


def test_nothing_is_written_where_one_cohort_is_refused(tmp_path: Path) -> None:
    """The last study is the one that differs; the four before it are not written either."""
    papers, landed = tmp_path / "papers", tmp_path / "landed"
    for study in MODULES:
        (papers / study).mkdir(parents=True)
        text = (FOLDER / study / "published.yaml").read_text("utf-8")
        eight_centres = text.replace("says: '9'\n  unit: centres", "says: '8'\n  unit: centres")
        assert (eight_centres == text) == (study != DONOR)
        (papers / study / "published.yaml").write_text(eight_centres, "utf-8")
    with pytest.raises(NotMetError, match="n_centres is printed as 8"):
        generator.write_all(landed, papers)
    assert not landed.exists()


def test_a_figure_that_the_generator_does_not_hold_is_refused() -> None:
    printed = load_printed(ADULTS)
    new = printed["relapse_n"].model_copy(update={"id": "grade_4_crs_n"})
    with pytest.raises(NotMetError, match="grade_4_crs_n is printed as 8; the generator does not hold it"):
        held(MODULES[ADULTS], replace(printed, figures={**printed.figures, new.id: new}))


def test_a_figure_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownFigureError, match=r"yang2025.*has no figure age_medain; did you mean age_median\?"):
        load_printed(ADULTS).number("age_medain")


def test_what_no_cohort_can_meet_is_excused_by_the_notes_of_the_paper() -> None:
    excused = {study: (*module.CANT_HOLD, *module.NOT_HERE) for study, module in CONSTRAINTS.items()}
    assert {study for study, figures in excused.items() if figures} == {CHILDREN, DONOR}
    bounds = [bound for figure in zhang2020.CANT_HOLD for bound in load_printed(DONOR)[figure].interval or ()]
    assert len(bounds) == 10
    told = generator.not_held()
    for study, figures in excused.items():
        for figure in figures:
            assert any(
                figure in sentence and (load_printed(study)[figure].note or "?") in sentence for sentence in told
            )


def test_an_excuse_needs_a_note() -> None:
    silent = _with(load_printed(DONOR), "efs_12m", note=None)
    with pytest.raises(NotMetError, match=r"efs_12m is excused, and published\.yaml has no note that says why"):
        held(MODULES[DONOR], silent)


def test_an_excuse_that_is_not_needed_is_refused() -> None:
    printed = load_printed(DONOR)
    everybody = MODULES[DONOR].patients(printed)
    met = zhang2020.given(printed, everybody)["efs_12m"]
    bounds = (f"{met.low:.0f}", f"{met.high:.0f}")
    with pytest.raises(NotMetError, match="the interval of efs_12m is excused, and the cohort gives it all the same"):
        held(MODULES[DONOR], _with(printed, "efs_12m", interval=bounds))


def test_a_risk_factor_that_is_none_is_refused() -> None:
    """A statement in words: who has extramedullary disease is exchanged for as many with good courses."""
    printed = load_printed(ADULTS)
    adults = MODULES[ADULTS].patients(printed)
    lasting = sorted(adults, key=lambda adult: adult.relapse is not None or adult.death is not None)[:5]
    exchanged = [replace(adult, extramedullary=adult in lasting) for adult in adults]
    with pytest.raises(
        NotMetError, match="emd_lfs_direction is printed as inferior LFS, significant; the cohort gives no"
    ):
        check(printed, yang2025.given(printed, exchanged))


def test_a_rate_of_the_children_is_held_by_the_months_it_is_printed_for() -> None:
    earlier = _with(load_printed(CHILDREN), "lfs_12m", at_months=7)
    with pytest.raises(NotMetError, match=r"lfs_12m is printed as 79\.5"):
        check(earlier, pan2020.given(earlier, MODULES[CHILDREN].patients(earlier)), (), pan2020.NOT_HERE)


def _changes(figure: PaperFigure, constraints: ModuleType) -> Iterator[dict[str, Any]]:
    """Each printed number of a figure a little higher: the value, the count, either bound; a month later."""
    if NUMBER.match(figure.says):
        yield {"says": _next(figure.says)}
    elif figure.statistic == "date":
        year, month = figure.says.split("-")
        yield {"says": f"{year}-{int(month) % 12 + 1:02d}"}
    elif figure.says == "not reached":
        yield {"says": "20.0"}
    if figure.count:
        number, of = figure.count.split(" of ")
        yield {"count": f"{int(number) + 1} of {of}"}
        yield {"count": f"{number} of {int(of) + 1}"}
    if figure.interval and figure.id not in constraints.CANT_HOLD:
        low, high = figure.interval
        yield {"interval": (_next(low), high)}
        yield {"interval": (low, _next(high))}


def _next(number: str) -> str:
    """Two more in the last printed digit: one more may be another rounding of the same."""
    digits = len(number.partition(".")[2])
    return f"{Decimal(number) + 2 * Decimal(1).scaleb(-digits):.{digits}f}"


def _with(printed: Printed, figure_id: str, **change: Any) -> Printed:
    figure = printed[figure_id].model_copy(update=change)
    return replace(printed, figures={**printed.figures, figure_id: figure})


def _drawn(study: ModuleType, printed: Printed) -> Any:
    try:
        return held(study, printed)
    except NotMetError as refusal:
        return refusal
