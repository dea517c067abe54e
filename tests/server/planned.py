"""The plan of the small plant, and who is in it."""

from __future__ import annotations

PREFIX = "lotbook.test/S1"
SECRETS = {
    "P-OP": "operator-1",
    "P-SUP": "supervisor-1",
    "P-QA": "quality-1",
    "P-ADM": "administrator-1",
    "P-AUD": "auditor-1",
}
PLAN = """
version: 1
demo: true
domain: lotbook.test
site: S1
place:
  enterprise: Example
  site: Plant
  area: Room
  work_center: Center
  work_units:
    WU-10: {en: Kitting, zh_CN: 备料}
    WU-20: {en: Label, zh_CN: 贴标}
stations:
  - {id: ST-01, work_units: [WU-10, WU-20]}
  - {id: ST-02, work_units: [WU-10]}
founders: [P-ADM, P-QA]
people:
  - {id: P-OP, name: Olga Operator, classes: [operator], badge: "LB:ID:OP", secret: operator-1,
     identity: {document: passport, checked_by: P-ADM}}
  - {id: P-SUP, name: Sam Supervisor, classes: [supervisor], badge: "LB:ID:SUP",
     secret: supervisor-1, identity: {document: passport, checked_by: P-ADM}}
  - {id: P-QA, name: 钱安, classes: [quality], badge: "LB:ID:QA", secret: quality-1,
     identity: {document: passport, checked_by: P-ADM}}
  - {id: P-ADM, name: Ada Admin, classes: [administrator], badge: "LB:ID:ADM",
     secret: administrator-1, identity: {document: passport, checked_by: P-QA}}
  - {id: P-AUD, name: Al Auditor, classes: [auditor], badge: "LB:ID:AUD", secret: auditor-1,
     identity: {document: passport, checked_by: P-QA}}
materials:
  - {item: TUB-1, name: {en: Tubing, zh_CN: 管路}, unit: m, gtin: "09506000211008"}
  - {item: SET-1, name: {en: Set, zh_CN: 输液器}, unit: ea, gtin: "09506000151007"}
suppliers:
  - {id: SUP-1, name: Northern Polymers}
lots:
  - {item: TUB-1, lot: T1, quantity: "100", unit: m, expiry: 2031-06-30, supplier: SUP-1,
     status: released}
  - {item: TUB-1, lot: T2, quantity: "100", unit: m, expiry: 2020-06-30, status: released}
work_masters:
  - {file: small.yaml, proposed_by: P-SUP, checked_by: P-QA, approved_by: P-QA}
job_orders:
  - {id: JO-1, lot: L1, units: 2, work_master: SMALL, serials: {prefix: S, digits: 3}}
  - {id: JO-2, lot: L2, units: 1, work_master: SMALL, serials: [Z1]}
"""
MASTER = """
id: SMALL
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
    title: {en: Label, zh_CN: 贴标}
    work_unit: WU-20
    personnel_class: operator
    steps:
      - type: label
        id: LABEL
        title: {en: Label, zh_CN: 贴标}
        instruction: {en: Print and read., zh_CN: 打印并读取。}
        source: SOP-1
  - id: OP30
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


def badge(person: str) -> str:
    return f"LB:ID:{person.removeprefix('P-')}"


def credentials(person: str) -> dict[str, str]:
    return {"badge": badge(person), "secret": SECRETS[person]}
