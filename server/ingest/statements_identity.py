"""Folding to whom the identity provider's words are bound; pure, as ``statements`` is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.log.leaves import Statement
    from server.store.protocol import Store


def _linked(store: Store, index: int, said: Statement) -> None:
    body = said.body
    key = {"issuer": body["issuer"], "subject": body["subject"]}
    store.put("identities", key | {"person": body["id"], "idx": index})


def _unlinked(store: Store, _index: int, said: Statement) -> None:
    store.remove("identities", issuer=said.body["issuer"], subject=said.body["subject"])


FOLDS: dict[str, Callable[[Store, int, Statement], None]] = {
    "identity.linked": _linked,
    "identity.unlinked": _unlinked,
}
