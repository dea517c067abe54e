"""The plant that is simulated: its founding plan, its work master, its people and lots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

DOMAIN, SITE = "lotbook.test", "S1"
PREFIX = f"{DOMAIN}/{SITE}"
STATIONS = ("ST-01", "ST-02", "ST-03")
JOBS = tuple(f"JO-{number}" for number in range(1, 7))
PEOPLE = {
    "P-OP1": ("Olga Operator", "operator"),
    "P-OP2": ("Otto Operator", "operator"),
    "P-LEAD": ("Lena Lead", "operator, supervisor"),
    "P-SUP": ("Sam Supervisor", "supervisor"),
    "P-QA": ("钱安", "quality"),
    "P-ADM": ("Ada Admin", "administrator"),
}
BADGES = {person: f"LB:ID:{person[2:]}" for person in PEOPLE}
SECRETS = {person: f"{person[2:].lower()}-secret" for person in PEOPLE}


@dataclass(frozen=True)
class Lot:
    """A lot as its label says it."""

    lot: str
    expiry: date
    gtin: str = "09506000211008"


GOOD_LOTS = (Lot("T1", date(2031, 6, 30)), Lot("T2", date(2032, 6, 30)))
SHORT_LOT = Lot("T3", date(2031, 6, 30))
"""Holds enough for one job order, not for two (F49)."""
EXPIRED, UNKNOWN = Lot("T4", date(2020, 6, 30)), Lot("T9", date(2031, 6, 30))
WRONG_ITEM = Lot("T1", date(2031, 6, 30), "09506000151007")
WRONG_LOTS = (EXPIRED, UNKNOWN, WRONG_ITEM)
ITEM, PRODUCT = "TUB-1", "SET-1"

_PERSON = """
  - {{id: {id}, name: {name}, classes: [{classes}], badge: "{badge}", secret: {secret},
     identity: {{document: passport, checked_by: {checker}}}}}"""
_JOB = """
  - {{id: {id}, lot: L-{id}, units: 1, work_master: SIM, serials: [{id}-U1]}}"""
PLAN = f"""
version: 1
demo: true
domain: {DOMAIN}
site: {SITE}
place:
  enterprise: Example
  site: Plant
  area: Room
  work_center: Center
  work_units:
    WU-10: {{en: Kitting, zh_CN: 备料}}
    WU-20: {{en: Check and label, zh_CN: 检验与贴标}}
stations:
  - {{id: ST-01, work_units: [WU-10, WU-20]}}
  - {{id: ST-02, work_units: [WU-10, WU-20]}}
  - {{id: ST-03, work_units: [WU-10, WU-20]}}
founders: [P-ADM, P-QA]
people:{
    "".join(
        _PERSON.format(
            id=person,
            name=name,
            classes=classes,
            badge=BADGES[person],
            secret=SECRETS[person],
            checker="P-QA" if person == "P-ADM" else "P-ADM",
        )
        for person, (name, classes) in PEOPLE.items()
    )
}
materials:
  - {{item: TUB-1, name: {{en: Tubing, zh_CN: 管路}}, unit: m, gtin: "09506000211008"}}
  - {{item: SET-1, name: {{en: Set, zh_CN: 输液器}}, unit: ea, gtin: "09506000151007"}}
suppliers:
  - {{id: SUP-1, name: Northern Polymers}}
lots:
  - {{item: TUB-1, lot: T1, quantity: "100", unit: m, expiry: 2031-06-30, supplier: SUP-1,
     status: released}}
  - {{item: TUB-1, lot: T2, quantity: "100", unit: m, expiry: 2032-06-30, supplier: SUP-1,
     status: released}}
  - {{item: TUB-1, lot: T3, quantity: "2", unit: m, expiry: 2031-06-30, supplier: SUP-1,
     status: released}}
  - {{item: TUB-1, lot: T4, quantity: "100", unit: m, expiry: 2020-06-30, status: released}}
assets:
  - {{id: BAL-01, equipment_class: balance, serial_number: "1", calibration_due: 2027-01-01}}
work_masters:
  - {{file: sim.yaml, proposed_by: P-SUP, checked_by: P-QA, approved_by: P-QA}}
job_orders:{"".join(_JOB.format(id=job) for job in JOBS)}
"""
MASTER = """
id: SIM
revision: 1
title: {en: Small set, zh_CN: 小型输液器}
product:
  item: SET-1
  gtin: "09506000151007"
  name: {en: Set, zh_CN: 输液器}
  shelf_life_days: 1000
bom:
  - item: TUB-1
    name: {en: Tubing, zh_CN: 管路}
    per_unit: {value: "1.5", unit: m}
    gtin: "09506000211008"
operations:
  - id: OP10
    title: {en: Kitting, zh_CN: 备料}
    work_unit: WU-10
    personnel_class: operator
    steps:
      - type: confirm
        id: CLEAR
        title: {en: Clearance, zh_CN: 清场}
        instruction: {en: Look around., zh_CN: 请检查现场。}
        statement: {en: The place is clear., zh_CN: 现场已清场。}
        source: SOP-1
      - type: identify
        id: TUBING
        title: {en: Tubing, zh_CN: 管路}
        instruction: {en: Scan the tubing., zh_CN: 请扫描管路。}
        item: TUB-1
        source: SOP-1
  - id: OP20
    title: {en: Check, zh_CN: 检验}
    work_unit: WU-20
    personnel_class: operator
    steps:
      - type: measure
        id: WEIGH
        title: {en: Weigh, zh_CN: 称量}
        instruction: {en: Weigh it., zh_CN: 请称量。}
        characteristic: DOSE
        equipment_class: balance
        limits: {unit: g, low: "0.45", high: "0.55"}
        source: SOP-1
      - type: inspect
        id: LEAK
        title: {en: Leaks, zh_CN: 检漏}
        instruction: {en: Look at it., zh_CN: 请观察。}
        characteristic: LEAK
        question: {en: Is it tight?, zh_CN: 是否密封？}
        photo: true
        source: SOP-1
  - id: OP30
    title: {en: Label, zh_CN: 贴标}
    work_unit: WU-20
    personnel_class: operator
    steps:
      - type: label
        id: LABEL
        title: {en: Label, zh_CN: 贴标}
        instruction: {en: Print and read., zh_CN: 打印并读取。}
        source: SOP-1
  - id: OP40
    title: {en: Sign, zh_CN: 签署}
    work_unit: WU-20
    personnel_class: supervisor
    steps:
      - type: sign
        id: SIGN
        title: {en: Sign, zh_CN: 签署}
        instruction: {en: Sign for it., zh_CN: 请签署。}
        meaning: reviewed
        personnel_class: supervisor
        source: SOP-1
"""
