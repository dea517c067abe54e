"""The composition root: makes the server's parts from a data folder, and the application."""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

from server.alarms.disk import Disk
from server.evidence.causes import of_change
from server.ingest.beacons import Beacons
from server.ingest.behind import Behind
from server.ingest.branches import Branches
from server.ingest.failures import Failures
from server.ingest.intake import Intake
from server.ingest.jobs import Jobs
from server.ingest.lookers import Lookers
from server.ingest.projector import Projections
from server.ingest.service import Ingest
from server.integrate.oidc_client import OidcClient
from server.integrate.tsa_client import TsaClient
from server.integrate.witness_client import WitnessClient
from server.log.book import Book
from server.log.memory import FILE as REMEMBERED
from server.log.memory import Memory
from server.masters.catalogue import Catalogue
from server.masters.holds import Holding
from server.masters.orders import Orders, WorkMasters
from server.masters.packs import Packs
from server.mirrors import FILE as MIRRORS
from server.mirrors import read_mirrors
from server.oversight import Oversight
from server.parts import Parts
from server.people.directory import Directory
from server.people.enrolment import Enrolment
from server.people.factor_changes import FactorChanges
from server.people.factors import Factors
from server.people.gate import Gate
from server.people.lockout import Lockout
from server.people.presence import Presence
from server.people.provider import FILE as IDENTITY
from server.people.provider import read_provider
from server.people.rotations import Rotations
from server.people.sessions import Sessions
from server.people.sign_on import SignOn
from server.people.station_sessions import StationSessions
from server.people.stations import Stations
from server.people.vault import Vault
from server.quality.batch import BatchReader
from server.quality.continuity import Continuity
from server.quality.disputes import Disputes
from server.quality.holds import Holds
from server.quality.known import Known
from server.quality.late_uses import LateUses
from server.quality.office import Office
from server.quality.readiness import Quality
from server.recall.office import Desks, RecallOffice
from server.recovery.desk import make_rescue
from server.store.attachments import Attachments
from server.trace.genealogy import Genealogy
from server.trace.graph.graph import Graph
from server.trace.graph.keeper import Keeper
from server.trace.graph.snapshot import Snapshots
from server.trace.instruments import Instruments
from server.trace.not_known import Outstanding
from server.witnesses.stamper import Stamper
from server.witnesses.submitter import Submitter
from server.workers import Workers
from sync import files
from sync.journal import Journal
from sync.keys import PERSON_COST, Cost, Verifier

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from server.api.early import Early, Whole
    from server.api.guard import App, Guard
    from server.api.peers import Limits
    from server.ingest.brought import Looker
    from server.store.protocol import Store
    from server.witnesses.authority import Authority
    from server.witnesses.outsiders import Outsider
    from sync.clock import Clock
    from sync.keys import Signer
    from sync.reserve import Reserve
    from sync.sqlite import Database


def assemble(  # noqa: PLR0913 - the parts of a server
    *,
    folder: Path,
    store: Store,
    office_database: Database,
    server_key: Signer,
    office_key: Signer,
    clock: Clock,
    random: Callable[[int], bytes],
    machine_secret: bytes,
    cost: Cost = PERSON_COST,
    outsiders: Sequence[Outsider] = (),
    authority: Authority | None = None,
    reserve: Reserve | None = None,
) -> Parts:
    """The parts over an open store; keys are named after their origins."""
    verifier, (jobs, projections) = Verifier.of(server_key), folds(store)
    book = _book(folder, store, server_key, clock.wall, projections)
    stations, directory = Stations(book, office_key.name.rsplit("/", 2)[0]), Directory(store)
    genealogy, holding, catalogue, masters = _masters(folder, book, projections)
    orders, known = Orders(book, masters), Known(store, catalogue, holding)
    packs = Packs(book, server_key, directory, catalogue, masters, orders)
    ingest = _ingest(book, server_key, projections, _judged(book, jobs, known, holding), stations)
    office, behind = _office(office_database, office_key, clock, ingest, verifier), Behind(book)
    quality = Quality(book, jobs, catalogue, stations, packs, office, known)
    instruments = Instruments.over(book, Holds(book, quality, catalogue, holding), genealogy)
    rescue = make_rescue(book, server_key, office, random, folder)
    return Parts(
        signer=server_key,
        verifier=verifier,
        book=book,
        projections=projections,
        behind=behind,
        jobs=jobs,
        directory=directory,
        enrolment=Enrolment(book, random, cost),
        gate=Gate(clock.wall),
        factors=_doors(book, directory, clock, random, Vault(machine_secret, random), cost),
        stations=stations,
        station_sessions=StationSessions(book, stations, clock.wall, random),
        catalogue=catalogue,
        masters=masters,
        orders=orders,
        packs=packs,
        ingest=ingest,
        intake=Intake(book.unit, first=behind.beside),
        attachments=_attachments(folder, book),
        office=office,
        quality=quality,
        recall=RecallOffice.over(book, jobs, instruments, Desks(stations, packs), clock, random),
        reader=BatchReader(book, jobs, verifier, catalogue),
        instruments=instruments,
        oversight=_oversight(book, instruments, folder, clock, verifier, masters),
        disk=Disk(book, reserve, lambda: files.read_only(folder)),
        submitter=Submitter(book, outsiders, WitnessClient(), rescue),
        stamper=Stamper(book, authority, TsaClient(), rescue),
        rescue=rescue,
        sign_on=_sign_on(folder, book, random),
        workers=Workers(),
    )


def _oversight(
    book: Book,
    instruments: Instruments,
    folder: Path,
    clock: Clock,
    verifier: Verifier,
    masters: WorkMasters,
) -> Oversight:
    """What looks over it all; of a work master that is replaced it freezes what is under way."""
    oversight = Oversight.over(book, instruments, folder, clock, verifier)
    masters.changed = of_change(oversight.freezer, book.store)
    return oversight


def _masters(
    folder: Path, book: Book, projections: Projections
) -> tuple[Genealogy, Holding, Catalogue, WorkMasters]:
    """Where lots went, what is held, and the master data."""
    genealogy, holding = _genealogy(folder, book, projections)
    return genealogy, holding, Catalogue(book, holding), WorkMasters(book)


def _sign_on(folder: Path, book: Book, random: Callable[[int], bytes]) -> SignOn | None:
    """The door of the plant's identity provider, where it has one."""
    provider = read_provider(folder / IDENTITY)
    if provider is None:
        return None
    return SignOn(book.store, provider, OidcClient(), book.clock, random)


def _doors(
    book: Book,
    directory: Directory,
    clock: Clock,
    random: Callable[[int], bytes],
    vault: Vault,
    cost: Cost,
) -> FactorChanges:
    """People's sessions, and the second factors that some of them take; ``vault`` keeps those."""
    now, factors = clock.wall, Factors(book, vault, cost)
    sessions = Sessions(book.store, Lockout(book, clock), directory, factors, now, random)
    return FactorChanges(book, factors, sessions, vault, random)


def _genealogy(folder: Path, book: Book, projections: Projections) -> tuple[Genealogy, Holding]:
    """Where lots went, kept in step with the fold; and which are held with what went into them."""

    def folded() -> int:
        book.catch_up()
        return book.size - book.behind

    def leaf(size: int) -> bytes | None:
        return book.tree.leaf(size - 1) if 0 < size <= book.size else None

    snapshots = Snapshots(folder / "genealogy", version("lotbook"))
    saved = partial(snapshots.load, book.root_at)
    graph = projections.follower = Graph(book.store, folded, saved, snapshots.discard, leaf)
    keeper = Keeper(graph, book.store, snapshots, book.root_at)
    genealogy = Genealogy(book.store, graph, Outstanding(book.store, book.clock), keeper)
    return genealogy, Holding(book.store, genealogy.downstream)


def _judged(book: Book, jobs: Jobs, known: Known, holding: Holding) -> Lookers:
    """Who looks whether records that arrive may stand, and whether they touch what is held."""
    return Lookers(Disputes(book, jobs, known), LateUses(book, jobs, holding))


def folds(store: Store) -> tuple[Jobs, Projections]:
    """What is folded from the log."""
    failures = Failures(store)
    jobs = Jobs(store, failures)
    return jobs, Projections(store, jobs, failures)


def _office(
    database: Database, key: Signer, clock: Clock, ingest: Ingest, server: Verifier
) -> Office:
    """Who signs at the console, over a journal of its own."""
    journal = Journal(database, key.name, key, clock)
    return Office(journal, ingest, Verifier.of(key), server, clock.wall)


def _attachments(folder: Path, book: Book) -> Attachments:
    """Photos and files beside the book."""
    place = folder / "attachments"
    return Attachments(place, book.store, book.clock, book.state, book.alarm_unless_open)


def _book(
    folder: Path, store: Store, key: Signer, now: Callable[[], datetime], projections: Projections
) -> Book:
    """The book, with its second memory beside the database."""
    return Book(
        store=store,
        signer=key,
        origin=key.name,
        clock=now,
        projector=projections,
        memory=Memory(folder / REMEMBERED, read_mirrors(folder / MIRRORS)),
    )


def _ingest(
    book: Book, key: Signer, projections: Projections, judged: Looker, stations: Stations
) -> Ingest:
    """Taking in, and the fold behind it: who reads a table that lags has it caught up first."""
    branches = Branches(book)
    beacons = Beacons(book, Verifier.of(key))
    own = (beacons, Rotations(book, stations), branches, Continuity(book))
    projections.looker = Lookers(*own, judged, Presence(book))
    book.store.before_lagging(book.catch_up)
    return Ingest(book, key, branches, projections)


def application(parts: Parts, limits: Limits | None = None) -> Guard:
    """The whole application: the interfaces of this server over its parts."""
    return _guarded(_whole(parts).app, parts, limits)


def started(parts: Parts, limits: Limits | None = None) -> tuple[Guard, Early]:
    """The application of a server that starts, whose whole is still to be made."""
    from server.api.early import Early  # noqa: PLC0415  no command waits for what answers

    early = Early(parts, partial(_whole, parts))
    return _guarded(early, parts, limits), early


def _guarded(app: App, parts: Parts, limits: Limits | None) -> Guard:
    from server.api.guard import Guard  # noqa: PLC0415  as above

    return Guard(app, server_key=parts.verifier.public_key.hex(), limits=limits)


def prepare() -> None:
    """Import what answers: who stands by has the time for it now, and none when its turn comes."""
    import server.api.application  # noqa: PLC0415  as above
    import server.api.early  # noqa: PLC0415  as above
    import server.console  # noqa: F401, PLC0415  as above


def _whole(parts: Parts) -> Whole:
    """All interfaces, made in one go: the web framework with them, which a start has not yet."""
    from server.api.application import at_the_doors, whole  # noqa: PLC0415  as above
    from server.api.early import Whole  # noqa: PLC0415  as above
    from server.console import interfaces  # noqa: PLC0415  as above

    app = whole(parts, interfaces())
    return Whole(at_the_doors(app, parts), app)
