"""A station at work while somebody asks: is a new edge in the very next answer?"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import orjson
from serving import signer_of

from forms.codec import encode
from forms.entries import Consumed, Context
from forms.terms import Quantity
from sync.clock import SystemClock
from sync.journal import Journal
from sync.outbox import Outbox
from sync.sqlite import open_database

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from question import Question
    from serving import Served
    from wire_trace import Online

STATION, ITEM, LOT, JOB = "ST-01", "SET-1", "FRESH-1", "JO-FRESH"
PLACES = """
materials:
  - {item: SET-1, name: {en: Set, zh_CN: 输液器}, unit: ea, gtin: "09506000151007"}
work_masters:
  - {file: small.yaml, proposed_by: P-ADM, checked_by: P-QA, approved_by: P-QA}
job_orders:
  - {id: JO-FRESH, lot: FRESH-1, units: 1, work_master: SMALL, serials: [F1]}
"""
"""Added to the plan: a job order that consumes lots of the history."""
MASTER = """
id: SMALL
revision: 1
title: {en: Small set, zh_CN: 小型输液器}
product:
  item: SET-1
  gtin: "09506000151007"
  name: {en: Set, zh_CN: 输液器}
  shelf_life_days: 1000
bom: []
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
"""


class Worker:
    """A station that consumes one lot after another."""

    def __init__(self, place: Path, server: Served) -> None:
        """Its journal in ``place`` goes on from run to run, as a station's does."""
        signer = signer_of(STATION)
        self._database = open_database(place / "station.db")
        self._journal = Journal(self._database, signer.name, signer, SystemClock())
        self._service = server.service(signer)
        self._outbox = Outbox(self._journal, self._service, server.verifier)

    def consume(self, item: str, lot: str) -> None:
        """One record, accepted by the server when this returns."""
        context = Context(station=STATION, work_unit="WU-10", person="P-QA", job_order=JOB,
                          operation="OP10", step="CLEAR")  # fmt: skip
        amount = Quantity(value=Decimal(1), unit="g")
        entry = Consumed(context=context, item=item, lot=lot, quantity=amount,
                         identified="5a" * 32)  # fmt: skip
        self._journal.append(*encode(entry))
        self._outbox.drain()

    def close(self) -> None:
        """Hang up."""
        self._service.close()
        self._database.close()


def fresh(worker: Worker, line: Online, asked: Question, lots: Sequence[int]) -> int:
    """In how many answers the edge made just before was."""
    found = 0
    for lot in lots:
        worker.consume(asked.lots[lot]["item"], asked.lots[lot]["lot"])
        found += holds_fresh(line.uses(lot))
    return found


def holds_fresh(answer: bytes) -> bool:
    """Whether the job order's lot is in a forward answer."""
    return any((item, lot) == (ITEM, LOT) for item, lot, *_ in orjson.loads(answer)["finished"])
