"""One-time codes of a phone (TOTP, RFC 6238): pure; when a code was used is kept elsewhere."""

from __future__ import annotations

import base64
import hmac
from typing import TYPE_CHECKING

import pyotp

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

SEED_BYTES = 20
"""As long as the hash is wide. Source: RFC 4226, 4 R6."""
DIGITS = 6
WINDOW = 1
"""Steps of 30 s that a phone's clock may be off, either way. Source: RFC 6238, 5.2."""


def new_seed(random: Callable[[int], bytes]) -> str:
    """A fresh seed, as phones take it: base32."""
    return base64.b32encode(random(SEED_BYTES)).decode("ascii")


def address_of(seed: str, person: str, site: str) -> str:
    """What the QR code says to a phone: whose seed it is, for which site, and the seed."""
    return pyotp.TOTP(seed).provisioning_uri(name=person, issuer_name=f"Lotbook {site}")


def is_code(text: str) -> bool:
    """Whether a text looks like a phone's code."""
    return len(text) == DIGITS and text.isascii() and text.isdigit()


def step_of(seed: str, code: str, now: datetime, after: int) -> int | None:
    """The time-step that the code is of; None where it fits none in the window above ``after``.

    ``after`` is the step of the last code that was taken: it and what came before is not good any
    more, whatever the clock says since. Source: RFC 6238, 5.2.
    """
    totp, found = pyotp.TOTP(seed), None
    here = totp.timecode(now)
    for step in range(max(0, here - WINDOW), here + WINDOW + 1):  # all of them: time tells nothing
        same = hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
        if same and step > after and found is None:
            found = step
    return found
