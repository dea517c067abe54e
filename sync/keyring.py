"""The keys file: the public keys an outsider trusts, got by another way than the pack.

One key a line, ``PURPOSE ID VKEY``, divided by blanks; ``#`` begins a comment. The purpose is
``server`` (id: the server's log origin), ``station`` (id: the station log's origin), ``person``
(id: the person's id) or ``witness`` (id: its name). ``lotbook-server keys`` prints such lines,
``lotbook-witness vkey`` a witness's. A server, person or witness may have several keys (rotation);
each is tried.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.cosigner import parse_cosigner
from sync.keys import BadKey, Verifier

if TYPE_CHECKING:
    from collections.abc import Iterator

PURPOSES = ("server", "station", "person", "witness")
MOST_LINES = 20_000
_COLUMNS = 3


class UnusableKeys(ValueError):
    """The keys file cannot be used; the text names the line and what it lacks."""


@dataclass
class Keyring:
    """Verifiers by purpose and id."""

    keys: dict[tuple[str, str], list[Verifier]] = field(default_factory=dict)

    def add(self, purpose: str, name: str, verifier: Verifier) -> None:
        """Trust ``verifier`` for ``purpose`` under ``name``."""
        held = self.keys.setdefault((purpose, name), [])
        if verifier not in held:
            held.append(verifier)

    def get(self, purpose: str, name: str) -> list[Verifier]:
        """The keys of that id for that purpose."""
        return self.keys.get((purpose, name), [])

    def all(self, purpose: str) -> Iterator[Verifier]:
        """Every key for that purpose."""
        for (held, _), verifiers in self.keys.items():
            if held == purpose:
                yield from verifiers


def line(purpose: str, name: str, verifier: Verifier) -> str:
    """A line of a keys file, without its end."""
    return f"{purpose} {name} {verifier.vkey}"


def read_keys(text: str) -> Keyring:
    """The keys of a keys file's text. Raises UnusableKeys, naming the line."""
    ring = Keyring()
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        msg = f"a keys file has at most {MOST_LINES} lines"
        raise UnusableKeys(msg)
    for number, content in enumerate(lines, start=1):
        columns = content.split("#", 1)[0].split()
        if columns:
            _add(ring, columns, number)
    if not list(ring.all("server")):
        msg = "there is no server key"
        raise UnusableKeys(msg)
    return ring


def _add(ring: Keyring, columns: list[str], number: int) -> None:
    if len(columns) != _COLUMNS or columns[0] not in PURPOSES:
        msg = f"line {number} is not `server|station|person|witness ID VKEY`"
        raise UnusableKeys(msg)
    purpose, name, vkey = columns
    try:
        parse = parse_cosigner if purpose == "witness" else Verifier.parse
        ring.add(purpose, name, parse(vkey))
    except BadKey as error:
        msg = f"line {number}: {error}"
        raise UnusableKeys(msg) from error
