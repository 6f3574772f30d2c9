"""An explanation in words for the screen. Values and subjects are told only where records are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flows.say import counted
from flows.why.attributed import AttributedCause, AttributedResult, attributed_results
from flows.why.explain import Explanation
from transforms.attribution import Change

MOST_CAUSES = 10
NOT_ATTRIBUTED = "curves, other definitions and the comparison with other studies follow from the same changes and are not attributed"


def explanation_lines(found: Explanation, *, records: bool, hints: bool = True) -> Iterator[str]:
    """What differs between the nights, then each result asked about with what moved it. hints: options of `cartrove why` that show more."""
    yield found.study_id
    yield f"  from         {found.before.words}"
    yield f"  to           {found.after.words}"
    yield f"  code         {_code_in_words(found)}"
    yield f"  study files  {_study_files_in_words(found)}"
    yield f"  records      {_changes_in_words(found.changes)}"
    yield f"  results      {counted(found.moved.height, 'result')} moved"
    for number, curve in enumerate(_curves_in_words(found)):
        yield f"  {'' if number else 'curves':<12} {curve}"
    if found.moved.height or found.curves.height:
        yield f"  {'':<12} {NOT_ATTRIBUTED}"
    if found.moved.height and found.asked.is_empty():
        yield "  of those asked about, none"
    for result in attributed_results(found):
        yield ""
        yield from _result_lines(result, records)
    if not hints:
        return
    if any(len(cause.subjects) > 1 for cause in found.causes):
        number = sum(len(cause.subjects) for cause in found.causes)
        yield ""
        yield f"{number:,} subjects changed, and those of a site were replayed together; --singly {number} replays each by itself"
    if found.causes and not records:
        yield ""
        yield "subjects and values: --records"
    if (others := found.moved.height - found.asked.height) > 0:
        yield f"{counted(others, 'further result')} moved; --result WORDS explains those whose label has the words, --result all all"


def _code_in_words(found: Explanation) -> str:
    sides = [side for side in (found.before, found.after) if side.other_code]
    if not sides:
        return "the same"
    gone = [side for side in sides if side.published is None]
    by_code = "changed; what the old code published is held against today's code on the same inputs"
    return (
        f"changed, but the tables of {gone[0].words} are gone or of an earlier version; its numbers are those of today's code"
        if gone
        else by_code
    )


def _study_files_in_words(found: Explanation) -> str:
    return f"changed: {', '.join(found.study_parts_changed)}" if found.study_parts_changed else "the same"


def _changes_in_words(changes: Sequence[Change]) -> str:
    """How many records of each table came, changed and went, by site."""
    if not changes:
        return "the same"
    counts: dict[tuple[str, str, str], int] = {}
    for change in changes:
        key = (change.site_id, change.domain, change.kind)
        counts[key] = counts.get(key, 0) + 1
    numbers: dict[str, dict[str, list[str]]] = {}
    for (site_id, domain, kind), number in sorted(counts.items()):
        numbers.setdefault(site_id, {}).setdefault(domain, []).append(f"{number:,} {kind}")
    return "; ".join(
        f"{site_id}: " + ", ".join(f"{domain} {' '.join(kinds)}" for domain, kinds in domains.items())
        for site_id, domains in numbers.items()
    )


def _curves_in_words(found: Explanation) -> Iterator[str]:
    """Where each curve moved most, in percent points."""
    for row in found.curves.iter_rows(named=True):
        curve = f"{row['analysis_id']} {row['statistic'].replace('_', ' ')}"
        yield f"{curve} {100 * row['distance']:+.1f} at {row['time_months']:.1f} months, where it moved most"


def _result_lines(result: AttributedResult, records: bool) -> Iterator[str]:
    yield f"{result.label}: {result.shown(result.before)} -> {result.shown(result.after)}{_total(result)}"
    if result.code != 0:
        yield f"  {result.change(result.code):>10}             code"
    if result.study_files != 0:
        yield f"  {result.change(result.study_files):>10}             study files"
        for name, alone in result.study_parts:
            yield f"  {result.change(alone):>10}               {name}, alone"
    if not result.causes:
        return
    yield f"  {'alone':>10}  {'in order':>9}  records"
    for cause in result.causes[:MOST_CAUSES]:
        yield from _cause_lines(result, cause, records)
    if further := result.causes[MOST_CAUSES:]:
        yield f"  {'':>10}  {result.change(sum(c.in_order or 0 for c in further)):>9}  {counted(sum(len(c.subjects) for c in further), 'further subject')}"
    if result.interaction:
        yield f"  {result.change(result.interaction):>10}  {'':>9}  interaction: what the changes do together beyond what each does alone"


def _total(result: AttributedResult) -> str:
    return "" if result.total is None else f" ({result.change(result.total)})"


def _cause_lines(result: AttributedResult, cause: AttributedCause, records: bool) -> Iterator[str]:
    alone, in_order = result.change(cause.alone), result.change(cause.in_order)
    whole = f"  {alone:>10}  {in_order:>9}  "
    parts = cause.parts
    if len(parts) == 1:
        yield whole + _in_words(parts[0].change)
    else:
        many = len(cause.subjects) > 1
        one = f"subject {cause.subjects[0]}" if records else "a subject"
        subject = f"{len(cause.subjects):,} subjects together" if many else one
        number = len(cause.changes)
        yield (
            whole
            + f"{cause.site_id}  {subject}: {counted(number, 'record')}"
            + ("" if parts or many else ", only together")
        )
    if records and len(parts) == 1:
        yield from _values(parts[0].change)
    for part in parts if len(parts) > 1 else []:
        yield f"  {result.change(part.alone):>10}  {'':>9}    {_in_words(part.change)}"
        if records:
            yield from _values(part.change)


def _in_words(change: Change) -> str:
    file, sheet, row = change.place
    columns = f" ({', '.join(change.columns)})" if change.kind == "changed" else ""
    where = file.removeprefix(f"{change.site_id}/") + (f" {sheet}" if sheet else "")
    return f"{change.site_id}  {change.domain} {change.kind}{columns}: {where} row {row}"


def _values(change: Change) -> Iterator[str]:
    """The subject, and its values: as they were and are, or of a record that came or went as it is or was."""
    before, after = change.before or {}, change.after or {}
    own = [name for name in change.columns if name != "subject_id"]
    if change.kind == "changed":
        values = [f"{name} {_text(before[name])} -> {_text(after[name])}" for name in own]
    else:
        values = [f"{name} {(after or before)[name]}" for name in own]
    yield f"{'':>27}subject {change.subject_id}: {', '.join(values)}"


def _text(value: object) -> str:
    return "blank" if value is None else str(value)
