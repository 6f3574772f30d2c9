"""A row of results in words: its label, who is counted, and what it is split by, from its keys and the names of its study.

Words come last: nothing selects, compares or takes apart what is made here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from schemas.death_classes import SECTION as DEATHS
from schemas.language import Language
from schemas.protocol.further import RESPONSE_GROUPS
from schemas.reasons import Argument
from schemas.tables.results import SETS, WORDS
from transforms.words import care, estimands, lateness, safety
from transforms.words.further import FURTHER, further_line, further_response, further_subject
from transforms.words.names import Names
from transforms.words.reasons import said_reasons
from transforms.words.words import Words

Row = Mapping[str, Any]
# The words of a row, beside its keys.
WORDED = tuple(column.name for column in WORDS)
CODES = "codes"
ANY_GRADE = 1
PROPORTIONAL_HAZARDS = "proportional_hazards"
# Of one level of a factor against another, in a comparison of an endpoint by group.
HAZARD_RATIOS = ("hazard_ratio", "subdistribution_hazard_ratio")


def worded(analysis: pl.DataFrame, reasons: pl.DataFrame, names: Names, words: Words) -> pl.DataFrame:
    """Rows of results.analysis with label, population, group_name, group_level and note in a language.

    reasons: rows of results.reason. `codes` holds those of each row, for whoever has to choose by them.
    """
    told, said = ResultWords(names, words), _by_result(reasons)
    rows = []
    for row in analysis.iter_rows(named=True):
        why = said.get(str(row.get("result_id")), [])
        rows.append((*told.of(row), said_reasons(why, told.words), *told.how(row), [code for code, _ in why]))
    schema: dict[str, pl.DataType] = {**dict.fromkeys(WORDED, pl.String()), CODES: pl.List(pl.String)}
    return analysis.with_columns(pl.DataFrame(rows, schema=schema, orient="row"))


def _by_result(reasons: pl.DataFrame) -> dict[str, list[tuple[str, dict[str, Argument]]]]:
    """Code and arguments of the reasons of each row, in their order."""
    found: dict[str, list[tuple[str, dict[str, Argument]]]] = {}
    for result_id, code, arguments in reasons.sort("position").select("result_id", "code", "arguments").iter_rows():
        found.setdefault(result_id, []).append((code, json.loads(arguments)))
    return found


def with_wording(analysis: pl.DataFrame, wording: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Rows of results.analysis with their words, from rows of results.wording."""
    said = wording.filter(language=language).select("study_id", "result_id", *WORDED)
    return analysis.join(said, on=["study_id", "result_id"], how="left", maintain_order="left", validate="1:1")


def without_unit(name: str, unit: str) -> str:
    """A name that ends with its unit, without it, for whoever says the unit himself."""
    return name.removesuffix(f" ({unit})")


class ResultWords:
    """The words of a study's results in one language."""

    def __init__(self, names: Names, words: Words) -> None:
        self.names: Names = names
        self.words: Words = words.calling(names)
        self._labels: dict[str, Callable[[Row], str]] = {
            "disposition": self._flow,
            "baseline": self.group,
            "response": self._response,
            "toxicity": self._toxicity,
            "paired": self._paired,
            "followup": lambda row: self._say(f"follow_up.{row['measure']}"),
            "survival": self._outcome,
            "competing": self._outcome,
            "relapse": self._loss,
            "death": self._loss,
            "model": self._model,
            "kinetics": self._kinetics,
            "fragility": self._fragility,
            "definitions": self._definition,
            "benchmark": self._benchmark,
            **dict.fromkeys(FURTHER, self._further),
            **self._sayings(estimands.LABELS | safety.LABELS | care.LABELS | lateness.LABELS),
        }
        self._groups: dict[str, Callable[[Row], str]] = {
            "baseline": lambda row: self._say(f"characteristic.{row['measure']}", **self.infusions(row)),
            "toxicity": self._event,
            "paired": self._event,
            "relapse": lambda row: self._say(f"loss.{row['measure']}"),
            "death": lambda row: self._say(f"loss.{row['measure']}"),
            "model": lambda row: self._say("model.all_covariates") if row["statistic"] == PROPORTIONAL_HAZARDS else "",
            "kinetics": self.profile,
            "definitions": self._origin,
            **self._sayings(estimands.GROUPS | safety.GROUPS | care.GROUPS | lateness.GROUPS),
            "benchmark": lambda row: str(row["compared_study"]),
        }
        self._levels: dict[str, Callable[[Row], str]] = {
            "response": lambda row: "" if row["statistic"] == "comparison" else self._category(row),
            "toxicity": self._grade,
            "paired": lambda row: self._grade(row) if row["term"] else "",
            "followup": lambda row: self._say(f"follow_up.way.{row['measure']}"),
            "model": self.contrast,
            "survival": self.contrast,
            "competing": self.contrast,
            "kinetics": lambda row: self._between(row) if row["other_infusion"] else self._parameter(row),
            "definitions": lambda row: self._definition_words(row["definition"]) if row["definition"] else "",
            **dict.fromkeys(FURTHER, self.held_against),
            **self._sayings(estimands.LEVELS | safety.LEVELS | care.LEVELS),
            "benchmark": lambda row: self.words.told(
                self.names.others.get((row["compared_study"], row["compared_endpoint"]), row["compared_endpoint"])
            ),
        }

    def _sayings(self, sayings: Mapping[str, estimands.Saying]) -> dict[str, Callable[[Row], str]]:
        return {section: self._of_this_study(say) for section, say in sayings.items()}

    def _of_this_study(self, say: estimands.Saying) -> Callable[[Row], str]:
        return lambda row: say(row, self)

    def of(self, row: Row) -> tuple[str, str, str, str]:
        """Label, population, group and level of a row."""
        return self.label(row), self.population(row), self.group(row), self.level(row)

    def how(self, row: Row) -> tuple[str, str, str]:
        """Method, test and unit of a row."""
        # What moved between two nights has keys alone.
        methods = (self.words.method(row.get(name) or "") for name in ("method", "p_method"))
        return *methods, self.words.unit(row.get("unit"))  # type: ignore[return-value]

    def label(self, row: Row) -> str:
        """The row in words."""
        return self._labels[row["section"]](row)

    def population(self, row: Row) -> str:
        """Who is counted; of a model, how its covariates enter."""
        if row["fit"]:
            return self._fit(row)
        analysis_set = row["analysis_set"]
        if analysis_set in self.names.populations:
            return self.words.told(self.names.populations[analysis_set])
        return self._say(f"set.{analysis_set}") if analysis_set in SETS else str(analysis_set)

    def group(self, row: Row) -> str:
        """What the row is about or split by: a factor, an adverse event, a profile; empty for all subjects."""
        if row["factor"]:
            return self.words.factor(row["factor"])
        find = self._groups.get(row["section"])
        return find(row) if find else ""

    def level(self, row: Row) -> str:
        """The level within its group; of a model, the contrast."""
        if row["level"] and row["section"] == "disposition":
            if row["analysis_id"] == "populations":
                return self._say(f"exclusion.{row['level']}")
            return self._say(f"flow.reason.{row['level']}")
        if (row["section"], row["level"]) == ("death", "not_reported") or (row["section"] == DEATHS and row["level"]):
            return self._say(f"loss.{row['level']}")
        if row["section"] == "measured" and row["factor"] == RESPONSE_GROUPS:
            return further_response(row, self)
        if row["level"] and row["section"] != "model" and not row["reference_level"]:
            return self.words.told(row["level"])
        find = self._levels.get(row["section"])
        return find(row) if find else ""

    def _say(self, key: str, **values: object) -> str:
        return self.words(f"result.{key}", **values)

    def responders(self, row: Row) -> str:
        """The responses that count, of the infusion a row is about."""
        return self.words.told("/".join(self.names.windows[row["infusion"]].responders))

    def _flow(self, row: Row) -> str:
        if row["analysis_id"] == "populations":
            return self._say(f"populations.{row['measure']}", population=self.population(row), why=self.level(row))
        if row["infusion"] is None:
            return self._say(f"flow.{row['measure']}")
        window = self.names.windows.get(row["infusion"])
        responders = self.responders(row) if window else ""
        day = window.day if window else ""
        infusions = self.infusions(row)
        return self._say(f"flow.{row['measure']}", day=day, responders=responders, reason=self.level(row), **infusions)

    def _response(self, row: Row) -> str:
        if row["statistic"] == "comparison":
            return self._say("response.by", factor=self.words.within(self.group(row)))
        response = self.level(row)
        day = self.names.windows[row["infusion"]].day
        return self._say("response.of", response=response, day=day, **self.infusions(row))

    def _category(self, row: Row) -> str:
        if row["measure"] == "responders":
            return self.responders(row)
        return self._say(f"response.{row['measure']}", responders=self.responders(row))

    def _event(self, row: Row) -> str:
        """The adverse event, or what else is compared between two infusions."""
        return self.words.told(row["term"]) if row["term"] else self._say(f"paired.{row['measure']}")

    def _origin(self, row: Row) -> str:
        key = row["definition"].partition(".")[0]
        if key in self.names.beside:
            origin = self.names.beside[key]
            return self.words(f"origin.{origin.kind}", infusion=origin.infusion)
        return self.words.told(self.names.origins.get(key, key))

    def _toxicity(self, row: Row) -> str:
        return self._say("toxicity.after", term=self.group(row), what=self.level(row), **self.infusions(row))

    def _grade(self, row: Row) -> str:
        if row["grade"] is None or row["measure"] == "worst":
            return self._say(f"toxicity.{row['measure']}", grade=row["grade"])
        if row["grade"] == ANY_GRADE:
            return self._say("toxicity.any_grade")
        return self._say("toxicity.severe", grade=row["grade"])

    def _paired(self, row: Row) -> str:
        what = self.group(row)
        if row["term"]:
            what = self._say("paired.event", term=what, what=self.level(row))
        return self._say("paired.of", what=what, **self.infusions(row))

    def _loss(self, row: Row) -> str:
        return self._say("loss.of", what=self.group(row), level=self.level(row))

    def endpoint(self, row: Row) -> str:
        """The endpoint a row is about."""
        return self.words.told(self.names.endpoints.get(row["endpoint"], row["endpoint"]))

    def _outcome(self, row: Row) -> str:
        """An endpoint, at a time or its median, of all subjects, of a level, or compared between levels."""
        said = self.endpoint(row)
        if row["statistic"] in HAZARD_RATIOS:
            effect, factor = self.words(f"effect.{row['statistic']}"), self.words.within(self.group(row))
            return self._say("curve.ratio", endpoint=said, effect=effect, factor=factor, contrast=self.level(row))
        if row["level"]:
            said = self._say("curve.of_level", endpoint=said, factor=self.group(row), level=self.level(row))
        elif row["factor"]:
            said = self._say("curve.by", endpoint=said, factor=self.words.within(self.group(row)))
        if row["statistic"] == "competing_incidence" and row["time_months"] is not None:
            return self._say("curve.competing", what=said, months=row["time_months"])
        if row["statistic"] == "median_time":
            return self._say("curve.median", what=said)
        return self.at(said, row)

    def at(self, said: str, row: Row) -> str:
        """What was said, at the time of the row."""
        if row["time_months"] is None:
            return said
        return self._say("curve.at", what=said, months=row["time_months"])

    def _fit(self, row: Row) -> str:
        return self._say(f"fit.{row['fit']}", months=row["landmark_months"])

    def contrast(self, row: Row) -> str:
        """A level against another, or what stands in place of one."""
        if row["level"]:
            told = {
                name: self.words.told(row[key]) for name, key in (("level", "level"), ("reference", "reference_level"))
            }
            return self._say("model.versus", **told)
        return self._say(f"model.{row['measure']}") if row["measure"] else ""

    def _model(self, row: Row) -> str:
        factor = self.group(row)
        if row["statistic"] in (PROPORTIONAL_HAZARDS, "mantel_byar"):
            what = self._say(f"model.{row['statistic']}", factor=factor)
        elif row["fit"] in ("as_if_known", "landmark"):
            what = self._say("model.fitted", factor=factor, fit=self._fit(row))
        elif contrast := self.contrast(row):
            what = self._say("model.ratio", factor=factor, contrast=contrast)
        else:
            what = factor
        return self._say(
            "model.of", model=self.words.told(self.names.models.get(row["analysis_id"], row["analysis_id"])), what=what
        )

    def held_against(self, row: Row) -> str:
        """A level against another; of any other row nothing."""
        return self.contrast(row) if row["reference_level"] else ""

    def _further(self, row: Row) -> str:
        return self._say("further.of", what=further_subject(row, self), line=further_line(row, self))

    def profile(self, row: Row) -> str:
        """The profile of a quantity, or what else is correlated."""
        if not row["quantity"]:
            return self._say(f"kinetics.{row['measure']}")
        parts = {name: self.words.told(row[name]) for name in ("assay", "matrix")}
        return self._say("kinetics.profile", quantity=self._say(f"quantity.{row['quantity']}"), **parts)

    def _parameter(self, row: Row) -> str:
        rules = self.names.kinetics
        return self._say(f"kinetics.{row['measure']}", day=f"{rules.window_days:g}", rule=self.words.told(rules.auc))

    def _between(self, row: Row) -> str:
        return self._say("kinetics.peaks" if row["quantity"] else "kinetics.products", **self.infusions(row))

    def _kinetics(self, row: Row) -> str:
        if row["other_infusion"]:
            return self._say(f"kinetics.{row['statistic']}", between=self._between(row))
        return self._say("kinetics.of", parameter=self._parameter(row), profile=self.profile(row))

    def _fragility(self, row: Row) -> str:
        if row["statistic"] == "fragility_index":
            return self._say(
                "fragility.fragility_index", endpoint=self.endpoint(row), factor=self.words.within(self.group(row))
            )
        if row["endpoint"]:
            what = self._say("fragility.rate", endpoint=self.endpoint(row), months=row["time_months"])
        else:
            what = self._say("fragility.response", **self.infusions(row))
        return self._say(f"fragility.{row['statistic']}", what=what)

    def _definition(self, row: Row) -> str:
        said = self.at(self.endpoint(row), row)
        return said if row["definition"] else self._say(f"definition.{row['statistic']}", what=said, n=row["n"])

    def _definition_words(self, definition: str) -> str:
        _, transplant, censor_at, relapse = definition.split(".")
        return self._say(
            "definition.of",
            transplant=self._say(f"definition.transplant.{transplant}"),
            censor_at=self._say(f"definition.censor_at.{censor_at}"),
            relapse=self._say(f"definition.relapse.{relapse}"),
        )

    def _benchmark(self, row: Row) -> str:
        source = self.words.told(self.names.sources.get(row["compared_study"], row["compared_study"]))
        return self.at(self._say("benchmark", endpoint=self.endpoint(row), source=source), row)

    def infusions(self, row: Row) -> dict[str, object]:
        """The infusions a row is about, in words."""
        numbers = {"infusion": row["infusion"], "other": row["other_infusion"]}
        return {name: self.words.infusion(number) for name, number in numbers.items() if number is not None}
