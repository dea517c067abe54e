"""Intents: what a person wants, by touch or by scanned command code.

``LB:DO:<intent>[:k=v;k=v]`` is an action, ``LB:KEY:<key>`` a key of the pad, ``LB:ID:<opaque>``
a badge. Everything else that is scanned is material.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

DO = "LB:DO:"
KEY = "LB:KEY:"
BADGE = "LB:ID:"

KEYS = frozenset("0123456789.-") | {"ok", "clear", "back"}
"""What a pad can be told."""

INTENTS = frozenset(
    {
        "key",
        "open_job",
        "confirm",
        "export",
        "accept_reading",
        "next",
        "inspect",
        "take_photo",
        "print_label",
        "label_absent",
        "account_labels",
        "label_found",
        "label_missing",
        "accept_label",
        "read_label",
        "raise_nonconformity",
        "decide",
        "choose_reason",
        "sign",
        "overview",
        "back",
        "help",
        "language",
        "sign_out",
        "unlock",
        "release",
        "type_value",
        "rig",
        "check",
        "check_failed",
    }
)
"""Every intent the kiosk may send."""

_PART = re.compile(r"^[A-Za-z_]+=[^;:=\x00-\x1f]*$")


@dataclass(frozen=True, slots=True)
class Intent:
    """A wish with its parameters."""

    name: str
    params: tuple[tuple[str, str], ...] = ()

    def get(self, key: str) -> str:
        """The parameter, or empty."""
        return dict(self.params).get(key, "")


def command(intent: str, params: tuple[tuple[str, str], ...] = ()) -> str:
    """The text of the command code that does the same as the button."""
    tail = ";".join(f"{key}={value}" for key, value in params)
    return f"{DO}{intent}:{tail}" if tail else f"{DO}{intent}"


def read_command(text: str) -> Intent | None:
    """The intent a scanned text asks for; None if it is no command (then it is material)."""
    if text.startswith(KEY):
        key = text.removeprefix(KEY).lower()
        return Intent("key", (("key", key),)) if key in KEYS else None
    if not text.startswith(DO):
        return None
    name, _, tail = text.removeprefix(DO).partition(":")
    parts = tail.split(";") if tail else []
    if name not in INTENTS or not all(_PART.match(part) for part in parts):
        return None
    pairs = (part.partition("=") for part in parts)
    return Intent(name, tuple((key, value) for key, _, value in pairs))


def is_badge(text: str) -> bool:
    """Whether a scanned text is a badge's code."""
    return text.startswith(BADGE) and len(text) > len(BADGE)


def holds_badge(raw: bytes) -> bool:
    """Whether bytes have a badge's code in them, however framed: half of a signature, kept nowhere.

    In either case of letters: a keyboard's caps lock swaps them.
    """
    return BADGE.lower().encode() in raw.lower()
