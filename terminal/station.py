"""Opening the station: database, journal, work packs, use cases, link. Runs on the writer thread.

Everything heavy is here, after the first screen is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from shutil import disk_usage
from typing import TYPE_CHECKING

from sync.backoff import Backoff
from sync.client import HttpSyncService
from sync.envelope import check
from sync.faults import Fault
from sync.inbox import Inbox
from sync.instance import Instance
from sync.journal import Journal
from sync.keeper import Keeper
from sync.mirror import FileMirror
from sync.outbox import Outbox
from sync.past import Past
from sync.reserve import MIB, RESERVE_FILE, Reserve
from sync.sqlite import open_database
from sync.witness import Witness
from terminal.capture import Place
from terminal.capture_sign import Capture
from terminal.deciders import approved
from terminal.enrol import load_key, server_verifier, unfinished
from terminal.link import LinkLoop
from terminal.machine import check_machine
from terminal.packs import Packs
from terminal.room import Room

if TYPE_CHECKING:
    from collections.abc import Callable

    from sync.clock import Clock
    from sync.keys import Signer, Verifier
    from sync.sqlite import Database
    from sync.writer import OnWriter
    from terminal.config import StationConfig

HEAD_FILE = "station.head"
FIRST_S, CAP_S = 0.5, 5.0
"""Waits between tries to reach the server; short, for it stands in the same building."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A station that can record."""

    database: Database
    signer: Signer
    verifier: Verifier | None
    packs: Packs
    capture: Capture
    service: HttpSyncService


def place_of(config: StationConfig) -> Place:
    """Where the station stands."""
    facts = config.station
    return Place(facts.station, facts.work_unit, facts.work_units)


def open_station(
    config: StationConfig,
    clock: Clock,
    machine_secret: bytes,
    marks: tuple[str, ...] = (),
) -> Opened:
    """Open everything. Raises Fault: nothing is half open then.

    ``marks`` of this machine go into the log's first entry and are compared with it ever after;
    without any nothing is compared.
    """
    if unfinished(config.data):
        raise Fault("rotation-unfinished", str(config.data))
    signer = load_key(config, machine_secret)
    if signer.name != config.station.origin:
        raise Fault("database-of-another-program", f"the key is of {signer.name}")
    try:
        verifier = server_verifier(config)
    except (ValueError, OSError) as error:  # BadKey is a ValueError, and so is what is no text
        raise Fault("server-key-unknown", str(error)) from error
    database = open_database(config.database)
    try:
        mirror = FileMirror(config.mirror or config.data / HEAD_FILE)
        journal = _journal(database, signer, clock, mirror, marks)
        packs = Packs(Inbox(database, verifier) if verifier else None)
        capture = Capture(journal, packs, place_of(config), clock.wall, _room(config))
        capture.records.load_past(Past(database))
    except Fault:
        database.close()
        raise
    service = HttpSyncService(config.server.url, signer, clock=clock, server=verifier)
    return Opened(database, signer, verifier, packs, capture, service)


def _room(config: StationConfig) -> Room:
    """What is kept back on the disk that holds the records."""
    size = config.station.disk_reserve_mib * MIB
    if not size:
        return Room()
    return Room(Reserve(config.data / RESERVE_FILE, size, lambda: disk_usage(config.data).free))


def _journal(
    database: Database, signer: Signer, clock: Clock, mirror: FileMirror, marks: tuple[str, ...]
) -> Journal:
    """The station's log, if it was begun on this machine. Raises Fault."""
    begun = {"reason": "created", "machine": list(marks)} if marks else None
    journal = Journal(database, signer.name, signer, clock, opened=begun, mirror=mirror)
    if marks:
        check_machine(check(journal.entries(0, 1)[0].data).body, marks)
    if journal.frozen is None:
        journal.tell_healed()  # cut between the healing and its entry
    return journal


def make_link(
    opened: Opened, on_writer: OnWriter, clock: Clock, random: Callable[[], float]
) -> LinkLoop | None:
    """The link's rounds; None while the server's key is not known. Call on the writer thread."""
    if opened.verifier is None:
        return None
    opened.service.marks = Instance(opened.database, random, on_writer)
    witness = Witness(opened.database, opened.verifier, opened.signer, clock)
    outbox = Outbox(
        opened.capture.journal,
        opened.service,
        opened.verifier,
        witness=witness,
        keeper=Keeper(opened.database),
        approved=approved(opened.packs, on_writer),
        on_writer=on_writer,
    )
    backoff = Backoff(random, FIRST_S, CAP_S)
    service = opened.service
    return LinkLoop(
        service, outbox, opened.packs, on_writer, backoff, clock.wall,
        certificate=lambda: service.certificate_until,
    )  # fmt: skip
