"""A person's phone with an authenticator, and its way into a plant of the tests."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pyotp

from tests.server.plant import Plant, credentials

ME = "/api/me/second-factor"


class Phone:
    """A person's authenticator, and the session it was set up in."""

    def __init__(self, plant: Plant, person: str) -> None:
        self.plant, self.person, self.seed = plant, person, ""
        self.codes: list[str] = []

    def code(self, steps: int = 0) -> str:
        """What it shows now, or showed so many steps of 30 s ago."""
        at = self.plant.clock.wall() + timedelta(seconds=30 * steps)
        return pyotp.TOTP(self.seed).at(at)

    def sign_in(self, code: str = "") -> httpx.Response:
        given = credentials(self.person) | ({"code": code} if code else {})
        return self.plant.client().post("/api/sessions", json=given)

    def client(self, code: str = "") -> httpx.Client:
        answer = self.sign_in(code)
        assert answer.status_code == 200, answer.text
        client = self.plant.client()
        client.headers["authorization"] = f"Bearer {answer.json()['token']}"
        return client

    def set_up(self, client: httpx.Client, code: str = "") -> Phone:
        begun = client.post(ME, json=credentials(self.person) | {"code": code})
        assert begun.status_code == 201, begun.text
        self.seed = begun.json()["seed"]
        self.plant.clock.pass_(30)
        done = client.post(f"{ME}/confirmation", json={"code": self.code()})
        assert done.status_code == 200, done.text
        self.codes = done.json()["recovery_codes"]
        self.plant.clock.pass_(30)
        return self
