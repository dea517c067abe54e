"""A station on a real journal with its desk, played by hand."""

from __future__ import annotations

import json
from decimal import Decimal

from devices.commands import PrintLabel, ReadLabel, TakePhoto
from devices.config import read_configs
from devices.kinds import Answered, CodeRead, InstrumentState, Photo, Printed, Reading
from forms import codec
from forms.entries import Unread
from forms.identifiers import raw_string
from forms.release import judge_release
from forms.terms import (
    Quantity,
)
from forms.workpack import WorkPack
from sync.faults import Fault
from sync.inbox import Inbox
from sync.journal import Journal
from sync.keys import TestSigner, Verifier
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
from terminal.room import Room
from terminal.ui import Link, Live
from terminal.views import Frame, Mark, Verdict
from tests.terminal.documents import (
    GOOD_LOT,
    NOW,
    ORIGIN,
    SECRETS,
    TUBE_GTIN,
    badge_of,
    make_pack,
)
from tests.terminal.doors import Direct, DirectRescuer, Times

CLASSES = {
    "scanner": "scanner",
    "balance": "balance",
    "caliper": "caliper",
    "camera": "camera",
    "printer": "label_printer",
}
CONFIGS = read_configs(
    [
        {
            "name": name,
            "equipment_class": CLASSES[name],
            "asset": asset,
            "driver": driver,
            "url": url,
        }
        for name, asset, driver, url in (
            ("scanner", "SCN", "scanner_serial", "usb://0C2E:0B6A/19A3"),
            ("balance", "BAL", "mt_sics", "usb://0403:6001/A50285BI"),
            ("caliper", "CAL", "mitutoyo", "usb://0403:6001/A9BX12KT"),
            ("camera", "CAM", "camera", "video:0"),
            ("printer", "PRN", "label_printer", "tcp://10.0.20.41:9100"),
        )
    ]
)
PNG = b"\x89PNG\r\n\x1a\n0000"


class Bench:
    """A station with its desk, played by hand."""

    def __init__(
        self,
        database: Database | None = None,
        *,
        units: int = 2,
        symbology: str = "gs1-datamatrix",
    ) -> None:
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
        self.give(make_pack(units=units, symbology=symbology))
        self.restart()

    def restart(self) -> None:
        """The terminal starts (again, after a power cut) on what is durable."""
        self.journal = Journal(self.database, ORIGIN, self.signer, self.clock)
        place = Place("ST-01", "WU-10", ("WU-10", "WU-20"))
        self.station = Capture(self.journal, Packs(self.inbox), place, self.clock.wall, self.room)
        rescuer = DirectRescuer(self.database.path)
        self.doors = Direct(self.station, rescuer, server=self.readiness)
        configs = {one.name: one for one in CONFIGS}
        live = Live(classes=dict(CLASSES), polled=frozenset({"balance"}), configs=configs)
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

    def weigh(
        self, value: str, state: str = "stable", *, name: str = "balance", serial: str = "1"
    ) -> None:
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
            serial_number=serial,
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

    def decide_rework(self) -> None:
        """A weight out of limits, and the decision on it up to its signature."""
        self.begin()
        self.kit()
        self.weigh("0.612")
        self.touch("accept_reading")
        self.touch("raise_nonconformity")
        self.touch("decide", disposition="rework")
        self.touch("choose_reason", reason="process-repeated")

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
