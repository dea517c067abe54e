"""Checking an ID token (OpenID Connect Core, 3.1.3.7): who the provider says somebody is.

Pure. Signature and claims are checked by ``joserfc`` (the extra ``oidc``); which algorithms count
is decided here: asymmetric ones only, never ``none``, never one that our own client secret could
make. EdDSA is left out: the library below accepts small-order keys (docs/decisions/0003).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from server.people.provider import Provider

ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
)  # fmt: skip
LEAST_RSA = 2048
"""Bits."""
MOST_TOKEN = 16 * 1024
MOST_SUBJECT = 255
"""ASCII characters; OpenID Connect Core, 2."""
Why = Literal[
    "token-unreadable", "wrong-algorithm", "unknown-key", "bad-signature", "wrong-issuer",
    "wrong-audience", "wrong-nonce", "token-expired", "wrong-claim", "wrong-state", "code-used",
    "code-refused", "provider-said-no", "not-linked", "inactive", "locked", "code-wrong",
]  # fmt: skip
"""Why nobody was let in: for the audit trail, never for the browser."""


class NotProved(Exception):
    """It is not shown who came; ``subject`` where the provider's own word for them is known."""

    def __init__(self, why: Why, subject: str = "", person: str = "") -> None:
        """``person``: whom it was linked to, if to anybody."""
        super().__init__(why)
        self.why, self.subject, self.person = why, subject, person


@dataclass(frozen=True)
class Claims:
    """What counts of a token that is good."""

    subject: str
    methods: frozenset[str]
    """``amr`` and ``acr``: by what the provider found out."""


def fits(subject: str) -> bool:
    """Whether it can be a subject: signs beyond ASCII can be spelt in two ways, and are no such."""
    return 0 < len(subject) <= MOST_SUBJECT and subject.isascii() and subject.isprintable()


def key_id(token: str) -> str:
    """Which key a token says it was signed with. NotProved for what is no token, or unwanted."""
    from joserfc import errors, jws  # noqa: PLC0415 - the extra ``oidc``

    if not 0 < len(token) <= MOST_TOKEN:
        raise NotProved("token-unreadable")
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
    except (errors.JoseError, ValueError) as error:
        raise NotProved("token-unreadable") from error
    if header.get("alg") not in ALGORITHMS:
        raise NotProved("wrong-algorithm")
    return str(header.get("kid", ""))


def read(
    token: str, keys: Iterable[Mapping[str, Any]], nonce: str, provider: Provider, now: datetime
) -> Claims:
    """What a token claims, once everything about it is right; NotProved with the reason."""
    from joserfc import errors, jwt  # noqa: PLC0415 - the extra ``oidc``

    wanted = key_id(token)
    good = [one for one in map(_key, keys) if one is not None]
    named = [one for one in good if not wanted or one.kid == wanted]
    if len(named) != 1:
        raise NotProved("unknown-key")
    try:
        claims = jwt.decode(token, named[0], algorithms=list(ALGORITHMS)).claims
    except (errors.JoseError, ValueError, RecursionError) as error:
        raise NotProved("bad-signature") from error
    _judge(claims, nonce, provider, now)
    return Claims(subject=str(claims["sub"]), methods=_methods(claims))


def _key(said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - one of the library's keys
    """A public key to verify with; None for what is none: it may be for something else."""
    from joserfc import errors, jwk  # noqa: PLC0415 - the extra ``oidc``

    if said.get("kty") not in ("RSA", "EC") or said.get("use", "sig") != "sig":
        return None
    public = {name: value for name, value in said.items() if name not in _PRIVATE}
    try:
        key = jwk.import_key(public)
    except (errors.JoseError, ValueError, TypeError, KeyError):
        return None
    if said["kty"] == "RSA" and key.raw_value.key_size < LEAST_RSA:  # type: ignore[union-attr]
        return None
    return key


_PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


def _judge(claims: Mapping[str, Any], nonce: str, provider: Provider, now: datetime) -> None:
    """The claims, in the order of the specification."""
    from joserfc import errors, jwt  # noqa: PLC0415 - the extra ``oidc``

    if claims.get("iss") != provider.issuer:
        raise NotProved("wrong-issuer")
    if not _for_us(claims, provider.client_id):
        raise NotProved("wrong-audience")
    if claims.get("nonce") != nonce:
        raise NotProved("wrong-nonce")
    rest = jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=provider.skew_s,
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
    )
    try:
        rest.validate(dict(claims))
    except errors.ExpiredTokenError as error:
        raise NotProved("token-expired") from error
    except errors.ClaimError as error:
        raise NotProved("wrong-claim") from error
    subject = claims["sub"]
    if not (isinstance(subject, str) and fits(subject)):
        raise NotProved("wrong-claim")


def _for_us(claims: Mapping[str, Any], client: str) -> bool:
    """Whether the token was made for this client, and asked for by it."""
    said = claims.get("aud")
    audience = said if isinstance(said, list) else [said]
    asked_by = claims.get("azp", client)
    return client in audience and asked_by == client and (len(audience) == 1 or "azp" in claims)


def _methods(claims: Mapping[str, Any]) -> frozenset[str]:
    amr, acr = claims.get("amr"), claims.get("acr")
    said = [*(amr if isinstance(amr, list) else ()), acr]
    return frozenset(one for one in said if isinstance(one, str) and one)
