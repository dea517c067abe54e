"""A small plant in memory: a founded server, its application, and stations that talk to it."""

from __future__ import annotations

import asyncio
import atexit
import shutil
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TypeVar

import httpx
import nacl.utils
import pytest

from forms import identifiers
from forms.codec import decode_work_pack, encode, text_digest
from forms.cover import required_cover
from forms.entries import (
    AccountabilityAccepted,
    AnyEntry,
    Confirmed,
    Consumed,
    Context,
    LabelPrinted,
    LabelRead,
    LotIdentified,
    Produced,
    Scan,
    SessionOpened,
    Signed,
)
from forms.masters import SignStep
from forms.terms import Meaning, PersonnelClass, Quantity
from forms.workpack import JobOrder, WorkPack
from server.app import application
from server.folder import DataFolder
from server.parts import Parts
from server.plan import read_plan
from server.store.opening import FILE as PLACE
from server.store.opening import keep_place
from sync import esign
from sync.client import HttpSyncService
from sync.inbox import Inbox
from sync.journal import Journal
from sync.keeper import Keeper
from sync.keys import TEST_COST, SeedSigner, Signer, TestSigner, Verifier
from sync.outbox import Outbox
from sync.sqlite import Database, open_database
from sync.testing import ManualClock
from sync.witness import Witness
from sync.writer import directly
from terminal.deciders import approved
from terminal.packs import Packs
from tests import postgres as postgres_of_test

T = TypeVar("T")
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
TEXT = "I reviewed the work."
DAY = date(2026, 3, 2)
TEMPLATE = "founded"
"""The database of a plant that is copied."""
BOTH = pytest.mark.parametrize("plant", ["sqlite", "postgres"], indirect=True)
"""For a test to be run on both stores."""


class InProcess(httpx.BaseTransport):
    """Carries requests into an ASGI application in this thread; every answer is whole."""

    def __init__(
        self,
        app: Any,  # noqa: ANN401 - ASGI
        runner: asyncio.Runner,
    ) -> None:
        self._inner = httpx.ASGITransport(app=app, raise_app_exceptions=True)
        self._runner = runner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        async def carry() -> httpx.Response:
            headers, body = request.headers, request.read()
            asked = httpx.Request(request.method, request.url, headers=headers, content=body)
            answer = await self._inner.handle_async_request(asked)
            content = await answer.aread()
            return httpx.Response(answer.status_code, headers=answer.headers, content=content)

        return self._runner.run(carry())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run the server's own work on its loop."""
        return self._runner.run(work)


@dataclass
class Plant:
    """The server's parts and doors to it."""

    folder: DataFolder
    parts: Parts
    clock: ManualClock
    transport: InProcess
    tokens: dict[str, str] = field(default_factory=dict)

    def client(self, person: str = "") -> httpx.Client:
        """An HTTP client, signed in as ``person`` if one is named."""
        client = httpx.Client(transport=self.transport, base_url="http://server")
        if person:
            if person not in self.tokens:
                answer = client.post("/api/sessions", json=credentials(person))
                assert answer.status_code == 200, answer.text
                self.tokens[person] = answer.json()["token"]
            client.headers["authorization"] = f"Bearer {self.tokens[person]}"
        return client

    def act(self, person: str, path: str, **body: object) -> httpx.Response:
        """A signed act of ``person``."""
        return self.client(person).post(path, json={**credentials(person), **body})

    def station(self, name: str = "ST-01", *, epoch: int = 1, approve: bool = True) -> Station:
        """A station that asked for enrolment and was approved by two."""
        station = Station(self, f"{PREFIX}/{name}/{epoch}", name)
        station.service.enrol(name)
        if approve:
            for person in ("P-ADM", "P-QA"):
                answer = self.act(person, f"/api/stations/{name}/approvals")
                assert answer.status_code == 200, answer.text
            station.refresh()
        return station


def badge(person: str) -> str:
    return f"LB:ID:{person.removeprefix('P-')}"


def credentials(person: str) -> dict[str, str]:
    return {"badge": badge(person), "secret": SECRETS[person]}


class Station:
    """A station with a real journal, outbox, inbox and witness over HTTP."""

    def __init__(
        self,
        plant: Plant,
        origin: str,
        name: str,
        word: str = "",
        database: Database | None = None,
    ) -> None:
        self.plant, self.origin, self.name = plant, origin, name
        self.signer = TestSigner(origin, word or origin)
        self.database = database or open_database(":memory:")
        self.journal = Journal(self.database, origin, self.signer, plant.clock)
        self.service = HttpSyncService("http://server", self.signer, transport=plant.transport)
        server = plant.parts.verifier
        self.witness = Witness(self.database, server, self.signer, plant.clock)
        self.keeper = Keeper(self.database)
        self.inbox = Inbox(self.database, server)
        self.outbox = self.observed()
        self.sha256, self.person = "", ""
        self.away = False
        """Works by the pack it has."""

    def observed(self) -> Outbox:
        """An outbox as a terminal makes it, with its witness as it is now."""
        return Outbox(
            self.journal,
            self.service,
            self.plant.parts.verifier,
            witness=self.witness,
            keeper=self.keeper,
            approved=approved(Packs(self.inbox), directly),
        )

    def clone(self) -> Station:
        """The same station from a block image of its disk, taken now."""
        image = open_database(":memory:")
        self.database.connection.backup(image.connection)  # type: ignore[attr-defined]
        twin = Station(self.plant, self.origin, self.name, database=image)
        twin.sha256 = self.sha256
        return twin

    def close(self) -> None:
        self.service.close()
        self.database.close()

    def refresh(self) -> WorkPack:
        """Fetch the WorkPack if there is a newer one, and the line is there."""
        data = None if self.away else self.service.work_pack(self.sha256)
        if data is not None:
            self.sha256 = self.inbox.accept(data)
        latest = self.inbox.latest()
        assert latest is not None
        return decode_work_pack(latest[1])

    def append(self, entry: AnyEntry) -> str:
        kind, body = encode(entry)
        return self.journal.append(kind, body).ref

    def context(self, job: str, operation: str, step: str, unit: str = "WU-10") -> Context:
        order = next(one for one in self.refresh().job_orders if one.id == job)
        return Context(
            station=self.name,
            work_unit=unit,
            person=self.person,
            work_pack=self.sha256,
            job_order=job,
            work_master=order.work_master,
            operation=operation,
            step=step,
        )

    def sign_in(self, person: str) -> None:
        self.person = person
        context = Context(
            station=self.name, work_unit="WU-10", person=person, work_pack=self.sha256
        )
        self.append(SessionOpened(context=context))

    def work(self, job: str, *, lot: str = "T1") -> None:
        """OP10 and OP20 of a job order, by the operator; ``lot`` is scanned as tubing."""
        self.sign_in("P-OP")
        self.kit(job, lot)
        for serial in self.order(job).serials:
            self.label(job, serial)

    def order(self, job: str) -> JobOrder:
        return next(one for one in self.refresh().job_orders if one.id == job)

    def kit(self, job: str, lot: str, expiry: date = date(2031, 6, 30)) -> None:
        clear = self.context(job, "OP10", "CLEAR")
        digest = text_digest("The place is clear.")
        self.append(Confirmed(context=clear, statement_digest=digest, answer="yes"))
        ref = self.scan(job, lot, expiry)
        amount = Decimal("1.5") * self.order(job).units
        self.append(
            Consumed(
                context=self.context(job, "OP10", "TUBING"),
                item="TUB-1",
                lot=lot,
                quantity=Quantity(value=amount, unit="m"),
                identified=ref,
            )
        )

    def scan(self, job: str, lot: str, expiry: date) -> str:
        gtin = "09506000211008"
        text = identifiers.element_string(gtin=gtin, expiry=expiry, lot=lot)
        raw = identifiers.raw_string(text)
        scan = Scan(raw=raw.hex(), source="scanner", symbology="]d2")
        context = self.context(job, "OP10", "TUBING")
        return self.append(
            LotIdentified(context=context, scan=scan, gtin=gtin, lot=lot, expiry=expiry)
        )

    def label(self, job: str, serial: str) -> None:
        expiry, lot = date(2028, 11, 26), self.order(job).lot
        gtin = "09506000151007"
        content = identifiers.element_string(gtin=gtin, expiry=expiry, lot=lot, serial=serial)
        context = self.context(job, "OP20", "LABEL", "WU-20")
        printed = self.append(LabelPrinted(context=context, serial=serial, content=content))
        raw = identifiers.raw_string(content)
        scan = Scan(raw=raw.hex(), source="camera", symbology="]d2")
        read = self.append(LabelRead(context=context, serial=serial, scan=scan, printed=printed))
        self.append(
            Produced(
                context=context, item="SET-1", gtin=gtin, lot=lot, serial=serial, expiry=expiry,
                label=read,
            )
        )  # fmt: skip

    def sign_off(self, job: str) -> None:
        """OP30 by the supervisor, over everything the server has of the job."""
        self.outbox.drain()
        self.sign_in("P-SUP")
        state = self.plant.parts.jobs.state(job)
        assert state is not None
        assert state.master is not None
        step = state.master.step("OP30", "SIGN")
        assert isinstance(step, SignStep)
        covers = required_cover(state, "OP30", step)
        self.signed(job, covers, TestPerson(self.plant, "P-SUP"))

    def accept(self, person: str, *, signer: Signer | None = None) -> str:
        """A person accepts accountability, and signs that; the signature's ref."""
        context = Context(
            station=self.name, work_unit="WU-10", person=person, work_pack=self.sha256
        )
        accepted = AccountabilityAccepted(context=context, text_digest=text_digest(TEXT))
        who = TestPerson(self.plant, person)

        def signed(ref: str) -> tuple[str, dict[str, object]]:
            entry = self._signature(
                context, (ref,), who.name, signer or who.signer, "responsibility"
            )
            return encode(entry)

        return self.journal.append_with(encode(accepted), signed)[1].ref

    def signed(self, job: str, covers: tuple[str, ...], person: TestPerson) -> str:
        context = self.context(job, "OP30", "SIGN", "WU-20")
        return self.append(self._signature(context, covers, person.name, person.signer, "reviewed"))

    def _signature(
        self, context: Context, covers: tuple[str, ...], name: str, signer: Signer, meaning: str
    ) -> Signed:
        time = self.plant.clock.wall().isoformat()
        head = self.journal.head().checkpoint.mark()
        root = esign.covers_root(covers)
        message = esign.message(
            meaning=meaning,
            printed_name=name,
            time=time,
            covers_root=root,
            head=head,
            text_digest=text_digest(TEXT),
            language="en",
            personnel_class=PersonnelClass.SUPERVISOR,
        )
        return Signed(
            context=context,
            meaning=Meaning(meaning),
            printed_name=name,
            personnel_class=PersonnelClass.SUPERVISOR,
            covers=covers,
            covers_root=root,
            text_digest=text_digest(TEXT),
            time=time,
            head=head,
            components=("badge", "secret"),
            signature=esign.sign(signer, message),
        )


class TestPerson:
    """A person at a station: the key unlocked with badge and secret."""

    __test__ = False

    def __init__(self, plant: Plant, person: str) -> None:
        acting = plant.parts.directory.unlock(badge(person), SECRETS[person])
        self.signer, self.name = acting.signer, acting.person.name


@contextmanager
def plant_at(
    path: Path, reserve_mib: int = 0, *, own_keys: bool = False, postgres: bool = False
) -> Iterator[Plant]:
    """A plant founded in ``path``, open until the end.

    Founding takes longer than most tests: unless a test needs ``own_keys``, it gets a copy of a
    plant founded once in this process.
    """
    if own_keys:
        _found(path)
    else:
        shutil.copytree(_founded(postgres=postgres), path, dirs_exist_ok=True)
    if postgres:
        (path / "data" / PLACE).unlink()
        keep_place(path / "data", postgres_of_test.url_of(postgres_of_test.copied(TEMPLATE)))
    clock = ManualClock()
    folder = _folder(path, clock)
    with folder.open(reserve_mib=reserve_mib) as parts, asyncio.Runner() as runner:
        transport = InProcess(application(parts), runner)
        yield Plant(folder, parts, clock, transport)


def _folder(path: Path, clock: ManualClock, database: str = "") -> DataFolder:
    folder = DataFolder(path / "data", clock, nacl.utils.random, TEST_COST)
    folder.database = database
    return folder


def _found(path: Path, database: str = "") -> None:
    """Write a plan and found the plant of it."""
    (path / "plan").mkdir()
    (path / "plan" / "plan.yaml").write_text(PLAN, encoding="utf-8")
    (path / "plan" / "small.yaml").write_text(MASTER, encoding="utf-8")
    folder = _folder(path, ManualClock(), database)
    folder.init(read_plan(path / "plan" / "plan.yaml"), path / "plan", {})


@cache
def _founded(*, postgres: bool = False) -> Path:
    """A plant that is copied, never opened; gone when the process ends."""
    path = Path(mkdtemp())
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    if postgres:
        postgres_of_test.order(f"CREATE DATABASE {TEMPLATE}")
    _found(path, postgres_of_test.url_of(TEMPLATE) if postgres else "")
    return path


__all__ = ["Plant", "SeedSigner", "Station", "Verifier", "credentials", "plant_at"]
