"""A trial of nine sites over three years whose sites report late: what happened, when each site wrote it down, and its exports night by night.

Nobody here exists. Deaths are learnt of later than visits are written down, at each site in its own time; some days are mistyped and mended
later, some doses asked about and answered; two sites send nothing for months; some patients are lost. What happened is known in full, so that what
a night says can be held against it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml

from schemas.protocol import Protocol
from tests.flows.tiny_night import FEEDS
from tests.transforms.endpoints.tiny_study import PROTOCOL

STUDY = "late"
BEGINS = date(2021, 1, 4)
NIGHTS, BETWEEN = 40, 28
PER_SITE = 10
ENROLLING = 800
COLUMNS = ("id", "enrolled", "age", "infused", "dose", "assessed", "response", "relapsed", "alive", "died")
# Mean days from a death, and from a visit, until the site has written it down.
DEATHS = {"aa": 15, "bb": 30, "cc": 45, "dd": 60, "ee": 75, "ff": 90, "gg": 120, "hh": 150, "ii": 180}
VISITS = {"aa": 7, "bb": 10, "cc": 14, "dd": 14, "ee": 21, "ff": 21, "gg": 28, "hh": 35, "ii": 45}
# Nights on which a site sends nothing.
SILENT = {"dd": range(14, 20), "gg": range(26, 31)}
LANDMARKS = [6, 12, 18]


@dataclass(frozen=True)
class Told:
    """Something on a day, and the day the site wrote it down. mistyped: how it stood there until `mended`."""

    day: date
    told: date
    mistyped: date | None = None
    mended: date | None = None

    def known_on(self, today: date) -> date | None:
        """The day as the site gives it on a day, if it does."""
        if self.told > today:
            return None
        return (
            self.mistyped if self.mistyped is not None and self.mended is not None and today < self.mended else self.day
        )


@dataclass(frozen=True)
class Patient:
    """What became of a patient. answered: when the site mended the dose that was asked about."""

    name: str
    site: str
    enrolled: date
    response: str
    contacts: tuple[Told, ...]
    relapse: Told | None = None
    death: Told | None = None
    answered: date | None = None

    @property
    def infused(self) -> date:
        """Day 0."""
        return self.enrolled + timedelta(days=14)

    def rows(self, today: date) -> Iterator[dict[str, Any]]:
        """What an export of a day says of the patient, a row for each happening."""
        if self.infused > today - timedelta(days=5):
            return
        assessed = self.infused + timedelta(days=28)
        known = assessed <= today - timedelta(days=5)
        yield {
            "id": self.name, "enrolled": self.enrolled, "age": 31, "infused": self.infused,
            "dose": 400 if self.answered and today < self.answered else 2,
            "assessed": assessed if known else "", "response": self.response if known else "",
        }  # fmt: skip
        yield from ({"id": self.name, "alive": day} for one in self.contacts if (day := one.known_on(today)))
        for column, one in (("relapsed", self.relapse), ("died", self.death)):
            if one is not None and (day := one.known_on(today)):
                yield {"id": self.name, column: day}

    def outcome(self, endpoint: str, today: date) -> tuple[int, bool] | None:
        """Days and whether the event happened, by all that happened up to a day; None where day 0 is later."""
        if self.infused > today:
            return None
        ends = [one.day for one in (self.death, self.relapse if endpoint == "lfs" else None) if one is not None]
        if ends and min(ends) <= today:
            return (min(ends) - self.infused).days, True
        seen = [one.day for one in self.contacts if one.day <= today]
        assessed = self.infused + timedelta(days=28)
        last = max([*seen, assessed if assessed <= today else self.infused])
        return (last - self.infused).days, False


def late_trial(seed: int = 1) -> list[Patient]:
    """All patients of the trial, the same for the same seed."""
    random = Random(seed)
    return [_patient(f"{number:02}", site, random) for site in DEATHS for number in range(1, PER_SITE + 1)]


def _patient(name: str, site: str, random: Random) -> Patient:
    enrolled = BEGINS + timedelta(days=random.randrange(ENROLLING))
    day_0 = enrolled + timedelta(days=14)
    lost = day_0 + timedelta(days=random.randint(120, 600)) if random.random() < 0.05 else date.max
    relapse = day_0 + timedelta(days=int(35 + random.expovariate(1 / 700)))
    after = relapse + timedelta(days=int(20 + random.expovariate(1 / 220)))
    death = min(after, day_0 + timedelta(days=int(10 + random.expovariate(1 / 1800))))
    contacts, day = [], day_0
    while True:
        day += timedelta(days=random.randint(25, 35) if (day - day_0).days < 180 else random.randint(75, 105))
        if day >= min(death, lost) or (day - BEGINS).days > NIGHTS * BETWEEN + 60:
            break
        contacts.append(Told(day, day + _wait(VISITS[site], random)))
    return Patient(
        name, site, enrolled, "CR" if random.random() < 0.9 else "NR", tuple(contacts),
        _told(relapse, DEATHS[site] * 0.4, random) if relapse < min(death, lost) else None,
        _told(death, DEATHS[site], random) if death < lost else None,
        day_0 + timedelta(days=random.randint(60, 200)) if random.random() < 0.1 else None,
    )  # fmt: skip


def _told(day: date, mean: float, random: Random) -> Told:
    told = day + _wait(mean, random)
    if random.random() < 0.15:
        return Told(day, told, day + timedelta(days=random.choice([-6, -3, 3, 6])), told + timedelta(days=70))
    return Told(day, told)


def _wait(mean: float, random: Random) -> timedelta:
    return timedelta(days=round(random.gammavariate(2, mean / 2)))


def nights() -> list[date]:
    """The days of all exports."""
    return [BEGINS + timedelta(days=BETWEEN * number) for number in range(1, NIGHTS + 1)]


def sends(site: str, number: int) -> bool:
    """Whether a site sends an export for the night of a number, from 0 on."""
    return number not in SILENT.get(site, ())


def last_export(site: str, number: int) -> date:
    """The day of a site's last export in a night."""
    return max(day for n, day in enumerate(nights()[: number + 1]) if sends(site, n))


def protocol_of(lateness: dict[str, Any] | None) -> Protocol:
    """The trial's protocol. lateness: what it asks for."""
    return Protocol.model_validate(_protocol(lateness))


def _protocol(lateness: dict[str, Any] | None) -> dict[str, Any]:
    endpoints = {name: {**PROTOCOL["endpoints"][name], "landmarks_months": LANDMARKS} for name in ("os", "lfs", "cir")}
    return {
        **PROTOCOL, "study_id": STUDY, "sites": [*DEATHS], "endpoints": endpoints,
        "outcomes": {"primary": ["os"], "secondary": ["lfs"], "at_months": 12},
        **({"lateness": lateness} if lateness else {}),
    }  # fmt: skip


def write_study(studies: Path, lateness: dict[str, Any] | None) -> Path:
    """The study's folder without exports."""
    folder = studies / STUDY
    (folder / "sites").mkdir(parents=True)
    protocol = _protocol(lateness)
    (folder / "protocol.yaml").write_text(yaml.safe_dump(protocol, sort_keys=False), "utf-8")
    feeds = [
        {**feed, "where": {"column": "enrolled", "not_blank": True}} if "where" not in feed else feed for feed in FEEDS
    ]
    for site in DEATHS:
        (folder / "landing" / site).mkdir(parents=True)
        mapping = {
            "site_id": site, "name": f"Hospital {site}",
            "files": [{"match": "*.csv", "format": "csv", "sheets": [{"feeds": feeds}]}],
        }  # fmt: skip
        (folder / "sites" / f"{site}.yaml").write_text(yaml.safe_dump(mapping, sort_keys=False), "utf-8")
    return folder


def write_night(folder: Path, patients: list[Patient], number: int) -> None:
    """The exports of a night, of every site that sends one."""
    day = nights()[number]
    for site in DEATHS:
        if sends(site, number):
            rows = [row for one in patients if one.site == site for row in one.rows(day)]
            lines = [",".join(str(row.get(name, "")) for name in COLUMNS) for row in rows]
            if not lines:
                continue
            landing = folder / "landing" / site / day.isoformat()
            landing.mkdir(parents=True)
            (landing / "export.csv").write_text("\n".join([",".join(COLUMNS), *lines, ""]), "utf-8")
