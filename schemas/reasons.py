"""Why a number is missing, or what it has to be read with: codes with arguments, and the sentence of each.

A reason is kept as its code and arguments, and said in the reader's language last. In the library it reads as its sentence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Self

# A key, a number, or several keys.
Argument = str | int | float | Sequence[str]


class Reason(str):
    """A sentence without a full stop that knows what it was made of: `code`, in SENTENCES, and `arguments`."""

    __slots__ = ("arguments", "code", "parts")
    code: str
    arguments: Mapping[str, Argument]
    parts: tuple[Reason, ...]

    def __new__(cls, code: str, arguments: Mapping[str, Argument]) -> Self:
        """The reason of a code. KeyError for a code or an argument that is none."""
        shown = {
            name: value if isinstance(value, str | int | float) else ", ".join(value)
            for name, value in arguments.items()
        }
        made = super().__new__(cls, SENTENCES[code].format(**shown))
        made.code, made.arguments, made.parts = code, dict(arguments), (made,)
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        """Reasons travel between processes as what they were made of."""
        return (together, self.parts) if len(self.parts) > 1 else (Reason, (self.code, dict(self.arguments)))

    @property
    def arguments_text(self) -> str:
        """The arguments as JSON, in the order of their names."""
        return json.dumps(self.arguments, ensure_ascii=False, sort_keys=True)


def reason(code: str, **arguments: Argument) -> Reason:
    """A reason of SENTENCES, with its arguments; numbers of numpy become plain ones."""
    return Reason(code, {name: _plain(value) for name, value in arguments.items()})


def together(*reasons: Reason | None) -> Reason | None:
    """Several reasons as one, each kept in `parts`; None where there is none."""
    found = tuple(part for said in reasons if said is not None for part in said.parts)
    if len(found) < 2:
        return found[0] if found else None
    made = str.__new__(Reason, "; ".join(found))
    made.code, made.arguments, made.parts = "", {}, found
    return made


def coded(said: str | None) -> tuple[Reason, ...]:
    """The reasons of an estimator, each by its code. TypeError for a sentence without one, which no result may hold."""
    if not said:
        return ()
    if not isinstance(said, Reason):
        raise TypeError(f"a result can't hold a reason without a code: {said}")
    return said.parts


def _plain(value: Argument) -> Argument:
    if isinstance(value, list | tuple):
        return tuple(map(str, value))
    return value.item() if hasattr(value, "item") else value  # type: ignore[no-any-return]


SENTENCES: dict[str, str] = {
    "before_landmark": "{n} had the event and {censored} were censored before",
    "below_fewest_events": "{n} events, fewer than the {least} the protocol asks for",
    "bounded_day_0": "day 0 of {n} of {of} subjects is known within bounds only",
    "bounded_days": "{n} of {of} event dates are known within bounds only, as the protocol has no imputation rule for {columns}",
    "chosen_later": "subjects are chosen by {known}, which follows day 0: the time between can hold no event",
    "consent_unknown": "consent of {n} of {of} subjects may have been taken back on an unknown day; their records are used",
    "constant_quantity": "a quantity is the same in all subjects",
    "covariate_known_later": "{factor} is known only after the time origin in {n} subjects, so it must enter as time-dependent",
    "covariates_left_out": "left out, as subjects do not differ in it (when an event happened) or as it repeats other covariates: {names}",
    "covariates_unknown": "no subject has all covariates known",
    "cox_does_not_converge": "the Cox model does not converge",
    "dated_after_export": "{n} of {of} events are dated after the export that tells of them",
    "data_derived": "the cut was chosen by these data, which flatters it",
    "detail_unknown": "not known in {n} of {of} subjects, who are left out",
    "disputed": "{n} of {of} doses are counted as reported, under an open question to the site",
    "differs_censored": "censored at: {own}, published {other}",
    "differs_day_0": "day 0: {own}, published {other}",
    "differs_events": "events: {own}, published {other}",
    "differs_known_from": "population known from: {own}, published {other}",
    "differs_transplant": "transplant: {own}, published {other}",
    "empty_group": "a group has no subjects, so the groups cannot be compared",
    "empty_group_no_difference": "a group has no subjects, so there is no difference",
    "empty_group_no_shift": "a group has no subjects, so there is no shift to estimate",
    "enters_as_time_dependent": "{factor} is known only after day 0: it enters models as time-dependent",
    "event_unknown": "in {n} of {of} subjects it is unknown whether the event happened",
    "exact_at_bound": "exact interval, as a Wald interval has no width at {share:.0%}",
    "everybody_exposed": "everybody is exposed",
    "expected_below_five": "an expected count is below 5: the exact test is to be preferred",
    "exposure_unknown": "in {n} of {of} subjects it is unknown whether they were transplanted: they count as not",
    "few_events": "few events for the coefficients ({n} for {coefficients}, {share:.1f} per coefficient; at least {least} are advised): estimates may be unstable",
    "firth_cox": "the likelihood has no maximum ({names}): Firth-penalized estimates",
    "firth_does_not_converge": "even the Firth-penalized model does not converge",
    "firth_logistic": "the outcome is separated by {names}: Firth-penalized estimates",
    "firth_too_few": "even the Firth-penalized model cannot be fitted: too few subjects or events",
    "firth_too_few_for_covariates": "even the Firth-penalized model cannot be fitted: too few subjects or events for these covariates",
    "flip_gains": "the comparison gains p < {level:g} when so many outcomes change",
    "flip_loses": "the comparison loses p < {level:g} when so many outcomes change",
    "follow_up_not_reached": "median follow-up not reached: {n} of {of} subjects are censored",
    "graded_on": "{scale}",
    "half_life_fit": "{n} samples, adjusted r-squared {r:.3f}",
    "happening_not_told": "no export of the sites of {n} of {of} subjects has records of {known}",
    "immortal_group": "{factor} is dated after day 0 in {n} of {of} subjects: as a fixed group it would give them immortal time",
    "immortal_time": "immortal time: {n} of {of} count as exposed from day 0, but were found so only after {span} months; the time-dependent ratio is the one to read",
    "immortal_time_late": "immortal time: {n} of {of} count as exposed from day 0, but were found so only after {span} months, {late} of them not before the event or the end of follow-up; the time-dependent ratio is the one to read",
    "interval_undefined": "{interval} interval undefined at {rate:g}",
    "last_detected": "last detected on day {day:g}",
    "last_sample_detectable": "detectable in the last sample: censored there",
    "level_unknown": "the level of {n} of {of} subjects is unknown, so they are left out",
    "logistic_does_not_converge": "the logistic model does not converge",
    "no_delays": "no event whose delay is known",
    "delays_not_comparable": "all events that could be compared were reported with one delay, so nothing is known of shorter ones",
    "no_event_reported": "no event is reported, so nothing is known of how often it happens",
    "not_at_risk_when_caught_up": "nobody may be at risk at {time:g}, even once reports are in",
    "history_short": "{n} events whose delay is known; {least} are needed: exports tell of too few events that happened since the first",
    "too_large_to_catch_up": "not computed beyond {n} subjects",
    "expected_only": "an estimate of this figure once late reports are in, from {draws} draws, and no result by itself; the interval is that of what reports may still change",
    "delays_of_all_sites": "of {n} of {of} sites fewer than {least} events have a known delay: the delays of all sites stand for theirs",
    "near_positivity": "a subject stands for others with the inverse of a probability of {probability:.2f}: the weights hang on few",
    "never_in_remission": "{n} of {of} subjects were never in remission and count as free of relapse until they die",
    "no_common_time": "no time at which an event happened while two groups were at risk",
    "no_correlation_interval": "no interval: three subjects, or a perfect correlation",
    "no_covariate_differs": "no covariate differs between subjects at risk when an event happened",
    "no_covariate_on_day_0": "no covariate is known on day 0",
    "no_denominator": "no subjects to take the proportion of",
    "no_event_before_horizon": "no event in either group before the horizon",
    "no_event_expected": "the published curve lets expect no event in the cohort's follow-up",
    "no_event_of_cause": "no event of cause {cause} in any group",
    "no_events": "no events in any group",
    "no_events_no_cut": "no events, so no cut can separate survival",
    "no_events_with_covariates": "no events among the subjects with all covariates known",
    "no_known_value": "no subject has a known value",
    "no_maximum": "the likelihood has no maximum: events lie on one side of {names}",
    "no_pairs_no_difference": "no subject has both, so there is no difference",
    "no_pairs_no_shift": "no subject has both, so there is no shift to estimate",
    "no_positive_value": "no subject has a positive value",
    "no_rate_above_0": "no rate above 0",
    "no_row_fits": "no row of the results fits the keys given for it",
    "no_sample": "no sample",
    "no_split": "the values allow no split into two groups of the size asked for",
    "no_subject_differs": "no subject differs between the two, so they cannot be compared",
    "no_subjects": "no subjects",
    "nobody_alive": "no subject is alive at last contact",
    "nobody_observed": "nobody is under observation then",
    "nobody_in_state": "nobody is under observation in that state then",
    "nobody_ever": "no subject is ever {state}",
    "no_positivity": "at a level of {names} nobody, or everybody, is exposed in time: no weights can stand for who is missing",
    "covariates_missing": "{n} of {of} subjects lack a covariate and are left out of the regression",
    "equations_without_solution": "the estimating equations have no solution",
    "none_to_leave_out": "fewer than two subjects: none can be left out",
    "scored_on_own_subjects": "scored on the subjects the model was fitted to, which flatters it",
    "stratified_by": "compared within strata of {names}",
    "stratum_unknown": "the stratum ({names}) of {n} of {of} subjects is unknown, so they are left out",
    "too_many_ties": "exact ties of up to {n} events would take too long: take Efron's",
    "no_finite_model": "the model has no finite estimate in these subjects, so nothing can be said of what it promises",
    "resamples_failed": "{n} of {of} resamples had no finite estimate and are left out",
    "nobody_exposed": "nobody is exposed",
    "single_exposed": "one subject alone is exposed: robust errors would rest on it",
    "not_at_risk": "no subject was at risk at {time:g}; the last was at {last:g}",
    "not_compared": "{n} of {of} subjects not compared, as it is unknown whether they had the event",
    "not_fragile": "no {n} changed outcomes carry p across {threshold:g}",
    "not_reached": "not reached: the curve ends at {end:.3g}, above {level:.3g}",
    "infusion_unknown": "of {n} subjects it is unknown whether an infusion was given, so they may belong here and are not counted",
    "nothing_quantified": "nothing above the limit of quantification",
    "nothing_remains": "nothing remains when one unit is left out",
    "one_event_time": "all events fall on one time, so no change over time can be seen",
    "one_event_time_no_cut": "all events fall on one time with all subjects at risk: no cut can separate survival",
    "one_group": "fewer than two groups have subjects, so there is nothing to compare",
    "one_positive_value": "fewer than two subjects have a positive value",
    "one_subject_on_a_side": "one subject on a side: no interval",
    "not_followed_after": "of {n} of {of} subjects no time at risk is known",
    "of_nobody": "{records} records of no known subject, not counted: {n}",
    "other_scale": "{n} graded on another scale not counted",
    "perfect_correlation": "a perfect correlation",
    "population_unknown": "{n} of {of} subjects are not counted, as it is unknown whether they belong to the population",
    "profile_bound_not_found": "a bound of the profile-likelihood interval was not found",
    "profile_cut": "cut on day {day:g} by a further infusion or transplant, before day {end:g}",
    "profile_ends": "the last sample, on day {day:g}, is quantified, and day {end:g} was not reached",
    "profiles_not_estimable": "not estimable in {n} of {of}",
    "published_rates": "the published rates are taken as exact; patients, supportive care and follow-up differ, which no test here sees",
    "care_not_collected": "no site sends records of it",
    "care_not_told": "no export of the sites of {n} of {of} subjects has records of {treatment}",
    "scales_together": "worst grades of several scales: {scales}",
    "records_not_told": "no export of the sites of {n} of {of} subjects has {records}",
    "refits": "range over {n} refits, not a confidence interval",
    "refits_not_estimable": "not estimable in {n}",
    "response_unknown": "the response of {n} of {of} subjects is unknown, so they are left out",
    "result_not_estimable": "the result itself is not estimable",
    "samples_unknown": "{n} samples whose result is unknown left out",
    "rows_unread": "{n} rows set aside whole may be about these subjects",
    "same_covariates": "all subjects have the same covariate values",
    "same_outcome_in_groups": "all subjects of both groups have the same outcome, so the groups cannot be compared",
    "same_outcome_no_trend": "all subjects have the same outcome, so there is no trend to test",
    "same_outcome_nothing_to_tell": "all subjects have the same outcome, so there is nothing to tell apart",
    "same_outcome_with_covariates": "all subjects with known covariates have the same outcome",
    "same_score_no_trend": "all subjects have the same score, so there is no trend to test",
    "same_value": "all subjects have the same value, so the groups cannot be compared",
    "same_value_no_cut": "all subjects have the same value, so there is no cut",
    "samples_do_not_fall": "the last samples do not fall",
    "test_not_estimable": "the test itself is not estimable",
    "test_without_variance": "too few events while the groups were at risk together: the test has no variance",
    "too_few_after_peak": "{n} quantified samples after the peak; a half-life needs {least}",
    "too_few_clusters": "too few clusters for robust errors: there must be more clusters than coefficients",
    "nobody_left": "nobody was left at risk at {time:g}, before others came under observation: the curve says nothing of these",
    "table_too_large": "the table is too large for the exact test: take chi-square",
    "too_many_for_exact": "too many subjects to count the exact distribution: ask for the normal approximation",
    "too_many_pairs": "{first} x {second} pairs of subjects are too many to order",
    "too_many_pairs_within": "the pairs of {n} subjects are too many to order",
    "too_many_for_exact_interval": "too many subjects for an exact interval",
    "same_score_of_groups": "all groups have the same score, so there is no trend to test",
    "no_pair_won": "one group wins no pair, so there is no ratio",
    "one_subject_in_group": "one subject in a group: the ratio has no error",
    "all_fare_alike": "all subjects of a group fare alike: the ratio has no error",
    "pairs_not_listed": "{n} pairs, more than {most}: they are counted and not listed one by one",
    "no_time_at_risk": "no time at risk",
    "no_event_in_second_group": "no event in the second group, so there is no ratio to its rate",
    "no_event_by_then": "no event by then: no interval",
    "events_not_coded": "{n} of {of} events have no term of the trial's coding list",
    "events_unsure": "{n} further records may be such an event: day, kind, grade or occurrence is not known",
    "dlt_unknown": "of {n} of {of} subjects it is not known whether a limiting toxicity occurred in the window",
    "cohort_short": "{n} of {of} subjects of the cohort",
    "next_cohort_early": "the next cohort began {days} days before this one could be judged",
    "design_silent": "{x} of {n} with a limiting toxicity: the design says nothing of so many subjects",
    "dose_escalate": "escalate",
    "dose_stay": "stay",
    "dose_de_escalate": "de-escalate",
    "dose_eliminate": "eliminate this dose and those above it",
    "dose_by_counts": "{x} of {n} with a limiting toxicity at this level",
    "dose_by_boundaries": "{x} of {n} with a limiting toxicity at this level; boundaries {up:.3f} and {down:.3f}",
    "dose_by_model": "modelled probability of toxicity {rate:.3f}, target {target:g}",
    "no_lower_level": "there is no lower level",
    "no_higher_level": "there is no higher level",
    "trial_too_large": "more than {most} subjects would be needed",
    "no_stopping_boundary": "no number of events among {n} subjects stops the trial",
    "no_two_stage_design": "no design of up to {most} subjects keeps alpha and power",
    "stopping_crossed": "{events} events among the first {n} subjects, where {stop} stop the trial; reached on {day} ({cells})",
    "stopping_within": "{events} events among {n} subjects; {stop} would stop the trial",
    "stopping_not_looked_at": "{n} subjects known so far; the first look is at {first}",
    "stopping_beyond_plan": "{n} subjects known; the boundary ends at {planned}",
    "stopping_possible": "if the {n} subjects not yet known had events, those of {of} would stop the trial",
    "interim_by_spending_obrien_fleming": "Lan-DeMets spending, O'Brien-Fleming type, {n} planned, error {alpha:g}",
    "interim_by_spending_pocock": "Lan-DeMets spending, Pocock type, {n} planned, error {alpha:g}",
    "interim_by_obrien_fleming": "O'Brien-Fleming boundary, {n} planned, error {alpha:g}",
    "interim_by_pocock": "Pocock boundary, {n} planned, error {alpha:g}",
    "interim_sides_one": "one-sided: z is positive where the result is better, and only that stops",
    "interim_sides_two": "two-sided: z is positive where the result is better",
    "interim_looked": "{n} of {of} planned, on {day}",
    "interim_looked_first": "the first {n} of {of} planned",
    "interim_not_due": "not due: {n} so far, the look is at {of}",
    "interim_day_to_come": "not due: nobody was followed to {day} yet",
    "interim_no_look_due": "no look is due yet",
    "interim_crossed": "{rule}: bound crossed at look {look}, at {n} of {of} planned",
    "interim_within": "bound not crossed up to look {look}",
    "interim_complete": "all of the planned information is there",
    "interim_nothing_yet": "no information yet",
    "stage_open": "{n} of the {of} subjects of the first stage so far",
    "stage_stops": "{n} responses, no more than {most}: the first stage says to stop",
    "stage_goes_on": "{n} responses, more than {most}: the first stage says to go on",
    "stages_not_as_planned": "planned were {first} subjects and {n} in all, {own} are counted",
    "went_on": "the trial went on although the first stage said to stop",
    "too_few_events": "too few events",
    "too_few_for_level": "too few subjects for an interval of this level",
    "too_few_pairs": "{n} subjects have both quantities; a correlation needs at least three",
    "too_few_rows_or_columns": "fewer than two rows or columns have subjects, so there is nothing to compare",
    "too_few_times_for_errors": "too few different event times for the errors of a Fine-Gray model",
    "too_large_to_refit": "not computed beyond {n} subjects, where no headline rests on single ones",
    "withheld_by_consent": "records of {n} of {of} subjects from after consent was taken back are not used",
    "common_ratio_infinite": "the common odds ratio is infinite",
    "curve_at_bound": "a curve stands at 0 or 1 at {time:g}, where its error is unknown",
    "firth_no_wald": "the model is Firth-penalized, where Wald's inference fails: fit it with another reference",
    "no_ratio_of_means": "no event in a group before the horizon, or no time free of it: no ratio",
    "no_ratio_to_nobody": "nobody of the second group has the outcome, so there is no ratio to its share",
    "no_telling_table": "in no table do two groups with different outcomes meet",
    "nobody_between": "no subject was at risk after {given:g} and until {time:g}; the last was at {last:g}",
    "nobody_no_interval": "nobody of the first group has the outcome: no interval",
    "odds_ratio_infinite": "the odds ratio is infinite: all that could be in one cell are there",
    "ratio_zero_no_interval": "no interval: the ratio is 0",
    "too_many_to_permute": "{n} subjects are too many to permute: ask for lausen-1994",
    "weights_zero": "all weights are 0",
    "silent_tables": "{n} of {of} sites say nothing, as a group has no subjects or all have the same outcome",
    "one_telling_table": "fewer than two sites say something",
    "tests_left_out": "{n} of {of} tests of the family are not estimable and count for nothing",
    "lower_is_positive": "responders have the lower values: those below the cut are called responders",
    "covariates_selected": "{n} of {of} covariates were selected by p < {limit:g} of each alone, so that p values and intervals of this model are too small",
    "none_selected": "no covariate has p < {limit:g} alone",
    "kept_by_screen": "kept: p < {limit:g}",
    "dropped_by_screen": "left out: p not below {limit:g}",
    "without_positive_value": "{n} without a positive value left out",
    "reach_asks_more": "an infusion, a therapy or a whole record is missing, and its answers can't be listed",
    "reach_derived_otherwise": "the subject's endpoints hang on records of others",
    "reach_no_bounds": "no bounds are known of the day that is asked for",
    "reach_no_record": "the question is about a row, a column or a file, of which no record was made",
    "reach_nobody": "nobody can know whose record it is",
    "reach_text": "the answer is a free text",
}
