"""Whether those who sign a statement are who they were when they unlocked their keys.

A secret takes a second to derive, a second person's another: meanwhile a key may have been given
anew by two others, or somebody deactivated. What such a signature stands under would be found
forged by whoever reads the log, for ever.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from server.words import Refusal
from sync import canonical
from sync.keys import Verifier
from sync.statement import statement_message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from server.log.leaves import By
    from server.store.protocol import Store


def refuse_stale(store: Store, kind: str, body: dict[str, Any], by: Iterable[By]) -> None:
    """Refusal ``sign-in-failed`` unless each is active, and the signature is by the key in force.

    Who is not enrolled yet is not known: founders sign for themselves.
    """
    for one in by:
        row = store.one("people", id=one.person)
        if row is not None and not _holds(canonical.loads(row["data"]), kind, body, one):
            raise Refusal("sign-in-failed")


def _holds(person: dict[str, Any], kind: str, body: dict[str, Any], by: By) -> bool:
    key = Verifier(by.person, bytes.fromhex(person["public_key"]))
    signature = base64.b64decode(by.signature)
    return person.get("active", True) and key.verify(statement_message(kind, body), signature)
