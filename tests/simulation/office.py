"""Quality and administration at the console: what they do through the server's own interface."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.simulation.asgi import Answered, Asked
from tests.simulation.sample import BADGES, ITEM, SECRETS
from tests.simulation.site import SiteGone

if TYPE_CHECKING:
    from tests.simulation.site import Site
    from tests.simulation.world import World

OK = 200
UNAUTHORIZED = 401


class Office:
    """People in the office, each with a session at the console."""

    def __init__(self, world: World, site: Site) -> None:
        """In front of the server's own machine: no line between them."""
        self._world, self._site = world, site
        self._tokens: dict[str, str] = {}

    def get(self, person: str, path: str) -> Any:  # noqa: ANN401 - JSON
        """What the server answers ``person``; None if it did not."""
        return self._body(self._ask(person, "GET", path, None))

    def act(self, person: str, path: str, **body: object) -> Any:  # noqa: ANN401 - JSON
        """A signed act of ``person``; its answer, None if it was refused or not answered."""
        whole = {**_credentials(person), **body}
        answer = self._ask(person, "POST", path, whole)
        said = "no answer" if answer is None else str(answer.status)
        self._world.say("office", f"{person} {path} -> {said}{_code(answer)}")
        return self._body(answer)

    def _ask(self, person: str, method: str, path: str, body: object) -> Answered | None:
        """Ask, signing in first where that is needed; None while the server is gone."""
        try:
            answer = self._send(person, method, path, body)
            if answer.status == UNAUTHORIZED:
                self._sign_in(person)
                answer = self._send(person, method, path, body)
        except SiteGone:
            return None
        return answer

    def _sign_in(self, person: str) -> None:
        answer = self._send("", "POST", "/api/sessions", _credentials(person))
        if answer.status == OK:
            self._tokens[person] = json.loads(answer.body)["token"]

    def _send(self, person: str, method: str, path: str, body: object) -> Answered:
        raw = json.dumps(body).encode() if body is not None else b""
        path, _, query = path.partition("?")
        headers = [
            (b"host", b"server"),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(raw)).encode()),
        ]
        if person in self._tokens:
            headers.append((b"authorization", f"Bearer {self._tokens[person]}".encode()))
        return self._site.handle(Asked(method, path, query.encode(), tuple(headers), raw))

    @staticmethod
    def _body(answer: Answered | None) -> Any:  # noqa: ANN401 - JSON
        if answer is None or answer.status >= 300 or not answer.body:
            return None
        return json.loads(answer.body)

    # --- what they do --------------------------------------------------------------------------

    def approve(self, station: str) -> bool:
        """Two people approve a station's enrolment; whether it is enrolled."""
        for person in ("P-ADM", "P-QA"):
            self.act(person, f"/api/stations/{station}/approvals")
        rows = self.get("P-ADM", "/api/stations") or []
        newest = max((row for row in rows if row["id"] == station), key=lambda row: row["epoch"])
        return bool(newest["status"] == "enrolled")

    def hold(self, lot: str, reason: str) -> str:
        """Quality holds a component lot; the hold's ref, empty if it could not be placed."""
        found = self.act("P-QA", "/api/holds", item=ITEM, lot=lot, reason=reason)
        return str(found["hold"]) if found else ""

    def revoke(self, person: str) -> bool:
        """An administrator ends a person's right to act; whether it was done."""
        return self.act("P-ADM", f"/api/people/{person}/deactivation") is not None

    def go_on(self, reason: str) -> bool:
        """Administrator and quality decide to go on after a loss; whether the log does."""
        found = None
        for person in ("P-ADM", "P-QA"):
            found = self.act(person, "/api/recovery/decision", reason=reason)
        return found is not None and not found["recovery"]

    def release(self, job: str) -> bool:
        """Quality tries to release a job order's lot; whether it was released."""
        return self.act("P-QA", f"/api/jobs/{job}/release", decision="released") is not None

    def close_alarms(self) -> int:
        """Quality decides on every second history and closes every alarm; how many are left."""
        for row in self.get("P-QA", "/api/branches") or []:
            if row["status"] == "open":
                station, epoch = row["origin"].split("/")[2:]
                path = f"/api/stations/{station}/{epoch}/branches/{row['branch']}/decision"
                self.act("P-QA", path, decision="log", reason="the log is what was made")
        for row in self.get("P-QA", "/api/alarms?only_open=true") or []:
            self.act("P-QA", f"/api/alarms/{row['idx']}/close", reason="looked into")
        return len(self.get("P-QA", "/api/alarms?only_open=true") or [])


def _credentials(person: str) -> dict[str, str]:
    return {"badge": BADGES[person], "secret": SECRETS[person]}


def _code(answer: Answered | None) -> str:
    if answer is None or answer.status < 300:
        return ""
    try:
        return " " + str(json.loads(answer.body)["code"])
    except (ValueError, KeyError):
        return ""
