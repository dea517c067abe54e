"""Signing in by the plant's identity provider: OpenID Connect, authorization code flow with PKCE.

One random token in a cookie of the browser is the root of a try: state, nonce and PKCE verifier
are derived from it, so that nothing but this browser can end what it began, and no secret of a try
is kept here. That a try is used once stands in the database, whichever server answers. What comes
out is a person, by an explicit link; never a class, never a key. Source: RFC 6749, 7636, 9700,
OpenID Connect Core 1.0 and Discovery 1.0.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol
from urllib.parse import urlencode

from server.people import id_token
from server.people.id_token import NotProved
from server.people.provider import safe_url
from server.people.tries import Tries, begun, is_begun
from server.words import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from server.people.id_token import Claims
    from server.people.provider import Provider
    from server.store.protocol import Store

KNOWN_FOR = timedelta(hours=1)
"""What the provider says of itself is asked again then."""
KEYS_FOR = timedelta(minutes=5)
"""Its keys are, too, sooner when one is missing: a key that it withdrew must not live on here."""
KEYS_EVERY = timedelta(seconds=30)
"""At most so often: unknown keys in tokens do not make us a hammer."""
_DISCOVERY = "/.well-known/openid-configuration"
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Asks(Protocol):
    """The provider over the network; None where it does not answer as it should."""

    async def read(self, url: str) -> dict[str, Any] | None:
        """A document."""

    async def token(
        self, url: str, form: dict[str, str], client: tuple[str, str] | None
    ) -> dict[str, Any] | None:
        """What it gives for a code."""


class Begun(NamedTuple):
    """A try: where the browser goes, and what it keeps."""

    url: str
    token: str


class Back(NamedTuple):
    """What the browser brings back."""

    token: str
    state: str
    code: str
    issuer: str = ""
    """Of the answer (RFC 9207), where the provider says it."""


class SignOn:
    """Begins a try, and ends it with the claims of who came. All calls from the event loop."""

    def __init__(
        self,
        store: Store,
        provider: Provider,
        asks: Asks,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes],
    ) -> None:
        """At ``provider``, asked by ``asks``."""
        self.tries, self.provider, self._asks = Tries(store, clock, random), provider, asks
        self._clock = clock
        self._said: tuple[datetime, dict[str, Any]] | None = None
        self._keys: tuple[datetime, list[Mapping[str, Any]]] | None = None

    async def begin(self, client: str) -> Begun:
        """From the address ``client``; Refusal ``identity-away`` if the provider is."""
        said, token = await self._discovered(), self.tries.once(begun(client))
        asked = {
            "response_type": "code",
            "scope": "openid",
            "client_id": self.provider.client_id,
            "redirect_uri": self.provider.redirect,
            "state": _derived(token, "state"),
            "nonce": _derived(token, "nonce"),
            "code_challenge": _challenge(_derived(token, "verifier")),
            "code_challenge_method": "S256",
        }
        return Begun(f"{said['authorization_endpoint']}?{urlencode(asked)}", token)

    async def finish(self, back: Back) -> Claims:
        """Who came, as the provider says. NotProved, Refusal ``identity-away``."""
        if not hmac.compare_digest(back.state.encode(), _derived(back.token, "state").encode()):
            raise NotProved("wrong-state")
        if not is_begun(self.tries.used(back.token)):
            raise NotProved("code-used")
        if back.issuer not in {"", self.provider.issuer}:
            raise NotProved("wrong-issuer")
        said = await self._discovered()
        token = await self._token(said, back)
        keys = await self._keys_for(said, id_token.key_id(token))
        nonce = _derived(back.token, "nonce")
        return id_token.read(token, keys, nonce, self.provider, self._clock())

    def strong(self, claims: Claims) -> bool:
        """Whether the provider itself asked for a second factor, as the site's file counts it."""
        return not claims.methods.isdisjoint(self.provider.second_factor)

    async def _token(self, said: Mapping[str, Any], back: Back) -> str:
        provider = self.provider
        form = {
            "grant_type": "authorization_code",
            "code": back.code,
            "redirect_uri": provider.redirect,
            "client_id": provider.client_id,
            "code_verifier": _derived(back.token, "verifier"),
        }
        basic, secret = _takes_basic(said), provider.client_secret
        if secret and not basic:
            form["client_secret"] = secret
        pair = (provider.client_id, secret) if secret and basic else None
        given = await self._asks.token(said["token_endpoint"], form, pair)
        token = (given or {}).get("id_token")
        if not isinstance(token, str):
            raise NotProved("code-refused")
        return token

    async def _discovered(self) -> dict[str, Any]:
        """What the provider says of itself; it must be itself, at addresses that may be asked."""
        now = self._clock()
        if self._said is not None and timedelta(0) <= now - self._said[0] < KNOWN_FOR:
            return self._said[1]
        said = await self._asks.read(f"{self.provider.issuer.rstrip('/')}{_DISCOVERY}")
        if said is None or said.get("issuer") != self.provider.issuer:
            raise Refusal("identity-away")
        if not all(safe_url(str(said.get(name, ""))) for name in _ENDPOINTS):
            raise Refusal("identity-away")
        self._said = (now, said)
        return said

    async def _keys_for(self, said: Mapping[str, Any], wanted: str) -> list[Mapping[str, Any]]:
        """The provider's keys: as known, or asked anew where the wanted one is not among them."""
        now = self._clock()
        if self._keys is not None:
            since, keys = self._keys
            fresh = timedelta(0) <= now - since < KEYS_FOR
            known = any(one.get("kid", "") == wanted for one in keys)
            if fresh and (known or now - since < KEYS_EVERY):
                return keys
        found = await self._asks.read(said["jwks_uri"])
        listed = (found or {}).get("keys")
        if not isinstance(listed, list):
            raise Refusal("identity-away")
        keys = [one for one in listed if isinstance(one, dict)]
        self._keys = (now, keys)
        return keys


def _takes_basic(said: Mapping[str, Any]) -> bool:
    """How the client shows its secret; in the header unless only the form is taken."""
    ways = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return not isinstance(ways, list) or "client_secret_basic" in ways


def _derived(token: str, what: str) -> str:
    """Of a try's token: 256 bits that tell nothing of it."""
    made = hmac.digest(token.encode(), f"lotbook/identity/{what}".encode(), "sha256")
    return base64.urlsafe_b64encode(made).decode("ascii").rstrip("=")


def _challenge(verifier: str) -> str:
    found = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(found).decode("ascii").rstrip("=")
