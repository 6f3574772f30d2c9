"""The end of every night: its page in Prefect, and one message where there is news.

Nothing here may fail a night that is published; what can't be told is told in the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl
from prefect import Flow, get_run_logger
from prefect.client.schemas.objects import FlowRun, State
from prefect.context import FlowRunContext
from prefect.exceptions import MissingContextError
from prefect.logging import get_logger

from flows.news.addresses import report_address, run_address
from flows.news.artifacts import show_alarms, show_night
from flows.news.facts import read_facts, read_watches
from flows.news.notify import Delivery, send_message
from flows.news.page import render_night_page
from flows.night.night import Night
from flows.settings import Settings
from flows.study.outcome import StudyOutcome
from schemas.errors import CartroveError
from transforms.message import Message, render_message
from transforms.news import News, NightFacts, find_news
from transforms.words import words_in

_TOLD: set[Any] = set()


def tell_night(
    night: Night,
    last: NightFacts | None,
    outcomes: Sequence[StudyOutcome],
    alarms: pl.DataFrame,
    published: bool,
    failure: CartroveError | None,
) -> None:
    """Show the night in Prefect, and send its news to the receivers.

    last: the facts of the published file before tonight's replaced it. published: whether it was replaced.
    """
    try:
        news = _news(night, last, alarms, failure)
        deliveries, words = _send(night, news), words_in(night.settings.language)
        get_run_logger().info(render_message(news, words("message.night", day=night.as_of), {}, words).subject)
        show_alarms(alarms)
        show_night(
            render_night_page(night, news, outcomes, deliveries, published),
            report_address(night.settings, night.snapshot),
        )
    except Exception as error:  # noqa: BLE001 - the night is done; its telling must not undo it
        get_run_logger().critical("the night could not be told: %s", type(error).__name__)


def tell_failure(flow: Flow[..., Any], flow_run: FlowRun, state: State[Any]) -> None:  # noqa: ARG001 - so hooks are called
    """Tell of a run that failed before its night began: a hook for failed runs. Of crashed ones the server tells, see flows.server.automations."""
    settings = Settings()
    if flow_run.id in _TOLD or not settings.receivers:
        return
    error = state.result(raise_on_failure=False)
    why = str(error) if isinstance(error, CartroveError) else f"the run ended {state.name}"
    words = words_in(settings.language)
    _deliver(render_message(News(why), flow_run.name, _links(settings, None), words), settings)


def _news(night: Night, last: NightFacts | None, alarms: pl.DataFrame, failure: CartroveError | None) -> News:
    tonight = read_facts(night.published, night.settings.smallest_count, night.settings.language)
    if tonight is None or night.snapshot:
        return News(str(failure or ""))
    # A night that could not be published still knows which sites are silent.
    tonight = replace(tonight, alarms=alarms)
    watches = read_watches(night.settings, tonight.headlines["study_id"].unique())
    return find_news(last, tonight, str(failure or ""), watches)


def _send(night: Night, news: News) -> list[Delivery]:
    if context := FlowRunContext.get():
        _TOLD.add(context.flow_run.id if context.flow_run else None)
    if not news or not night.settings.receivers:
        return []
    words = words_in(night.settings.language)
    message = render_message(
        news, words("message.night", day=night.as_of), _links(night.settings, night.snapshot), words
    )
    return _deliver(message, night.settings)


def _deliver(message: Message, settings: Settings) -> list[Delivery]:
    deliveries = send_message(message, settings.receivers)
    for delivery in deliveries:
        if delivery.trouble:
            _logger().critical("%s was not told: %s", delivery.receiver, delivery.trouble)
    return deliveries


def _logger() -> Any:
    """The run's logger; Prefect's own where a hook runs after the run."""
    try:
        return get_run_logger()
    except MissingContextError:
        return get_logger("flow_runs")


def _links(settings: Settings, snapshot: str | None) -> dict[str, str]:
    run, words = run_address(), words_in(settings.language)
    reports = {words("message.reports"): report_address(settings, snapshot)}
    return reports | ({words("message.run"): run} if run else {})
