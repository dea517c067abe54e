"""A witness's public key as text: a C2SP vkey of signature type 4 (cosignature/v1)."""

from __future__ import annotations

import base64
import re

from sync.ed25519 import BadKey, Named, Verifier, cosignature_id

_TYPE = b"\x04"
_VKEY = re.compile(r"([^\s+]{1,255})\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})")


def cosigner_vkey(key: Named) -> str:
    """``name+hash8+base64`` of a witness's key."""
    body = base64.b64encode(_TYPE + key.public_key).decode()
    return f"{key.name}+{cosignature_id(key).hex()}+{body}"


def parse_cosigner(text: str) -> Verifier:
    """The key of a witness: type 4, or type 1 as a plain Ed25519 vkey. Raises BadKey."""
    match = _VKEY.fullmatch(text)
    if match is None:
        raise BadKey("a verifier key is name+hash+base64")
    try:
        blob = base64.b64decode(match[3], validate=True)
    except ValueError as error:
        raise BadKey("the verifier key is not base64") from error
    if blob[:1] != _TYPE:
        return Verifier.parse(text)
    verifier = Verifier(match[1], blob[1:])
    if cosignature_id(verifier).hex() != match[2]:
        raise BadKey("the verifier key's hash does not match")
    return verifier
