"""The trial of the walk: two sites whose patients are followed on, and the exports they send.

Beside it lies the tiny study, which no mischief touches: what befalls one study must cost the other nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import yaml

from tests.flows.tiny_night import FEEDS
from tests.transforms.endpoints.tiny_study import PROTOCOL

TRIAL = "walk"
# One patient less is a loss that is used and asked about, three less one that is held.
SITES = {"north": 24, "south": 16}
BEGINS = date(2024, 3, 1)
COLUMNS = ("id", "enrolled", "age", "infused", "dose", "assessed", "response", "relapsed", "alive", "died")
MOST_PATIENTS = 40


@dataclass(frozen=True)
class Patient:
    """What a site knows of a patient; days after infusion."""

    name: str
    enrolled: date
    relapse: int | None = None
    death: int | None = None
    seen: int = 200

    def row(self, today: date) -> str:
        """The patient's row in an export of a day."""
        infused = self.enrolled + timedelta(days=18)
        dead = self.death is not None
        cells: dict[str, Any] = {
            "id": self.name, "enrolled": self.enrolled, "age": 30, "infused": infused, "dose": 2,
            "assessed": infused + timedelta(days=28), "response": "CR",
            "relapsed": _after(infused, self.relapse),
            "alive": "" if dead else min(infused + timedelta(days=self.seen), today - timedelta(days=1)),
            "died": _after(infused, self.death),
        }  # fmt: skip
        return ",".join(str(cells[name]) for name in COLUMNS)


@dataclass
class Trial:
    """The study's folder, and what its sites know."""

    folder: Path
    patients: dict[str, list[Patient]] = field(default_factory=dict)

    @property
    def landing(self) -> Path:
        """Where exports land."""
        return self.folder / "landing"

    def site(self, name: str) -> Path:
        """The landing folder of a site."""
        return self.landing / name

    def deliveries(self, site: str) -> list[Path]:
        """The dated folders of a site, oldest first."""
        folder = self.site(site)
        return sorted(path for path in folder.iterdir() if path.name[:2] == "20") if folder.is_dir() else []

    def send(self, site: str, today: date, patients: list[Patient] | None = None) -> Path:
        """An export of the day: of all patients, or of some."""
        of = self.patients[site] if patients is None else patients
        folder = self.site(site) / today.isoformat()
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "export.csv"
        path.write_text("\n".join([",".join(COLUMNS), *(patient.row(today) for patient in of), ""]), "utf-8")
        return path

    def live_on(self, site: str, chance: Random) -> None:
        """Something happens at a site: somebody is enrolled, relapses, dies, or is seen again."""
        patients = self.patients[site]
        number = chance.randrange(len(patients))
        patient, what = patients[number], chance.choice(("enrolled", "relapse", "death", "seen"))
        if what == "enrolled" and len(patients) < MOST_PATIENTS:
            patients.append(_patient(site, len(patients)))
        elif what == "relapse" and patient.relapse is None and patient.death is None:
            patients[number] = replace(patient, relapse=patient.seen + 10, seen=patient.seen + 40)
        elif what == "death" and patient.death is None:
            patients[number] = replace(patient, death=patient.seen + 20)
        else:
            patients[number] = replace(patient, seen=patient.seen + 15 if patient.death is None else patient.seen)


def write_trial(studies: Path) -> Trial:
    """The study with the first export of both sites."""
    trial = Trial(studies / TRIAL)
    (trial.folder / "sites").mkdir(parents=True)
    protocol = {**PROTOCOL, "study_id": TRIAL, "title": "A trial on a walk", "sites": list(SITES)}
    endpoints = {name: PROTOCOL["endpoints"][name] for name in ("os", "lfs", "cir")}
    write_yaml(trial.folder / "protocol.yaml", {**protocol, "endpoints": endpoints})
    for site, count in SITES.items():
        trial.patients[site] = [_patient(site, number) for number in range(count)]
        sheets = [{"feeds": FEEDS}]
        mapping = {"site_id": site, "name": site, "files": [{"match": "*.csv", "format": "csv", "sheets": sheets}]}
        write_yaml(trial.folder / "sites" / f"{site}.yaml", mapping)
        trial.send(site, BEGINS)
    return trial


def write_yaml(path: Path, content: dict[str, Any]) -> None:
    """As a person would write it."""
    path.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")


def _patient(site: str, number: int) -> Patient:
    """Every third has relapsed and every fourth died, so that there is something to lose."""
    relapse = 90 + number if number % 3 == 0 else None
    death = 150 + number if number % 4 == 0 else None
    return Patient(f"{site[0]}{number:02}", date(2021, 1, 1) + timedelta(days=9 * number), relapse, death)


def _after(infused: date, days: int | None) -> date | str:
    return "" if days is None else infused + timedelta(days=days)
