"""Folding what is said of people's second factors: who has one now, and which codes were used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from server.log.leaves import Statement
    from server.store.protocol import Store


def enrolled(store: Store, _index: int, said: Statement) -> None:
    """A factor, or another in its place; its recovery codes come with the next statement."""
    sealed = {"sealed": said.body["sealed_sha256"], "codes": "", "since": said.at.isoformat()}
    store.put("factors", {"person": said.body["id"], **sealed})


def codes(store: Store, _index: int, said: Statement) -> None:
    """Fresh recovery codes; those before are worth nothing."""
    row = store.one("factors", person=said.body["id"])
    if row is not None:
        store.put("factors", row | {"codes": said.body["codes_sha256"]})


def used(store: Store, index: int, said: Statement) -> None:
    """One of them was used."""
    body = said.body
    key = {"codes": body["codes_sha256"], "number": body["number"]}
    store.put("factor_uses", key | {"at": said.at.isoformat(), "idx": index})


def gone(store: Store, _index: int, said: Statement) -> None:
    """By the person, or by two others."""
    store.remove("factors", person=said.body["id"])


FOLDS: dict[str, Callable[[Store, int, Statement], None]] = {
    "factor.enrolled": enrolled,
    "factor.codes": codes,
    "factor.code-used": used,
    "factor.removed": gone,
    "factor.reset": gone,
}
