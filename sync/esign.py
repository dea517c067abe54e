"""A person's electronic signature: what exactly is signed, and the check of it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable

from sync.keys import BadKey, Signer, Verifier
from sync.merkle import root_of
from sync.pae import pae

CONTEXT, OLDER = "lotbook/esig/2", "lotbook/esig/1"
"""The second binds the class a person signed in too; signatures of the first stay what they are."""


def covers_root(refs: Iterable[str]) -> str:
    """Root (hex) over the refs (hex leaf hashes) signed, in the order given."""
    return root_of(bytes.fromhex(ref) for ref in refs).hex()


def message(  # noqa: PLR0913  the fields that a signature binds
    *,
    meaning: str,
    printed_name: str,
    time: str,
    covers_root: str,
    head: str,
    text_digest: str,
    language: str,
    personnel_class: str = "",
) -> bytes:
    """The bytes a person signs: PAE of the fields as the ``signed`` entry holds them.

    Without ``personnel_class`` the older message, which does not bind it.
    """
    fields = (meaning, printed_name, time, covers_root, head, text_digest, language)
    if personnel_class:
        return pae(CONTEXT, *fields, personnel_class)
    return pae(OLDER, *fields)


def holds(public_key: bytes, signature: str, *, personnel_class: str, **fields: str) -> str:
    """``bound`` or, by the older message, ``unbound`` to its class; empty if it does not hold."""
    if personnel_class and verify(
        public_key, message(**fields, personnel_class=personnel_class), signature
    ):
        return "bound"
    return "unbound" if verify(public_key, message(**fields), signature) else ""


def sign(signer: Signer, message: bytes) -> str:
    """Base64 Ed25519 signature by a person's unlocked key."""
    return base64.b64encode(signer.sign(message)).decode()


def verify(public_key: bytes, message: bytes, signature: str) -> bool:
    """True if the base64 ``signature`` over ``message`` is by this acceptable key; never raises.

    Only the one spelling of a signature counts, so that a copy cannot look like another one.
    """
    try:
        blob = base64.b64decode(signature, validate=True)
        one_spelling = base64.b64encode(blob).decode() == signature
        return one_spelling and Verifier("person", public_key).verify(message, blob)
    except (binascii.Error, ValueError, BadKey):
        return False
