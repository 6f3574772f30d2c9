"""What a night tells, and to whom: a real webhook and a real mail server are told, once, of news alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from flows.runs.one_run import hold_workspace
from tests.flows.conftest import Place, make_place
from tests.flows.receivers import mailbox, webhook
from warehouse.published import read_run_summary

SALVAGE = "pan2019_cd22_salvage"
BLOCKS = "custom-webhook/cartrove, cartrove-mail/cartrove"
EXPORT = Path(SALVAGE) / "landing" / "boren" / "2019-02-28" / "CD22患者.csv"
MARKED = "十七岁零4711天"


@dataclass
class Told:
    """What one night told: the webhook's messages, the mails, and the artifacts by key; summary: what it published, by study."""

    failed: bool
    published: int
    messages: list[dict[str, Any]]
    mails: list[tuple[list[str], str, str]]
    artifacts: dict[str, Any] = field(default_factory=dict)
    summary: list[dict[str, Any]] = field(default_factory=list)


@pytest.fixture(scope="module")
def nights(prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Told]]:
    """The first night, one in which nothing came, one of news whose webhook refuses, and one that fails."""
    with pytest.MonkeyPatch.context() as patch, webhook() as hook, mailbox() as box:
        place = make_place(tmp_path_factory.mktemp("told"), patch, (SALVAGE,))
        patch.setenv("CARTROVE_NOTIFY", BLOCKS)
        patch.setenv("CARTROVE_REPORTS_URL", "https://hospital.example/cart/")
        _save_blocks(hook.url, box.port)

        seen: set[Any] = set()
        _artifacts(seen)

        def night(run: Callable[[], object] = place.run) -> Told:
            hook.received.clear()
            box.received.clear()
            failure = run()
            modified = place.settings.published.stat().st_mtime_ns
            summary = read_run_summary(place.settings.published).to_dicts()
            return Told(failure is not None, modified, [*hook.received], [*box.received], _artifacts(seen), summary)

        told = {"first": night(), "idle": night()}
        with hold_workspace(place.workspace):
            told["busy"] = night(_as_the_worker_runs_it)
        _bring_news(place)
        hook.answer = 503
        told["news"] = night()
        hook.answer = 200
        _break_export(place)
        told["failed"] = night()
        yield told


def _as_the_worker_runs_it() -> object:
    """The flow itself: the command would have seen that the workspace is held before it began one."""
    from flows.nightly import nightly

    state = nightly(return_state=True)
    return None if state.is_completed() else state


def _save_blocks(url: str, port: int) -> None:
    # Prefect reads its settings when it is imported, so not before its server is there.
    from prefect.blocks.notifications import CustomWebhookNotificationBlock

    from flows.server.mail import MailServer

    CustomWebhookNotificationBlock(
        name="cartrove", url=url, json_data={"subject": "{{subject}}", "body": "{{body}}"}
    ).save("cartrove", overwrite=True)
    MailServer(
        host="127.0.0.1",
        port=port,
        security="insecure",
        sender="cartrove@hospital.example",
        recipients=["dm@hospital.example", "stat@hospital.example"],
    ).save("cartrove", overwrite=True)


def _bring_news(place: Place) -> None:
    """A subject has died, an age can't be read, and the site owes an export since long."""
    export = place.studies / EXPORT
    text = export.read_bytes().decode("gb18030")
    alive = next(line for line in text.splitlines() if line.startswith("P03,"))
    assert alive.endswith("2019年2月23日,缓解,,")
    died = alive.replace("2019年2月23日,缓解,,", "2018年10月1日,缓解,2018年10月20日,感染")
    unread = next(line for line in text.splitlines() if line.startswith("P05,"))
    cells = unread.split(",")
    cells[3] = MARKED
    export.write_bytes(text.replace(alive, died).replace(unread, ",".join(cells)).encode("gb18030"))
    mapping = place.studies / SALVAGE / "sites" / "boren.yaml"
    mapping.write_text(mapping.read_text("utf-8") + "every_days: 30\n", "utf-8")


def _break_export(place: Place) -> None:
    (place.studies / EXPORT).write_text("nothing,like,the,mapping\n1,2,3,4\n", "utf-8")


def _artifacts(before: set[Any]) -> dict[str, Any]:
    """The data of the artifacts that were not there before, by key; they are there from then on."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import ArtifactSort

    with get_client(sync_client=True) as client:
        found = [
            artifact
            for artifact in client.read_artifacts(sort=ArtifactSort.CREATED_DESC)
            if artifact.id not in before and artifact.key
        ]
    before.update(artifact.id for artifact in found)
    return {str(artifact.key): artifact.data for artifact in found}


def test_each_cell_of_the_nights_table_stands_below_its_heading(nights: dict[str, Told]) -> None:
    told = nights["first"]
    head, (row,) = tables_of(told.artifacts["night"])[0]
    shown = dict(zip(head, row, strict=True))
    (study,) = told.summary
    assert study["rows_read"] > study["accepted"] > 0
    assert {name: shown[name] for name in head[2:]} == {
        "Subjects": f"{study['subjects']:,}",
        "Rows read": f"{study['rows_read']:,}",
        "Accepted": f"{study['accepted']:,}",
        "Quarantined": f"{study['quarantined']:,}",
        "Open questions": f"{study['queries']:,}",
        "Latest export": str(study["latest_extract"]),
    }


def test_each_cell_of_the_table_of_questions_stands_below_its_heading(nights: dict[str, Told]) -> None:
    told = nights["first"]
    (study,) = told.summary
    head, (row,) = tables_of(told.artifacts["night"])[1]
    assert dict(zip(head, row, strict=True)) == {
        "Study": SALVAGE, "Site": "boren", "New": f"{study['queries']:,}", "Persisting": "0", "Resolved": "0",
    }  # fmt: skip


def tables_of(page: str) -> list[tuple[list[str], list[list[str]]]]:
    """The head and the rows of each table of a page in Markdown."""
    tables = [part.splitlines() for part in page.split("\n\n") if part.startswith("| ")]
    cells = [[[cell.strip() for cell in line.strip("| ").split(" | ")] for line in table] for table in tables]
    return [(head, rows) for head, _, *rows in cells]


def test_one_message_tells_all_news_of_a_night(nights: dict[str, Told]) -> None:
    (message,) = nights["news"].messages
    assert "headlines moved" in message["subject"]
    assert f"- {SALVAGE}: Overall survival at 6 months, all infused: 75.9% to" in message["body"]
    assert ", worse)" in message["body"]
    assert f"- {SALVAGE} / boren: no export since 2019-02-28; one is due every 30 days" in message["body"]
    assert f"- {SALVAGE} / boren: 1 record fails subject.age_years.number" in message["body"]
    assert "Reports: https://hospital.example/cart/index.html" in message["body"]


def test_mail_says_the_same_to_every_recipient(nights: dict[str, Told]) -> None:
    (message,) = nights["news"].messages
    told = {recipient: (subject, body) for to, subject, body in nights["news"].mails for recipient in to}
    assert set(told) == {"dm@hospital.example", "stat@hospital.example"}
    for subject, body in told.values():
        assert subject == message["subject"]
        assert body.split() == message["body"].split()


def test_a_night_without_news_tells_nobody(nights: dict[str, Told]) -> None:
    assert nights["idle"].messages == []
    assert nights["idle"].mails == []


def test_the_first_night_tells_its_questions_and_that_nothing_moved(nights: dict[str, Told]) -> None:
    (message,) = nights["first"].messages
    assert "new questions" in message["subject"]
    assert "moved" not in message["subject"]


def test_no_value_is_told(nights: dict[str, Told]) -> None:
    assert MARKED not in json.dumps([night.__dict__ for night in nights.values()], ensure_ascii=False, default=str)


def test_a_receiver_that_fails_is_shown_and_keeps_neither_the_night_nor_the_others_from_their_ends(
    nights: dict[str, Told],
) -> None:
    news = nights["news"]
    assert not news.failed
    assert news.published > nights["idle"].published
    page = unescape(news.artifacts["night"])
    assert "custom-webhook/cartrove was not notified: it answered 503" in page
    assert "cartrove-mail/cartrove was notified" in page


def test_a_failed_night_tells_why(nights: dict[str, Told]) -> None:
    (message,) = nights["failed"].messages
    assert nights["failed"].failed
    assert message["subject"].endswith(": failed")
    assert "CD22患者.csv" in message["body"]


def test_a_run_that_fails_before_its_night_begins_is_told_too(nights: dict[str, Told]) -> None:
    (message,) = nights["busy"].messages
    assert message["subject"].endswith(": failed")
    assert "another run is working in" in message["body"]


def test_every_night_leaves_the_same_artifacts_also_one_that_built_nothing(nights: dict[str, Told]) -> None:
    study = SALVAGE.replace("_", "-")
    expected = {f"{study}-{what}" for what in ("results", "rows", "queries", "report")}
    expected |= {"night", "night-alarms", "night-checks", "night-reports", "night-progress"}
    for night in ("first", "idle", "news"):
        assert set(nights[night].artifacts) == expected
    assert (
        nights["idle"].artifacts[f"{study}-report"].startswith(f"[Report of {SALVAGE}](https://hospital.example/cart/")
    )


def test_key_results_are_shown_with_last_nights_and_the_change(nights: dict[str, Told]) -> None:
    first, idle, news = (_survival(nights[night]) for night in ("first", "idle", "news"))
    assert (first["last night"], first["tonight"]) == ("–", "75.9%")
    assert (idle["last night"], idle["change"]) == ("75.9%", "0")
    assert news["last night"] == "75.9%"
    assert news["change"].startswith("−")


def test_the_page_of_the_night_says_at_its_head_what_became_of_it(nights: dict[str, Told]) -> None:
    heads = {name: night.artifacts["night"].splitlines()[0] for name, night in nights.items() if night.artifacts}
    assert heads["first"].endswith(": published")
    assert heads["idle"].endswith(": nothing has changed, the last night stays published")
    assert heads["failed"].endswith(": failed in part, the rest is published")


def _survival(told: Told) -> dict[str, str]:
    rows = json.loads(told.artifacts[f"{SALVAGE.replace('_', '-')}-results"])
    return next(row for row in rows if row["headline"] == "Overall survival at 6 months")
