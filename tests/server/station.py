"""A station at the small plant: it works, signs and talks to the server as a terminal does."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

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
from sync import esign
from sync.client import HttpSyncService
from sync.inbox import Inbox
from sync.journal import Journal
from sync.keeper import Keeper
from sync.keys import Signer, TestSigner
from sync.outbox import Outbox
from sync.sqlite import Database, open_database
from sync.witness import Witness
from sync.writer import directly
from terminal.deciders import approved
from terminal.packs import Packs
from tests.server.planned import SECRETS, badge

if TYPE_CHECKING:
    from tests.server.plant import Plant

TEXT = "I reviewed the work."


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
