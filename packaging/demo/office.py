"""The demo's office: enrolling the station, and what people ask the server for."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
from account import Account
from plant import DemoError, Plant, program

T = TypeVar("T")


class Office:
    """People at the server: an administrator and quality."""

    def __init__(self, plant: Plant, plan: dict[str, Any]) -> None:
        """``plan`` is the founding plan: who has which badge and (demo only) secret."""
        self._plant = plant
        self._people = {person["id"]: person for person in plan["people"]}

    def _of(self, personnel_class: str) -> dict[str, Any]:
        return next(p for p in self._people.values() if personnel_class in p["classes"])

    def enrol_station(self, config: Path) -> None:
        """The station asks with proof of its key; administrator and quality approve."""
        terminal = [*program("lotbook-terminal"), "enrol", "--config", str(config)]
        asking = self._plant.start("enrol", *terminal)
        for personnel_class in ("administrator", "quality"):
            person = self._of(personnel_class)
            with self._session(personnel_class) as client:
                station = self._asked(client)
                answer = client.post(f"/api/stations/{station}/approvals", json=_components(person))
                if answer.status_code != httpx.codes.OK:
                    msg = f"{person['name']} could not approve the station: {answer.text[:300]}"
                    raise DemoError(msg)
        if asking.wait(30) != 0:
            msg = f"the station was not enrolled: {self._plant.log('enrol').read_text()[-500:]}"
            raise DemoError(msg)
        del self._plant.running["enrol"]

    @staticmethod
    def _asked(client: httpx.Client) -> str:
        """The station that asks for enrolment, as soon as it does."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            for row in client.get("/api/stations").json():
                if row["status"] == "requested":
                    return str(row["id"])
            time.sleep(0.1)
        msg = "the station did not ask for enrolment within 20 s"
        raise DemoError(msg)

    @contextmanager
    def _session(self, personnel_class: str) -> Iterator[httpx.Client]:
        """A signed-in client of the people's API."""
        person = self._of(personnel_class)
        with httpx.Client(base_url=self._plant.url, timeout=20) as client:
            answer = client.post("/api/sessions", json=_components(person))
            if answer.status_code >= httpx.codes.BAD_REQUEST:
                msg = f"{person['name']} could not sign in at the server: {answer.text[:300]}"
                raise DemoError(msg)
            client.headers["Authorization"] = f"Bearer {answer.json()['token']}"
            yield client

    def collect(self, job: str, item: str, lot: str, out: Path, account: Account) -> None:
        """Fetch the where-used answer, the batch record and the evidence pack."""
        with self._session("auditor") as client:
            started = time.monotonic()
            used = self._json(client, f"/api/trace/where-used?item={item}&lot={lot}", dict)
            account.facts["trace_ms"] = round((time.monotonic() - started) * 1000, 1)
            self._fetch(client, f"/api/jobs/{job}/batch-record.pdf", out / "batch-record.pdf")
            chinese = out / "batch-record.zh_CN.pdf"
            self._fetch(client, f"/api/jobs/{job}/batch-record.pdf?language=zh_CN", chinese)
            self._fetch(client, f"/api/jobs/{job}/evidence.zip", out / "evidence.zip")
            self._fetch(client, "/api/keys", out / "keys.txt")
            state = self._json(client, f"/api/jobs/{job}", dict)
            records = self._json(client, f"/api/jobs/{job}/records", list)
        (out / "where-used.json").write_text(
            json.dumps(used, indent=2, ensure_ascii=False), encoding="utf-8"
        )
        self._judge(used, state, records, account)

    @staticmethod
    def _judge(
        used: dict[str, Any], state: dict[str, Any], records: list[dict[str, Any]], account: Account
    ) -> None:
        """What the server made of the records, in figures."""
        kinds = [json.loads(record["text"])["kind"] for record in records]
        refused = [
            r
            for r, kind in zip(records, kinds, strict=True)
            if r["passed"] is False and kind == "lot.identified"
        ]
        out_of_limits = [
            r
            for r, kind in zip(records, kinds, strict=True)
            if r["passed"] is False and kind == "measurement.taken"
        ]
        serials = [serial for _, _, made in used["finished"] for serial in made]
        account.facts |= {
            "released": state["job"]["status"] == "released",
            "lot_status": state["job"]["status"],
            "refused_scans": len(refused),
            "out_of_limit_readings": len(out_of_limits),
            "serials": len(serials),
            "where_used": "; ".join(
                f"{len(made)} units of lot {lot}, {made[0]} to {made[-1]}" if made else f"lot {lot}"
                for _, lot, made in used["finished"]
            ),
        }

    @staticmethod
    def _json(client: httpx.Client, path: str, shape: type[T]) -> T:
        """The answer's JSON, which must be of that shape."""
        answer = client.get(path)
        value: object = answer.json() if answer.status_code == httpx.codes.OK else None
        if not isinstance(value, shape):
            msg = f"the server answered {answer.status_code} to {path}: {answer.text[:300]}"
            raise DemoError(msg)
        return value

    @staticmethod
    def _fetch(client: httpx.Client, path: str, target: Path) -> None:
        answer = client.get(path)
        if answer.status_code != httpx.codes.OK:
            msg = f"the server answered {answer.status_code} to {path}: {answer.text[:300]}"
            raise DemoError(msg)
        target.write_bytes(answer.content)

    def verify(self, out: Path, account: Account) -> None:
        """Run ``lotbook-verify`` as a stranger would."""
        done = subprocess.run(
            [
                *program("lotbook-verify"),
                str(out / "evidence.zip"),
                "--keys",
                str(out / "keys.txt"),
                "--json",
            ],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        account.facts["verify_exit"] = done.returncode
        if done.returncode != 0:
            msg = f"lotbook-verify: {done.stdout}{done.stderr}"
            raise DemoError(msg)
        account.facts["records_verified"] = json.loads(done.stdout).get("records")


def _components(person: dict[str, Any]) -> dict[str, str]:
    """The two components a person signs with."""
    return {"badge": person["badge"], "secret": person["secret"]}
