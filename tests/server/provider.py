"""An identity provider that can be told to lie in every way, one at a time, in this process."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey

from server.people.provider import Provider

ISSUER, CLIENT, SECRET = "https://id.example", "lotbook", "a secret: of % the client"
PROVIDER = Provider(
    name="Plant ID", issuer=ISSUER, client_id=CLIENT, skew_s=60,
    redirect="http://server/console/sign-in/identity/callback",
    second_factor=frozenset({"mfa", "otp"}), client_secret=SECRET,
)  # fmt: skip


@cache
def key(name: str) -> RSAKey:
    """A key pair by its id; made once."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


def unsigned(claims: dict[str, Any], alg: str = "none") -> str:
    """A token that nobody signed."""
    parts = ({"alg": alg, "kid": "k1"}, claims)
    coded = [base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=") for one in parts]
    return b".".join([*coded, b""]).decode()


@dataclass
class Lies:
    """What the provider says otherwise than it should."""

    claims: dict[str, Any] = field(default_factory=dict)
    """Over those that are right; None leaves one out."""
    signed_by: str = "k1"
    published: tuple[str, ...] = ("k1",)
    token: Callable[[dict[str, Any]], str] | None = None
    """Makes the token instead."""
    document: dict[str, Any] = field(default_factory=dict)
    away: bool = False


class FakeProvider(httpx.AsyncBaseTransport):
    """Answers discovery, keys and token as the network would."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.lies, self.asked = Lies(), [""]
        self._clock, self._codes = clock, dict[str, dict[str, str]]()

    def sign_in(self, url: str, subject: str, **more: object) -> dict[str, str]:
        """What the browser brings back once ``subject`` has signed in there."""
        given = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert given["code_challenge_method"] == "S256"
        code = f"code-{len(self._codes)}"
        self._codes[code] = given | {"sub": subject, "more": json.dumps(more)}
        return {"code": code, "state": given["state"], "iss": ISSUER}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if self.lies.away:
            raise httpx.ConnectError("no route to the provider")
        answers = {"/.well-known/openid-configuration": self._document, "/keys": self._keys}
        if request.url.path in answers:
            return httpx.Response(200, json=answers[request.url.path]())
        return self._token(request, (await request.aread()).decode())

    def _document(self) -> dict[str, Any]:
        return {
            "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorize",
            "token_endpoint": f"{ISSUER}/token", "jwks_uri": f"{ISSUER}/keys",
        } | self.lies.document  # fmt: skip

    def _keys(self) -> dict[str, Any]:
        others = [{"kty": "oct", "kid": "k1", "k": "c2VjcmV0"}, {"kty": ["RSA"], "kid": "k1"}]
        return {
            "keys": [*others, *(key(name).as_dict(private=False) for name in self.lies.published)]
        }

    def _token(self, request: httpx.Request, body: str) -> httpx.Response:
        form = {name: values[0] for name, values in parse_qs(body).items()}
        asked = self._codes.pop(form.get("code", ""), None)
        pair = base64.b64decode(request.headers.get("authorization", "")[6:]).decode()
        known = pair == "lotbook:a%20secret%3A%20of%20%25%20the%20client"
        if asked is None or not (known or form.get("client_secret") == SECRET):
            return httpx.Response(400, json={"error": "invalid_grant"})
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return httpx.Response(400, json={"error": "invalid_grant"})
        return httpx.Response(200, json={"id_token": self._signed(asked), "access_token": "x"})

    def _signed(self, asked: dict[str, str]) -> str:
        now = int(self._clock().timestamp())
        right = {"iss": ISSUER, "sub": asked["sub"], "aud": CLIENT, "nonce": asked["nonce"],
                 "iat": now, "exp": now + 300, **json.loads(asked["more"])}  # fmt: skip
        claims = {k: v for k, v in (right | self.lies.claims).items() if v is not None}
        if self.lies.token is not None:
            return self.lies.token(claims)
        header = {"alg": "RS256", "kid": self.lies.signed_by}
        return jwt.encode(header, claims, key(self.lies.signed_by))
