"""A small plant for the terminal's tests: a pack, people with keys, a station on a real journal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from devices.commands import AnyCommand, PrintLabel, ReadLabel, TakePhoto
from devices.kinds import Answered, CodeRead, InstrumentState, Photo, Printed, Reading
from forms import codec
from forms.entries import Unread
from forms.identifiers import raw_string
from forms.masters import (
    BomLine,
    ConfirmStep,
    IdentifyStep,
    InspectStep,
    LabelStep,
    Limits,
    MeasureStep,
    Operation,
    Product,
    SamplingRow,
    SignStep,
    WorkMaster,
)
from forms.release import judge_release
from forms.terms import (
    LotStatus,
    MaterialDefinition,
    MaterialLot,
    Meaning,
    Person,
    PersonnelClass,
    PhysicalAsset,
    Quantity,
    Text,
)
from forms.workpack import ApprovedMaster, JobOrder, WorkPack
from forms.workpack import Place as PackPlace
from sync.faults import Fault
from sync.inbox import Inbox
from sync.journal import Journal
from sync.keys import TEST_COST, TestSigner, Verifier, wrap_person_key
from sync.outbox import Outbox
from sync.signed_pack import seal_pack
from sync.sqlite import Database, open_database
from sync.testing import ManualClock, MemoryServer
from sync.witness import Witness
from terminal.asked import root_of
from terminal.capture import Place
from terminal.capture_sign import Capture
from terminal.desk_devices import Desk
from terminal.packs import Packs
from terminal.rescuer import Written, export
from terminal.reserve import Room
from terminal.ui import Link, Live
from terminal.unsent import Unsent, look
from terminal.views import Frame, Mark, Verdict

T = TypeVar("T")
ORIGIN = "lotbook.test/S1/ST-01/1"
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SECRETS = {"ana": "123456", "ben": "234567", "qi": "345678"}
PRODUCT_GTIN, TUBE_GTIN = "09506000151007", "09506000211008"
GOOD_LOT, OLD_LOT = "T26-1", "T21-9"


def text(words: str) -> Text:
    """The same words in both languages, told apart."""
    return Text(en=words, zh_CN=f"{words}（中）")


def badge_of(person: str) -> str:
    """A badge's code."""
    return f"LB:ID:{person.upper()}0000000000"


def _person(name: str, classes: tuple[PersonnelClass, ...]) -> Person:
    seed = hashlib.sha256(name.encode()).digest()
    zero: Callable[[int], bytes] = bytes
    return Person(
        id=name,
        name=name.title(),
        classes=classes,
        public_key=TestSigner(name, seed).public_key.hex(),
        wrapped_key=wrap_person_key(
            seed, badge_of(name), SECRETS[name], cost=TEST_COST, random=zero
        ),
        badge_digest=hashlib.sha256(badge_of(name).encode()).hexdigest(),
        qualified=("*",),
    )


def master() -> WorkMaster:
    """One product, one operation of each kind of step, and a signature."""
    operator = PersonnelClass.OPERATOR
    ask: dict[str, Any] = {"title": text("Title"), "instruction": text("Do it")}
    return WorkMaster(
        id="WM-T",
        revision=1,
        title=text("Test set"),
        product=Product(item="SET", gtin=PRODUCT_GTIN, name=text("Set"), shelf_life_days=365),
        bom=(
            BomLine(
                item="TUB",
                name=text("Tube"),
                gtin=TUBE_GTIN,
                per_unit=Quantity(value=Decimal("1.5"), unit="m"),
            ),
        ),
        operations=(
            Operation(
                id="OP10",
                title=text("Kitting"),
                work_unit="WU-10",
                personnel_class=operator,
                steps=(
                    ConfirmStep(id="CLEAR", statement=text("All clear"), **ask),
                    IdentifyStep(id="TUBE", item="TUB", **ask),
                ),
            ),
            Operation(
                id="OP20",
                title=text("Bond and check"),
                work_unit="WU-20",
                personnel_class=operator,
                steps=(
                    MeasureStep(
                        id="WEIGH",
                        characteristic="DOSE",
                        equipment_class="balance",
                        limits=Limits(unit="g", low=Decimal("0.45"), high=Decimal("0.55")),
                        **ask,
                    ),
                    MeasureStep(
                        id="OD",
                        characteristic="OD",
                        equipment_class="caliper",
                        limits=Limits(unit="mm", low=Decimal("4.00"), high=Decimal("4.20")),
                        sampling=(SamplingRow(n=2),),
                        **ask,
                    ),
                    MeasureStep(
                        id="PRESS",
                        characteristic="PRESS",
                        equipment_class="pressure_gauge",
                        limits=Limits(unit="kPa", low=Decimal(50)),
                        typed=True,
                        look=True,
                        **ask,
                    ),
                    InspectStep(
                        id="LEAK",
                        characteristic="LEAK",
                        question=text("Tight?"),
                        photo=True,
                        **ask,
                    ),
                ),
            ),
            Operation(
                id="OP50",
                title=text("Label"),
                work_unit="WU-10",
                personnel_class=operator,
                steps=(LabelStep(id="UDI", **ask),),
            ),
            Operation(
                id="OP60",
                title=text("Verify"),
                work_unit="WU-10",
                personnel_class=PersonnelClass.SUPERVISOR,
                steps=(
                    SignStep(
                        id="VERIFY",
                        meaning=Meaning.VERIFIED,
                        personnel_class=PersonnelClass.SUPERVISOR,
                        covers=("OP10", "OP20", "OP50"),
                        **ask,
                    ),
                ),
            ),
        ),
    )


@lru_cache(maxsize=1)
def people() -> tuple[Person, ...]:
    """An operator, a supervisor, a quality person."""
    return (
        _person("ana", (PersonnelClass.OPERATOR,)),
        _person("ben", (PersonnelClass.SUPERVISOR,)),
        _person("qi", (PersonnelClass.QUALITY,)),
    )


def make_pack(
    number: int = 1, *, units: int = 2, staff: tuple[Person, ...] | None = None
) -> WorkPack:
    """The plant's work pack."""
    made = master()
    digest = codec.digest(made)

    def lot(name: str, expiry: date) -> MaterialLot:
        return MaterialLot(
            lot=name,
            item="TUB",
            quantity=Quantity(value=Decimal(100), unit="m"),
            status=LotStatus.RELEASED,
            expiry=expiry,
        )

    def asset(name: str, role: str) -> PhysicalAsset:
        return PhysicalAsset(
            id=name, equipment_class=role, serial_number="1", calibration_due=date(2027, 1, 1)
        )

    return WorkPack(
        number=number,
        issued_at=NOW - timedelta(days=1),
        expires_at=NOW + timedelta(days=30),
        place=PackPlace(
            enterprise="E",
            site="S1",
            area="A",
            work_center="WC",
            work_units={"WU-10": text("Bench"), "WU-20": text("Lab")},
        ),
        masters=(ApprovedMaster(digest=digest, master=made),),
        job_orders=(
            JobOrder(
                id="JO-1",
                lot="IV26-1",
                units=units,
                work_master=digest,
                serials=tuple(f"{n:04d}" for n in range(1, units + 1)),
            ),
        ),
        people=staff or people(),
        materials=(
            MaterialDefinition(item="TUB", name=text("Tube"), unit="m", gtin=TUBE_GTIN),
            MaterialDefinition(item="SET", name=text("Set"), unit="ea", gtin=PRODUCT_GTIN),
        ),
        lots=(lot(GOOD_LOT, date(2027, 1, 31)), lot(OLD_LOT, date(2024, 1, 31))),
        assets=(
            asset("BAL", "balance"),
            asset("CAL", "caliper"),
            asset("CAM", "camera"),
        ),
        accountability=text("My signature here binds me."),
    )


@dataclass
class Times:
    """Both clocks, moved by hand."""

    clock: ManualClock
    slept_ns: int = 0

    def now(self) -> datetime:
        """Wall time."""
        return self.clock.wall()

    def monotonic_ns(self) -> int:
        """Monotonic time, awake."""
        return self.clock.monotonic_ns() - self.slept_ns

    def elapsed_ns(self) -> int:
        """Monotonic time."""
        return self.clock.monotonic_ns()


@dataclass
class DirectRescuer:
    """The real work of the rescue screen, done at once."""

    database: Path
    media: Path = Path("/nowhere")
    progress: list[int] = field(default_factory=list)

    def look(self, done: Callable[[Unsent | Fault], None]) -> None:
        """Count."""
        done(_tried(lambda: look(self.database)))

    def export(
        self, progress: Callable[[int], None], done: Callable[[Written | Fault], None]
    ) -> None:
        """Write."""

        def told(count: int) -> None:
            self.progress.append(count)
            progress(count)

        done(_tried(lambda: export(self.database, self.media, NOW, told)))


def _tried(work: Callable[[], T]) -> T | Fault:
    try:
        return work()
    except Fault as fault:
        return fault


@dataclass
class Direct:
    """Doors without threads: everything happens at once."""

    station: Capture
    rescuer: DirectRescuer
    frames: list[Frame] = field(default_factory=list)
    commands: list[AnyCommand] = field(default_factory=list)
    drains: int = 0
    broken: Fault | None = None
    server: Callable[[str], bytes | Fault] = lambda _: Fault("server-unreachable", "offline")
    """Answers the release screen's questions."""
    asked: int = 0
    held: list[Callable[[], None]] | None = None
    """A list: answers are kept back until it is emptied."""

    def write(self, work: Callable[[Capture], T], done: Callable[[T | Fault], None]) -> None:
        """Run at once, or keep back."""
        if self.held is not None:
            self.held.append(lambda: self._run(work, done))
        else:
            self._run(work, done)

    def _run(self, work: Callable[[Capture], T], done: Callable[[T | Fault], None]) -> None:
        try:
            if self.broken is not None:
                raise self.broken
            result: T | Fault = work(self.station)
        except Fault as fault:
            result = fault
        done(result)

    def unlock(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        """Run at once."""
        done(work())

    def send(self, command: AnyCommand) -> None:
        """Remember the command."""
        self.commands.append(command)

    def show(self, frame: Frame) -> None:
        """Remember the frame."""
        self.frames.append(frame)

    def drain(self) -> None:
        """Count."""
        self.drains += 1

    def ask_server(self, path: str, done: Callable[[bytes | Fault], None]) -> None:
        """Ask at once, or keep back."""
        self.asked += 1
        if self.held is not None:
            self.held.append(lambda: done(self.server(path)))
        else:
            done(self.server(path))


CLASSES = {
    "scanner": "scanner",
    "balance": "balance",
    "caliper": "caliper",
    "camera": "camera",
    "printer": "label_printer",
}
PNG = b"\x89PNG\r\n\x1a\n0000"


class Bench:
    """A station with its desk, played by hand."""

    def __init__(self, database: Database | None = None, *, units: int = 2) -> None:
        """Open on ``database`` (in memory if none)."""
        self.clock = ManualClock(NOW)
        self.server_key = TestSigner("lotbook.test/S1/log", "server")
        self.server = MemoryServer(self.server_key, self.clock)
        self.database = database or open_database(":memory:")
        self.room: Room | None = None
        """What is kept back on the disk; looked at by ``restart``."""
        self.known_there: dict[str, object] = {}
        """What the server says otherwise about readiness."""
        self.signer = TestSigner(ORIGIN, "station")
        self.server.enrol(Verifier.of(self.signer))
        self.inbox = Inbox(self.database, Verifier.of(self.server_key))
        self.give(make_pack(units=units))
        self.restart()

    def restart(self) -> None:
        """The terminal starts (again, after a power cut) on what is durable."""
        self.journal = Journal(self.database, ORIGIN, self.signer, self.clock)
        place = Place("ST-01", "WU-10", ("WU-10", "WU-20"))
        self.station = Capture(self.journal, Packs(self.inbox), place, self.clock.wall, self.room)
        rescuer = DirectRescuer(self.database.path)
        self.doors = Direct(self.station, rescuer, server=self.readiness)
        live = Live(classes=dict(CLASSES))
        self.times = Times(self.clock)
        self.desk = Desk(self.doors, place, self.times, live, "en", 600)
        self.desk.show()
        self.desk.started(self.station.start())
        for name, role in CLASSES.items():
            self.desk.event(
                InstrumentState(name=name, equipment_class=role, state="ready", instrument=name)
            )

    def give(self, pack: WorkPack) -> None:
        """The server's pack arrives."""
        content = codec.canonical(pack)
        sealed = seal_pack(content, pack.number, pack.issued_at, pack.expires_at, self.server_key)
        self.inbox.accept(sealed)

    def readiness(self, path: str) -> bytes | Fault:
        """What a server says that holds this station's accepted records, and no others."""
        if not self.desk.link.online:
            return Fault("server-unreachable", "offline")
        job = path.split("/")[2]
        return json.dumps(self.told(job) | self.known_there).encode()

    def told(self, job: str) -> dict[str, object]:
        """The server's answer about the records of this station, by the rule book."""
        state = self.station.records.states[job]
        verdict = judge_release(state)
        return {
            "job": job,
            "ready": verdict.passed,
            "reasons": [(one.code, dict(one.params)) for one in verdict.reasons],
            "records": len(state.records),
            "records_root": root_of(state),
        }

    # --- looking -------------------------------------------------------------------------------

    @property
    def frame(self) -> Frame:
        """The newest frame."""
        return self.doors.frames[-1]

    @property
    def mark(self) -> Mark:
        """The mark of the verdict on the newest frame."""
        verdict = getattr(self.frame.stage, "verdict", None)
        return verdict.mark if isinstance(verdict, Verdict) else Mark.NONE

    @property
    def name(self) -> str:
        """The newest frame's name."""
        return self.frame.name

    def kinds(self) -> list[str]:
        """The kinds in the log, without the sync layer's."""
        entries = [recorded.entry for recorded in self.station.records._all]
        return [codec.kind_of(entry) for entry in entries if not isinstance(entry, Unread)]

    # --- acting --------------------------------------------------------------------------------

    def touch(self, intent: str, **params: str) -> None:
        """Touch a button."""
        self.desk.dispatch(intent, params)

    def scan(self, words: str, symbology: str = "]C0") -> None:
        """Scan text."""
        code = CodeRead(name="scanner", raw=words.encode(), symbology=symbology, instrument="SCN")
        self.desk.event(code)
        self.desk.show()

    def lot(self, lot: str, expiry: str = "270131") -> None:
        """Scan a component lot's DataMatrix."""
        self.scan(f"01{TUBE_GTIN}17{expiry}10{lot}", "]d2")

    def keys(self, digits: str) -> None:
        """Type and touch OK."""
        for digit in digits:
            self.touch("key", key=digit)
        self.touch("key", key="ok")

    def badge_in(self, person: str) -> None:
        """Badge and secret."""
        self.scan(badge_of(person))
        self.keys(SECRETS[person])

    def weigh(self, value: str, state: str = "stable", *, name: str = "balance") -> None:
        """The instrument says."""
        unit, asset = {"balance": ("g", "BAL"), "caliper": ("mm", "CAL")}[name]
        reading = Reading(
            name=name,
            quantity=Quantity(value=Decimal(value), unit=unit),
            state=state,  # type: ignore[arg-type]
            raw=f"S S {value} {unit}".encode(),
            instrument=asset,
            taken_at_ns=self.clock.monotonic_ns(),
            settled=state == "stable",
        )
        self.desk.event(reading)
        self.desk.show()

    def wait(self, seconds: float) -> None:
        """Time passes; the desk ticks."""
        self.clock.pass_(seconds)
        self.desk.tick()

    def sleep(self, seconds: float) -> None:
        """The machine is suspended, and wakes up."""
        self.times.slept_ns += int(seconds * 1_000_000_000)
        self.wait(seconds)

    def settle(self) -> None:
        """Let a pass move on."""
        self.wait(1.0)

    def answer(self) -> None:
        """The instruments answer the last command."""
        command = self.doors.commands[-1]
        if isinstance(command, TakePhoto):
            self.desk.event(Answered(name=command.name, id=command.id, photo=Photo.of(PNG)))
        elif isinstance(command, PrintLabel):
            printed = Printed(png=PNG, where="x", sha256="0" * 64)
            self.desk.event(Answered(name=command.name, id=command.id, printed=printed))
        elif isinstance(command, ReadLabel):
            self.desk.event(Answered(name=command.name, id=command.id))
        self.desk.show()

    def read_label(self) -> None:
        """Scan the label that was printed last."""
        label = next(c for c in reversed(self.doors.commands) if isinstance(c, PrintLabel)).label
        self.scan(raw_string(label.content).decode(), "]d2")

    # --- whole parts ---------------------------------------------------------------------------

    def begin(self) -> None:
        """Sign in the operator and open the job order."""
        self.badge_in("ana")
        self.touch("open_job", job_order="JO-1")

    def kit(self) -> None:
        """OP10."""
        self.touch("confirm", answer="yes")
        self.settle()
        self.lot(GOOD_LOT)
        self.settle()

    def check(self) -> None:
        """OP20."""
        self.weigh("0.500")
        self.touch("accept_reading")
        self.settle()
        for _ in range(2):
            self.weigh("4.10", name="caliper")
            self.settle()
        self.touch("type_value")
        self.keys("52")
        self.touch("accept_reading")
        self.touch("next")
        self.touch("take_photo")
        self.answer()
        self.touch("inspect", outcome="pass")
        self.settle()

    def label(self) -> None:
        """OP50."""
        for _ in range(2):
            self.touch("print_label")
            self.answer()
            self.read_label()
            self.settle()

    def supervisor(self) -> None:
        """OP60, signed by the supervisor in the operator's session."""
        self.touch("sign")
        self.scan(badge_of("ben"))
        self.keys(SECRETS["ben"])
        self.keys(SECRETS["ben"])

    def drain(self) -> None:
        """Everything goes to the server."""
        verifier = Verifier.of(self.server_key)
        witness = Witness(self.database, verifier, self.signer, self.clock)
        Outbox(self.journal, self.server, verifier, witness=witness).drain()
        self.desk.link = Link(online=True)
        self.desk.refreshed(self.station.snapshot())
