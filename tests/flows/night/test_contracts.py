"""A night with a contract that its definitions no longer meet: it is published, and says so."""

from __future__ import annotations

from tests.flows.conftest import Place

BROKEN = "contracts: |\n  d0 CD19 infusion | d9 death => os: censored 9\n"


def test_a_broken_contract_raises_an_alarm_and_keeps_nothing_back(tiny_place: Place) -> None:
    protocol = tiny_place.studies / "tiny" / "protocol.yaml"
    protocol.write_text(protocol.read_text("utf-8") + BROKEN, "utf-8")
    assert tiny_place.run() is None
    assert tiny_place.query("SELECT study_id, site_id, kind, what FROM meta.alarm").rows() == [
        ("tiny", "", "broken contract", "contracts line 1, column 32: os: expected censored 9; got death 9")
    ]
    assert tiny_place.query("SELECT origin, figures FROM results.finding WHERE origin = 'contract'").rows() == [
        ("contract", "os")
    ]
    page = (tiny_place.settings.reports / "tiny" / "index.html").read_text("utf-8")
    assert "1 of these outcomes do not follow from the current definitions" in page
