"""What a protocol asks beyond its usual figures, in words: what a row is about, and the line it is printed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from transforms.words.results import ResultWords

Row = Mapping[str, Any]
# Bounds that what is unknown leaves open: of the measure beside them.
BOUNDS = ("bound_low", "bound_high")
# The range beside a median.
RANGE = ("min", "max")
# Tests told apart by their measure, which is the code of the method.
PER_UNIT = "per_unit"
TESTS = ("weighted_logrank", "stratified_test")
# A family of tests, and what stands between the keys of the row that was adjusted.
SEVERAL_TESTS, OF_FAMILY = "several_tests", "/"


def further_subject(row: Row, told: ResultWords) -> str:
    """What a row of these sections is about, without its line: an endpoint, a response."""
    said = SUBJECTS[row["section"]](row, told)
    if row["section"] == SEVERAL_TESTS:
        return said
    return (
        told.words("result.curve.by", endpoint=said, factor=told.words.within(told.group(row)))
        if row["factor"]
        else said
    )


def further_line(row: Row, told: ResultWords) -> str:
    """The line of a row within what it is about: its level or contrast, then what was estimated or tested."""
    if row["section"] == SEVERAL_TESTS:
        return _test_of_family(row, told)
    of = told.level(row)
    what = _what(row, row["statistic"], told)
    if row["quantity"]:
        what = told.words("result.further.measured_of", what=what, profile=told.profile(row))
    return told.words("result.further.of_level", level=of, what=what) if of else what


def _what(row: Row, statistic: str, told: ResultWords) -> str:
    words = told.words
    if statistic in BOUNDS:
        return words(f"result.further.{statistic}", what=_what(row, row["measure"], told))
    if statistic in TESTS:
        return words(f"method.{row['measure']}")
    pattern = words.told(told.names.further.get(f"{row['analysis_id']}.{row['measure']}", row["measure"]))
    if row["measure"] == PER_UNIT:
        pattern = words("result.further.per_unit")
    return words(
        f"result.further.{statistic}", months=row["time_months"], given=row["landmark_months"], pattern=pattern
    )


def _endpoint(row: Row, told: ResultWords) -> str:
    return told.words.told(told.names.endpoints.get(row["endpoint"], row["endpoint"]))


def _response(row: Row, told: ResultWords) -> str:
    window = told.names.windows[row["infusion"]]
    response = told.words.told("/".join(window.responders))
    return told.words(
        "result.response.of", response=response, day=window.day, infusion=told.words.infusion(row["infusion"])
    )


def _test_of_family(row: Row, told: ResultWords) -> str:
    """The label of the row whose p value was adjusted; of tests that no row fits, the analysis they were sought in."""
    section, analysis_id, statistic, measure = row["measure"].split(OF_FAMILY)
    if not section:
        return told.words("result.further.no_test", analysis=analysis_id)
    of = {**row, "section": section, "analysis_id": analysis_id, "statistic": statistic, "measure": measure}
    return told.words("result.further.adjusted_p", what=told.label(of))


def _model(row: Row, told: ResultWords) -> str:
    """The model, by the name that stands behind the section's."""
    name = row["analysis_id"].partition(".")[2]
    return told.words.told(told.names.models.get(name, name))


def _called(row: Row, told: ResultWords) -> str:
    return told.words.told(told.names.further.get(row["analysis_id"], row["analysis_id"]))


def further_response(row: Row, told: ResultWords) -> str:
    """Responders and others as the groups of a measurement: one of them, or one against the other."""
    level, reference = (
        told.words(f"result.further.response.{row[key]}") if row[key] else "" for key in ("level", "reference_level")
    )
    return told.words("result.model.versus", level=level, reference=reference) if reference else level


# By section: what its rows are about.
SUBJECTS: dict[str, Callable[[Row, ResultWords], str]] = {
    "curves": _endpoint,
    "shares": _response,
    "measured": _called,
    "cut_point": _called,
    "selection": _model,
    "fitted": _model,
    SEVERAL_TESTS: _called,
}
FURTHER = tuple(SUBJECTS)
