"""A plant with instruments: a work master that measures, its job orders, readings by hand."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from forms.authoring import read_master
from forms.entries import MeasurementTaken, Taken
from forms.terms import Quantity
from forms.workpack import JobOrder
from server.people.directory import Acting
from tests.server.plant import SECRETS, Plant, badge

MASTER = """
id: GAUGED
revision: 1
title: {en: Gauged, zh_CN: 测量件}
product:
  item: GAU-1
  gtin: "09506000151007"
  name: {en: Gauged part, zh_CN: 测量件}
  shelf_life_days: 1000
bom: []
operations:
  - id: OP10
    title: {en: Weigh, zh_CN: 称重}
    work_unit: WU-10
    personnel_class: operator
    steps:
      - type: measure
        id: WEIGH
        title: {en: Weigh, zh_CN: 称重}
        instruction: {en: Weigh it., zh_CN: 称重。}
        characteristic: WEIGHT
        equipment_class: balance
        limits: {unit: g, low: "0.30", high: "0.50"}
        sampling: [{n: 40}]
        source: SOP-1
"""
BALANCE = {
    "id": "BAL-1",
    "equipment_class": "balance",
    "serial_number": "B-77",
    "calibration_due": "2027-01-01",
    "certificate": "C-0",
    "make": "Mettler Toledo",
    "model": "MS303",
    "place": "Bench 1",
    "capability": {"unit": "g", "low": "0", "high": "300", "uncertainty": "0.01"},
}


def who(plant: Plant, person: str) -> Acting:
    """The person, unlocked."""
    return plant.parts.directory.unlock(badge(person), SECRETS[person])


def with_instruments(plant: Plant, jobs: int = 2) -> None:
    """Define the balances BAL-1 and BAL-2, the master, and job orders G-1 to G-``jobs``."""
    masters = plant.parts.masters
    digest = masters.propose(read_master(MASTER, "gauged.yaml"), who(plant, "P-SUP"))
    masters.check("GAUGED", 1, who(plant, "P-QA"))
    masters.approve("GAUGED", 1, who(plant, "P-QA"))
    for number in range(1, jobs + 1):
        serials = tuple(f"G{number}-{unit}" for unit in range(40))
        order = JobOrder(
            id=f"G-{number}", lot=f"GL{number}", units=40, work_master=digest, serials=serials
        )
        plant.parts.orders.dispatch(order, who(plant, "P-SUP"))
    for body in (BALANCE, BALANCE | {"id": "BAL-2", "serial_number": "B-78"}):
        assert plant.act("P-QA", "/api/assets", **body).status_code == 201


class Bench:
    """A station with balances, and the operator signed in."""

    def __init__(self, plant: Plant, name: str = "ST-01", job: str = "G-1") -> None:
        self.station = plant.station(name)
        self.station.refresh()
        self.station.sign_in("P-OP")
        self.samples: Counter[str] = Counter()
        self.job = job

    def weigh(self, *values: str, job: str = "", asset: str = "BAL-1", serial: str = "") -> None:
        """Readings of the next samples, recorded here and not sent yet."""
        job = job or self.job
        for value in values:
            self.samples[job] += 1
            taken = Taken(
                quantity=Quantity(value=Decimal(value), unit="g"), state="stable",
                instrument=asset, raw=f"{self.station.journal.size:08x}", serial_number=serial,
            )  # fmt: skip
            self.station.append(
                MeasurementTaken(
                    context=self.station.context(job, "OP10", "WEIGH"),
                    characteristic="WEIGHT",
                    sample=self.samples[job],
                    taken=taken,
                )
            )

    def send(self) -> None:
        """Everything goes to the server."""
        self.station.outbox.drain()


def calibration(certificate: str, **changes: object) -> dict[str, object]:
    """A calibration's body, good unless changed."""
    good: dict[str, object] = {
        "performed": "2026-03-02",
        "laboratory": "Suzhou Metrology",
        "certificate": certificate,
        "as_found": "in-tolerance",
        "as_left": "in-tolerance",
        "due": "2027-03-02",
        "unit": "g",
        "points": [{"nominal": "0.4", "found": "0.4", "tolerance": "0.01"}],
    }
    return good | changes


BAD: dict[str, object] = {
    "as_found": "out-of-tolerance",
    "points": [{"nominal": "0.4", "found": "0.43", "left": "0.4", "tolerance": "0.01"}],
}
"""Found 30 mg high, and adjusted."""
