"""A terminal's machine: the real use cases, journal, outbox, inbox, witness and rounds on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sync.checkpoint import Checkpoint, open_note
from sync.client import HttpSyncService
from sync.faults import Fault
from sync.inbox import Inbox
from sync.journal import Journal
from sync.keys import TestSigner, Verifier
from sync.mirror import FileMirror
from sync.outbox import FROZEN
from sync.writer import directly
from terminal.capture import Place
from terminal.capture_sign import Capture
from terminal.config import DATABASE_FILE
from terminal.link import LinkLoop
from terminal.packs import Packs
from terminal.station import Opened, make_link
from tests.simulation.clocks import MachineClock
from tests.simulation.disk import (
    TERMINAL,
    Disk,
    Image,
    PowerCut,
    TerminalDatabase,
    image_of,
    put_back,
)
from tests.simulation.wire import Wire
from tests.simulation.world import MINUTE, SECOND

if TYPE_CHECKING:
    from random import Random

    from tests.simulation.plant import Plant

UNITS = ("WU-10", "WU-20")
STOPS = frozenset({"journal-rolled-back", "journal-damaged", *FROZEN.values()})
"""Codes after which this station's log is given up and people must act."""


class Machine:
    """One terminal."""

    def __init__(self, plant: Plant, name: str, station: str, epoch: int = 1) -> None:
        """``name``: of the machine; ``station``: of the station it is (a clone is the same one)."""
        self.plant, self.name, self.station, self.epoch = plant, name, station, epoch
        self.origin = f"{plant.prefix}/{station}/{epoch}"
        self.signer = TestSigner(self.origin, self.origin)
        self.folder = plant.folder / name / str(epoch)
        self.folder.mkdir(parents=True)
        self._mirror = plant.folder / name / f"{epoch}.head"
        self._random: Random = plant.chance.stream(f"machine {name} {epoch}")
        self.mirrored = self._random.random() < 0.5
        """Whether the newest head is kept on a second medium."""
        self.clock = MachineClock(plant.world, name)
        self.disk = Disk(plant.world, plant.troubles, name, TERMINAL)
        self.wire = Wire(plant.world, plant.troubles, name, plant.site)
        self.capture: Capture | None = None
        self._photos: Callable[[], int] = int
        self.link: LinkLoop | None = None
        self.lives = 0
        self.branch = 0
        """Counts how often an older image was put back: another history from then on."""
        self.refused = ""
        """Why the program did not open its log, or gave it up."""
        self._close: Callable[[], None] = lambda: None

    @property
    def verifier(self) -> Verifier:
        """The server's public key."""
        return self.plant.server_key

    # --- power ---------------------------------------------------------------------------------

    def on(self) -> None:
        """Switched on: the program opens what is on the disk."""
        if self.capture is not None or self.refused:
            return
        self.lives += 1
        self.clock.boot_again()
        self._database = database = TerminalDatabase(self.folder / DATABASE_FILE, self.disk)
        try:
            self._open(database)
        except Fault as fault:
            database.close()
            self._give_up(fault.code)
            return
        self.disk.armed = True
        self.plant.world.say(self.name, f"is on with {self.saved} records")

    def _open(self, database: TerminalDatabase) -> None:
        mirror = FileMirror(self._mirror) if self.mirrored else None
        journal = Journal(database, self.origin, self.signer, self.clock, mirror=mirror)
        packs = Packs(Inbox(database, self.verifier))
        place = Place(self.station, UNITS[0], UNITS)
        capture = Capture(journal, packs, place, self.clock.wall)
        life = self.lives
        self.wire.alive = lambda: self._still(life)
        service = HttpSyncService(
            "http://server", self.signer, transport=self.wire, clock=self.clock,
            server=self.verifier,
        )  # fmt: skip
        opened = Opened(database, self.signer, self.verifier, packs, capture, service)
        self.link = make_link(opened, directly, self.clock, self._random.random)
        capture.start()
        self.capture = capture

        def photos() -> int:
            return journal.attachments.waiting()

        self._photos = photos

        def close() -> None:
            service.close()
            database.close()

        self._close = close

    @property
    def drained(self) -> bool:
        """Whether everything it saved is witnessed, and the photos are handed over."""
        if self.capture is None or self._photos():
            return False
        counted = self.capture.snapshot().counted
        return counted.witnessed == counted.saved

    def seen(self) -> Checkpoint | None:
        """The newest checkpoint of the server that it keeps as its witness."""
        with self._database.read() as connection:
            row = connection.execute("SELECT note FROM witnessed").fetchone()
        return None if row is None else open_note(row[0], self.verifier)

    @property
    def saved(self) -> int:
        """How many records its strip calls saved; 0 while it is off."""
        return self.capture.snapshot().counted.saved if self.capture else 0

    def _still(self, life: int) -> None:
        """PowerCut if this is not the life in which the request was made."""
        if self.capture is None or self.lives != life:
            raise PowerCut

    def off(self) -> None:
        """Switched off; what was committed stays."""
        self.disk.armed = False
        self._close()
        self._close = lambda: None
        self.capture = self.link = None

    def cut(self) -> None:
        """It lost its power; somebody switches it on again later."""
        if self.capture is None:
            return
        self.off()
        self.plant.world.say(self.name, "is dark")
        self.plant.world.after(self._random.randint(1, 60) * MINUTE, self.on)

    def _give_up(self, code: str) -> None:
        self.refused = code
        self.plant.world.say(self.name, f"gives up: {code}")
        self.plant.oracle.gave_up(self, code)

    # --- images --------------------------------------------------------------------------------

    def image(self) -> Image:
        """A copy of its disk, made while it is switched off for a moment."""
        was_on = self.capture is not None
        self.off()
        image = image_of(self.folder)
        if was_on:
            self.on()
        return image

    def put_back(self, image: Image) -> None:
        """An older image of its disk is put back."""
        self.off()
        put_back(self.folder, image)
        self.branch += 1
        self.on()

    # --- the network's rounds ------------------------------------------------------------------

    def round(self) -> None:
        """One round with the server; plans the next."""
        life, link = self.lives, self.link
        wait = 60.0
        if link is not None and not self.refused:
            try:
                wait = link.once(lambda: None, lambda: self.lives != life)
                self._after_round(link)  # may write: whoever was revoked is signed out
            except PowerCut:
                self.cut()
        self.plant.world.after(int(wait * self.plant.thinning) * SECOND, self.round)

    def _after_round(self, link: LinkLoop) -> None:
        if self.capture is None:
            return
        try:
            self.capture.refresh()
        except Fault as fault:  # the screen says so, and the next round looks again
            self.plant.world.say(self.name, f"cannot read its documents: {fault.code}")
            return
        state = "online" if link.link.online else link.link.code
        counted = self.capture.snapshot().counted
        self.plant.world.say(
            self.name,
            f"round: {state}; {counted.saved} saved {counted.sent} sent "
            f"{counted.accepted} accepted {counted.witnessed} witnessed",
        )
        self.plant.oracle.looked(self)
        if link.link.code in STOPS:
            self.off()
            self._give_up(link.link.code)
