"""What is inside the entries of a whole log: electronic signatures, and the files they name."""

from __future__ import annotations

import re
from collections.abc import Callable
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sync.merkle import EMPTY_ROOT
from sync.verify_esign import check_signer, lacking
from sync.verify_records import Record
from sync.verify_signatures import attached

if TYPE_CHECKING:
    from sync.keyring import Keyring
    from sync.verify_log import LogCheck, Place
    from sync.verify_marks import Findings

_HEAD = re.compile(r"(0|[1-9][0-9]{0,15}):([0-9a-f]{64})")


class EntryCheck:
    """Looks into the entries of one log as :class:`sync.verify_log.LogCheck` reads them."""

    def __init__(
        self,
        log: LogCheck,
        ring: Keyring,
        findings: Findings,
        file_problem: Callable[[str], str] | None,
    ) -> None:
        """``file_problem`` says what is wrong with the file of a digest: a finding's code."""
        self._log, self._ring, self._findings = log, ring, findings
        self._file_problem = file_problem
        self._used: set[str] = set()
        self.signatures = 0
        self.unbound = 0
        """Signatures of the older form, which does not bind the signer's class."""
        self.files = 0
        self.late_heads = 0
        """Signatures whose head lies too far back to be looked up in one reading."""

    def look(self, place: Place) -> Record | None:
        """Check what the entry holds; the record if it is an electronic signature."""
        if place.envelope is None:
            return None
        record = self._record(place)
        if self._file_problem is not None:
            self._files(record, self._file_problem)
        if place.envelope.kind != "signed":
            return None
        before = self._findings.count
        self._signature(record, place.envelope.body)
        return record if self._findings.count == before else None

    def _record(self, place: Place) -> Record:
        log = self._log
        ref = place.leaf.hex()
        return Record(log.origin, place.index, log.member, place.data, place.envelope, ref)

    def _signature(self, record: Record, body: dict[str, Any]) -> None:
        if why := lacking(body):
            self._findings.add(record.finding("esign-form", why=why))
            return
        self.signatures += 1
        found, unbound = check_signer(record, body, self._ring)
        self.unbound += unbound
        for finding in found:
            self._findings.add(finding)
        if body["signature"] in self._used:
            self._findings.add(record.finding("esign-twice"))
        self._used.add(body["signature"])
        self._head(record, body["head"])

    def _head(self, record: Record, head: str) -> None:
        match = _HEAD.fullmatch(head)
        size = int(match[1]) if match else 0
        if match is None or size > record.index:
            self._findings.add(record.finding("esign-head"))
            return
        root = EMPTY_ROOT.hex() if size == 0 else self._log.root_at(size)
        self.late_heads += not root
        if root and root != match[2]:
            self._findings.add(record.finding("esign-head"))

    def _files(self, record: Record, problem: Callable[[str], str]) -> None:
        body = record.envelope.body if record.envelope else {}
        for digest in attached(body):
            if code := problem(digest):
                self._findings.add(record.finding(code, ref=digest))
            else:
                self.files += 1


def problem_of(digest: str, data: bytes | None) -> str:
    """What is wrong with the bytes kept under a digest: a finding's code, or empty."""
    if data is None:
        return "attachment"
    return "" if sha256(data).hexdigest() == digest else "attachment-changed"
