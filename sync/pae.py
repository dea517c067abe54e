"""Pre-authentication encoding: how several fields become one message to sign, without ambiguity."""

from __future__ import annotations


def pae(context: str, *parts: str | bytes) -> bytes:
    """Encode ``context`` and ``parts``: the count, then each part after its length (8 bytes, LE).

    The context (``lotbook/esig/1``) keeps a signature made for one purpose from counting for
    another. Text parts are UTF-8.
    """
    pieces = [part.encode() if isinstance(part, str) else part for part in (context, *parts)]
    out = [len(pieces).to_bytes(8, "little")]
    for piece in pieces:
        out += (len(piece).to_bytes(8, "little"), piece)
    return b"".join(out)
