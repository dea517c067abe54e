"""Whether a code that a camera saw counts: the step expects it, or master data knows it. Pure.

Two engines once agreed on the same wrong GTIN in a blurred photo, and a camera sees what nobody
aimed at. So a code that is neither expected nor known is kept and shown as unexpected, and has no
effect. A hand scanner is aimed by a person, whose wrong scan is a result to be judged: this rule is
not for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from forms.identifiers import parse, stripped

if TYPE_CHECKING:
    from collections.abc import Collection

    from forms.workpack import WorkPack

Standing = Literal["expected", "known", "unexpected"]
"""What a code is to the work."""

STANDINGS: tuple[Standing, ...] = ("expected", "known", "unexpected")
"""All of them, best first; the last does not count."""


def standing(
    raw: bytes,
    aim: str,
    *,
    expected: Collection[bytes],
    known: Collection[str],
    printed_in: str = "",
) -> Standing:
    """Whether a code counts.

    ``expected``: the contents that the step asks for, as a scanner would send them; ``known``: the
    identifiers of things that master data knows (:func:`known_codes`). ``printed_in``: the AIM
    identifier of the label that is read back, if one is: readers see EAN codes in its letters, and
    what is neither its content nor in its symbology says nothing about it.
    """
    message, found_in = stripped(raw, aim)
    if message in expected:
        return "expected"
    if printed_in and found_in != printed_in:
        return "unexpected"
    said = parse(raw, aim)
    other = "" if said.findings else said.other_di
    return "known" if (said.gtin or other) in known else "unexpected"


def known_codes(pack: WorkPack) -> frozenset[str]:
    """GTINs and other device identifiers of everything in a work pack."""
    masters = [approved.master for approved in pack.masters]
    found = {code for each in pack.materials for code in (each.gtin, *each.udi_dis)}
    found |= {line.gtin for master in masters for line in master.bom}
    found |= {master.product.gtin for master in masters}
    return frozenset(found - {""})
