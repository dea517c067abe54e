"""Asking a running server from the command line: plain HTTP, no library beside the standard one."""

from __future__ import annotations

import http.client
from typing import Any
from urllib.parse import urlsplit

import orjson

from server.words import Refusal

TIMEOUT_S = 30


class Remote:
    """A running server, as one person asks it."""

    def __init__(self, url: str, badge: str, secret: str, language: str, code: str = "") -> None:
        """Sign in at ``url``. Refusal with the server's own words.

        ``code``: of the second factor, for who has one.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise Refusal("bad-request", why=f"{url} is not http(s)://host:port")
        make = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._connection = make(parts.hostname, parts.port, timeout=TIMEOUT_S)
        self._language = language
        self.credentials = {"badge": badge, "secret": secret}
        self._token = ""
        known = self.call("POST", "/api/sessions", self.credentials | {"code": code})
        self._token = str(known["token"])

    def act(self, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON
        """Post a signed act."""
        return self.call("POST", path, {**body, **self.credentials})

    def fetch(self, path: str) -> bytes:
        """Get a document's bytes; Refusal with what the server said."""
        return self._send("GET", path, b"")

    def call(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Send and read JSON; Refusal with what the server said."""
        data = self._send(method, path, orjson.dumps(body))
        return orjson.loads(data) if data else {}

    def _send(self, method: str, path: str, body: bytes) -> bytes:
        headers = {"content-type": "application/json", "accept-language": self._language}
        if self._token:
            headers["authorization"] = f"Bearer {self._token}"
        try:
            self._connection.request(method, path, body, headers)
            answer = self._connection.getresponse()
            data = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Refusal("unreachable", why=str(error)) from error
        finally:
            self._connection.close()
        if answer.status >= 400:  # noqa: PLR2004
            said = orjson.loads(data)
            raise Refusal("server-said", message=said["message"], hint=said["hint"])
        return data
