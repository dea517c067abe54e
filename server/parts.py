"""The server's parts, made once by the composition root and handed to every interface."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from server.alarms.desk import Alarms
from server.audit.trail import Trail
from server.ingest.scopes import Scopes
from server.people.grants import Grants
from server.people.identity_links import IdentityLinks
from server.quality.continuity import Continuity
from server.quality.forks import Forks

if TYPE_CHECKING:
    from server.alarms.disk import Disk
    from server.ingest.behind import Behind
    from server.ingest.intake import Intake
    from server.ingest.jobs import Jobs
    from server.ingest.projector import Projections
    from server.ingest.service import Ingest
    from server.log.book import Book
    from server.masters.catalogue import Catalogue
    from server.masters.holds import Holding
    from server.masters.orders import Orders, WorkMasters
    from server.masters.packs import Packs
    from server.oversight import Oversight
    from server.people.directory import Directory
    from server.people.enrolment import Enrolment
    from server.people.factor_changes import FactorChanges
    from server.people.gate import Gate
    from server.people.sessions import Sessions
    from server.people.sign_on import SignOn
    from server.people.station_sessions import StationSessions
    from server.people.stations import Stations
    from server.quality.batch import BatchReader
    from server.quality.holds import Holds
    from server.quality.late_uses import LateUses
    from server.quality.office import Office
    from server.quality.readiness import Quality
    from server.recall.office import RecallOffice
    from server.recovery.desk import Rescue
    from server.store.attachments import Attachments
    from server.store.protocol import Store
    from server.trace.genealogy import Genealogy
    from server.trace.instruments import Instruments
    from server.witnesses.stamper import Stamper
    from server.witnesses.submitter import Submitter
    from server.workers import Workers
    from sync.keys import Signer, Verifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything a route may use. All calls from the event loop's thread."""

    signer: Signer
    verifier: Verifier
    """The server's public key; its name is the global log's origin."""
    book: Book
    projections: Projections
    behind: Behind
    jobs: Jobs
    directory: Directory
    enrolment: Enrolment
    gate: Gate
    factors: FactorChanges
    stations: Stations
    station_sessions: StationSessions
    catalogue: Catalogue
    masters: WorkMasters
    orders: Orders
    packs: Packs
    ingest: Ingest
    intake: Intake[Any]
    """Where pushes, heads and openings of sessions wait for their turn."""
    attachments: Attachments
    office: Office
    quality: Quality
    recall: RecallOffice
    reader: BatchReader
    instruments: Instruments
    oversight: Oversight
    disk: Disk
    submitter: Submitter
    stamper: Stamper
    rescue: Rescue
    sign_on: SignOn | None
    """At the plant's identity provider, if it has one."""
    workers: Workers
    """Threads for pure computation; nothing else of this leaves the event loop's thread."""

    @property
    def clock(self) -> Callable[[], datetime]:
        """The server's wall clock, aware."""
        return self.book.clock

    @property
    def sessions(self) -> Sessions:
        """People's sessions."""
        return self.factors.sessions

    @property
    def store(self) -> Store:
        """Where the book is kept."""
        return self.book.store

    @property
    def scopes(self) -> Scopes:
        """Where things are in the equipment hierarchy."""
        return Scopes(self.store)

    @property
    def grants(self) -> Grants:
        """Who holds which class where."""
        return Grants(self.book)

    @property
    def identity_links(self) -> IdentityLinks:
        """To whom the identity provider's words are bound."""
        return IdentityLinks(self.book)

    @property
    def alarms(self) -> Alarms:
        """Raised by the server, closed by people."""
        return Alarms(self.book)

    @property
    def trail(self) -> Trail:
        """The audit trail."""
        return self.oversight.trail

    @property
    def forks(self) -> Forks:
        """Second histories, and quality's decisions on them."""
        return Forks(self.book)

    @property
    def continuity(self) -> Continuity:
        """New epochs, and what they lack."""
        return Continuity(self.book)

    @property
    def holds(self) -> Holds:
        """What holds lots and lets them go."""
        return self.instruments.holds.holds

    @property
    def holding(self) -> Holding:
        """Which hold is in force on a lot."""
        return self.holds.holding

    @property
    def late_uses(self) -> LateUses:
        """Work on lots while they were on hold."""
        return self.recall.late_uses

    @property
    def genealogy(self) -> Genealogy:
        """Where lots went and came from."""
        return self.instruments.genealogy
