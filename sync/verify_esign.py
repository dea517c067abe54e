"""Verifying one electronic signature record: its form, its root, its signer's key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sync import esign

if TYPE_CHECKING:
    from sync.findings import Finding
    from sync.keyring import Keyring
    from sync.verify_records import Record

BOUND = ("meaning", "printed_name", "time", "covers_root", "head", "text_digest")
"""What a signature binds, besides language and class."""
_HEX_DIGEST = 64


def lacking(body: dict[str, Any]) -> str:
    """What the signature record lacks in form; empty if nothing."""
    missing = [name for name in (*BOUND, "signature") if not isinstance(body.get(name), str)]
    covers = body.get("covers")
    if missing or not isinstance(covers, list) or not all(map(_is_digest, covers)):
        return ", ".join(missing) or "covers"
    return ""


def check_signer(record: Record, body: dict[str, Any], ring: Keyring) -> tuple[list[Finding], bool]:
    """Root and key of a signature record whose form is sound; whether it binds no class.

    The key under which it holds is noted in the record.
    """
    found: list[Finding] = []
    if esign.covers_root(body["covers"]) != body["covers_root"]:
        found.append(record.finding("esign-root"))
    person = str(record.context.get("person", ""))
    keys = ring.get("person", person)
    if not keys:
        return [*found, record.finding("no-key", purpose="person", name=person)], False
    fields = {name: body[name] for name in BOUND}
    fields["language"] = str(record.context.get("language", "en"))
    acting = str(body.get("personnel_class", ""))
    for key in keys:
        how = esign.holds(key.public_key, body["signature"], personnel_class=acting, **fields)
        if how:
            record.key = key.public_key.hex()
            return found, how == "unbound"
    return [*found, record.finding("esign", name=str(body["printed_name"]))], False


def _is_digest(value: object) -> bool:
    return (
        isinstance(value, str)
        and len(value) == _HEX_DIGEST
        and all(char in "0123456789abcdef" for char in value)
    )
