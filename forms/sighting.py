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
    raw: bytes, aim: str, *, expected: Collection[bytes], gtins: Collection[str]
) -> Standing:
    """Whether a code counts.

    ``expected``: the contents that the step asks for, as a scanner would send them; ``gtins``: the
    trade items that master data knows (:func:`known_gtins`).
    """
    message, _ = stripped(raw, aim)
    if message in expected:
        return "expected"
    gtin = parse(raw, aim).gtin
    return "known" if gtin and gtin in gtins else "unexpected"


def known_gtins(pack: WorkPack) -> frozenset[str]:
    """The GTINs of everything in a work pack: materials, components, products."""
    masters = [approved.master for approved in pack.masters]
    found = {each.gtin for each in pack.materials}
    found |= {line.gtin for master in masters for line in master.bom}
    found |= {master.product.gtin for master in masters}
    return frozenset(found - {""})
