"""What the authorization matrix asks with: the callers, the objects, a body for every route."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx

from server.app import application
from server.store.schema import TABLES
from server.workers import Workers
from sync.protocol import Enrolment, encode
from tests.server.gauged import BALANCE
from tests.server.plant import MASTER, PREFIX, InProcess, Plant, Station, credentials

T = TypeVar("T")
CENTER, NEEDLES, SITE, ANYWHERE = "Center", "Needles", "site", "anywhere"
CLASSES = ("operator", "supervisor", "quality", "administrator", "auditor")
AT_SITE = dict(zip(("P-OP", "P-SUP", "P-QA", "P-ADM", "P-AUD"), CLASSES, strict=True))
AT_CENTER = {f"C-{one[:3].upper()}": one for one in CLASSES}
OUTSIDERS = ("nobody", "station", "deactivated", "locked")
CALLERS = (*OUTSIDERS, *AT_SITE, *AT_CENTER)
OWN = MASTER.replace("id: SMALL", "id: OWN").replace("WU-10", "WU-20")
FAR = MASTER.replace("id: SMALL", "id: FAR").replace("WU-20", "WU-10")
FORM = "application/x-www-form-urlencoded"

Object = tuple[str, str, dict[str, str]]
"""Its name, its place, and what a path or query says of it."""


class Inline(Workers):
    """Everything at once."""

    async def derive(self, work: Callable[[], T]) -> T:
        return work()

    async def read(self, work: Callable[[], T]) -> T:
        return work()

    async def render(self, work: Callable[[], T]) -> T:
        return work()


@dataclass
class Matrix:
    """A plant with callers and objects, asked through its application in process."""

    plant: Plant
    tokens: dict[str, str] = field(default_factory=dict)
    known: dict[str, dict[str, str]] = field(default_factory=dict)
    """Badge and secret of every caller."""
    named: dict[str, str] = field(default_factory=dict)
    """What had to be made first, by the name it got."""
    client: httpx.Client = field(init=False)
    turn: int = 0

    def prepared(self) -> Matrix:
        """Everything that is asked about, made through the same doors."""
        self.plant.parts = dataclasses.replace(self.plant.parts, workers=Inline())
        runner = self.plant.transport._runner
        self.plant.transport = InProcess(application(self.plant.parts), runner)
        self.client = httpx.Client(transport=self.plant.transport, base_url="http://server")
        self._work()
        self._people()
        self._instruments()
        for person in (*AT_SITE, *AT_CENTER, "deactivated", "locked"):
            self.sign_in(person)
        self.plant.act("P-QA", "/api/people/P-GONE/deactivation")
        for _ in range(5):
            wrong = {"badge": "LB:ID:LOCK", "secret": "not the one"}
            self.plant.client().post("/api/sessions", json=wrong)
        return self

    def sign_in(self, person: str) -> None:
        given = self.known[person]
        asked = self.plant.parts.sessions.sign_in(given["badge"], given["secret"], Inline())
        self.tokens[person] = self.plant.transport.run(asked)[0]

    def ask(self, caller: str, method: str, url: str, query: dict[str, str], body: Any) -> Any:  # noqa: ANN401
        """The answer that a caller gets; ``body``: JSON, or a form for a page of the console."""
        client, token = self.client, self.tokens.get(caller, "")
        client.cookies.clear()
        if "/console" not in url:
            headers = {"authorization": f"Bearer {token}"} if token else {}
            return client.request(method, url, params=query, json=body, headers=headers)
        headers = {"cookie": f"lotbook={token}", "origin": "http://server"}
        return client.request(method, url, params=query, data=body, headers=headers)

    def csrf(self, caller: str) -> str:
        token = self.tokens.get(caller, "")
        return hashlib.sha256(b"lotbook/csrf/1\n" + token.encode()).hexdigest()

    def digest(self) -> str:
        """Of every table but those that tell of asking itself."""
        found = hashlib.sha256()
        beside = {"audit", "trail", "sessions", "leaves", "tiles", "cursor", "checkpoints"}
        for name in sorted(set(TABLES) - beside):
            found.update(repr((name, self.plant.parts.store.rows(name))).encode())
        return found.hexdigest()

    def _ok(self, answer: httpx.Response) -> Any:  # noqa: ANN401
        assert answer.status_code < 300, answer.text
        return answer.json()

    def _work(self) -> None:
        act = self.plant.act
        for body in ({"area": "Room", "work_center": "Needles", "work_units": ["WU-10"]},):
            self._ok(act("P-ADM", "/api/work-centers", **body))
        for text, name in ((OWN, "OWN"), (FAR, "FAR")):
            for turn in (1, 2):
                text = text.replace("revision: 1", f"revision: {turn}")  # noqa: PLW2901
                self._ok(act("P-SUP", "/api/work-masters", text=text))
                if turn == 1:
                    self._ok(act("P-QA", f"/api/work-masters/{name}/1/check"))
                    self._ok(act("P-QA", f"/api/work-masters/{name}/1/approve"))
        for job, master in (("OWN", "OWN"), ("FAR", "FAR"), ("HELD", "OWN"), ("DONE", "OWN"),
                            ("CON", "OWN")):  # fmt: skip
            said = {"id": f"JO-{job}", "lot": f"L-{job}", "units": 1, "work_master": master,
                    "serials": [f"S-{job}"]}  # fmt: skip
            self._ok(act("P-SUP", "/api/jobs", **said))
            if job != "DONE":
                hold = {"item": "SET-1", "lot": f"L-{job}", "reason": "a look"}
                self.named[f"hold-{job}"] = self._ok(act("P-OP", "/api/holds", **hold))["hold"]
        done = {"decision": "rejected", "reason": "scrap"}
        self._ok(act("P-QA", "/api/jobs/JO-DONE/release", **done))
        self.plant.parts.book.state("station.planned", {"id": "ST-03", "work_units": ["WU-20"]})
        self.plant.station("ST-02").close()
        far = self.plant.station("ST-03")
        far.sign_in("P-OP")
        far.outbox.drain()
        self.tokens["station"] = str(far.service._token)
        head = far.journal.head().checkpoint
        self.named["mark"] = f"{head.size}:{head.root.hex()[:8]}"
        signed = self.plant.parts.book.checkpoint()
        assert signed is not None
        self.named["size"] = str(signed["size"])
        self.named["photo"] = hashlib.sha256(b"\xff\xd8 photo").hexdigest()
        far.service.put_piece(self.named["photo"], 8, 0, b"\xff\xd8 photo")
        far.close()
        for name in ("ST-51", "ST-52"):
            fresh = Station(self.plant, f"{PREFIX}/{name}/1", name)
            asked = encode(Enrolment.make(name, fresh.origin, fresh.signer))
            assert self.plant.client().post("/enrolments", content=asked).status_code == 202
            fresh.close()

    def _people(self) -> None:
        self.known |= {one: credentials(one) for one in AT_SITE}
        for person, role in AT_CENTER.items():
            self._enrolled(person, role)
            for scope, given in ((CENTER, True), (SITE, False)):
                place = {"area": "Room", "work_center": CENTER} if scope == CENTER else {}
                said = {"role": role, "reason": "", "given": given, **place}
                self._by_two(f"/api/people/{person}/grants", said)
        for person, name in (("P-GONE", "deactivated"), ("P-LOCK", "locked")):
            self._enrolled(person, "quality")
            self.known[name] = self.known[person]
        for person in ("P-VIC", "P-OTHER", "P-IN"):
            self._enrolled(person, "operator")

    def _enrolled(self, person: str, role: str) -> None:
        badge = f"LB:ID:{person.removeprefix('P-')}"
        self.known[person] = {"badge": badge, "secret": f"secret of {person}"}
        initial = {"badge": badge, "secret": "chosen by others"}
        said = {"id": person, "name": person, "classes": [role], **initial}
        self._by_two("/api/people", {**said, "document": "passport", "checked_by": "P-ADM"})
        token = self.plant.client().post("/api/sessions", json=initial).json()["token"]
        own = {**initial, "new_secret": self.known[person]["secret"]}
        headers = {"authorization": f"Bearer {token}"}
        answer = self.client.post("/api/me/secret", json=own, headers=headers)
        assert answer.status_code == 204, answer.text

    def _by_two(self, path: str, body: dict[str, Any]) -> None:
        both = {"first": credentials("P-ADM"), "second": credentials("P-QA")}
        self._ok(self.plant.client("P-ADM").post(path, json={**body, **both}))

    def _instruments(self) -> None:
        act = self.plant.act
        self._ok(act("P-QA", "/api/assets", **BALANCE))
        found = self._ok(act("P-QA", "/api/assets/BAL-1/calibrations", **CALIBRATION))
        self.named["deviation"] = str(found["deviation"]["number"])
        frozen = {"cause": "change", "about": "a change", "jobs": ["JO-OWN"], "why": "look"}
        self.named["set"] = str(self._ok(act("P-QA", "/api/evidence-sets", **frozen))["number"])
        alarm = self.plant.parts.book.alarm("badge-locked", "somebody")
        self.named["alarm"] = str(alarm)


CALIBRATION: dict[str, Any] = {
    "performed": "2026-03-01", "laboratory": "Lab", "certificate": "C-1",
    "as_found": "out-of-tolerance",    "as_left": "in-tolerance", "due": "2027-03-01", "unit": "g",
    "points": [{"nominal": "100", "found": "103", "tolerance": "1", "left": "100"}],
}  # fmt: skip
