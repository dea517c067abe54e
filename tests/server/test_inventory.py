"""Nothing is done without a leaf: every route called for real, every command, every statement."""

from __future__ import annotations

import argparse
import ast
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from forms.rights import RIGHTS
from server import cli
from server.access import ACCESS, PUBLIC, STATION, Rule
from server.audit.kinds import KINDS, NOTABLE
from server.audit.program import Running
from server.console import interfaces
from server.ingest.statements import FOLDS
from server.log.leaves import Statement, decode
from server.run import in_the_trail
from tests.contracts.source import modules
from tests.server.plant import SECRETS, Plant, badge, credentials

QUIET = {
    ("GET", "/"): "leads to the list",
    ("GET", "/console"): "leads to the list",
    ("GET", "/console/style.css"): "holds no record",
    ("GET", "/console/sign-in"): "holds no record",
    ("GET", "/console/sign-in/identity"): "leads to the provider; the way back leaves the leaf",
    ("GET", "/console/language/{tag}"): "sets a cookie; holds no record",
    ("GET", "/healthz"): "says nothing of anybody",
    ("GET", "/station-sessions/challenge"): "a nonce",
    (
        "POST",
        "/station-sessions",
    ): "a machine's; refusals are in the trail, what it sends is signed",
}
"""Public routes without a leaf, and why."""
NO_LOG = {
    "forms check": "reads a file that is given, and nothing of the server",
    "backup-key": "makes a key; there is no server yet",
    "keys": "prints public keys",
    "init": "the founding itself is the first leaf",
    "backup": "leaves its leaf in the spool: tests/server/test_spool.py",
    "drill-restore": "leaves its leaf in the spool: tests/server/test_drill.py",
    "restore": "makes a folder; the drill and the first start say so",
    "recovery show": "asks a running server: its route leaves the leaf",
    "recovery go-on": "asks a running server: its route leaves the leaf",
    "doctor": "changes nothing; of a running server its route leaves the leaf",
    "upgrade": "the next start says the version",
}
"""Commands that do not open the log themselves, and why."""
STATED_BY_NAME = frozenset({"server.started", "server.stopped", "command.run"})


@pytest.fixture
def house(plant: Plant) -> Plant:
    return plant


def table() -> dict[tuple[str, str], Rule]:
    whole = dict(ACCESS)
    for _, entries in interfaces():
        whole |= entries
    return whole


def leaves(plant: Plant, start: int) -> list[dict[str, Any]]:
    rows = plant.parts.store.rows("leaves", kind="audit", start=start)
    said = [decode(bytes(row["data"])) for row in rows]
    return [one.body for one in said if isinstance(one, Statement)]


def url(path: str) -> str:
    return re.sub(r"\{[^}]+\}", "7", path)


@pytest.mark.covers("T32", "P11-10e", "A11-9")
def test_every_route_of_people_leaves_a_leaf_with_who_as_what_and_from_where(house: Plant) -> None:
    silent = []
    for (method, path), rule in table().items():
        if isinstance(rule, str) or (method, path) == ("DELETE", "/api/sessions"):
            continue
        who = next(one for one in SECRETS if set(_classes(house, one)) & set(RIGHTS[rule.action]))
        client, before = house.client(who), house.parts.book.size
        client.request(method, url(path), json={} if path.startswith("/api") else None)
        found = leaves(house, before)
        good = len(found) == 1 and found[0]["person"] == who and found[0]["role"]
        if not good or found[0]["route"] != f"{method} {path}" or not found[0]["place"]:
            silent.append((method, path, found))
    assert not silent


def _classes(plant: Plant, person: str) -> tuple[str, ...]:
    return tuple(plant.parts.directory.person(person).classes)


def test_every_public_route_leaves_one_or_says_why_not(house: Plant) -> None:
    public = {key for key, rule in table().items() if rule == PUBLIC}
    tested = {("POST", "/api/sessions"), ("POST", "/console/sign-in"), ("POST", "/enrolments")}
    tested |= {  # tests/console/test_identity.py
        ("GET", "/console/sign-in/identity/callback"), ("POST", "/console/sign-in/identity/code"),
    }  # fmt: skip
    assert public == set(QUIET) | tested
    assert all(table()[key] in {PUBLIC, STATION} for key in QUIET)


@pytest.mark.covers("P11-300d")
def test_failed_and_good_sign_ins_and_sign_outs_are_leaves(house: Plant) -> None:
    client, before = httpx.Client(transport=house.transport, base_url="http://server"), house.parts
    size = before.book.size
    client.post("/api/sessions", json={"badge": badge("P-OP"), "secret": "not hers"})
    client.post("/api/sessions", json={"badge": "LB:ID:NOBODY", "secret": "whatever"})
    client.post("/console/sign-in", data={"badge": badge("P-OP"), "secret": "x", "csrf": "no"})
    token = client.post("/api/sessions", json=credentials("P-AUD")).json()["token"]
    client.delete("/api/sessions", headers={"authorization": f"Bearer {token}"})
    wrong, nobody, page, good, out = leaves(house, size)
    assert (wrong["person"], wrong["result"]) == ("P-OP", "sign-in-failed")
    assert nobody["person"].startswith("badge ")
    assert "NOBODY" not in str(nobody)
    assert (page["person"], page["result"]) == ("", "wrong-token")
    assert (good["person"], good["about"], good["role"]) == ("P-AUD", "sign-in", "auditor")
    assert (out["person"], out["route"]) == ("P-AUD", "DELETE /api/sessions")
    assert {one["clock"] for one in (wrong, good, out)} == {"unknown"}


def test_an_act_names_the_statements_it_made(house: Plant) -> None:
    before = house.parts.book.size
    body = {"item": "TUB-1", "lot": "T1", "status": "rejected", "reason": "torn"}
    answer = house.act("P-QA", "/api/lots/TUB-1/T1/status", status="rejected", reason="torn")
    assert answer.status_code == 200, answer.text
    done = leaves(house, before)[-1]
    (stated,) = done["did"]
    said = decode(house.parts.reader.leaf(stated))
    assert isinstance(said, Statement)
    assert said.kind == "lot.status"
    assert done["about"] == f"{body['item']}/{body['lot']}"
    row = house.parts.store.one("trail", idx=stated)
    assert row is not None
    assert (row["sort"], row["subject"], row["person"]) == ("modify", "lot:TUB-1/T1", "P-QA")


def test_strangers_are_counted_and_never_fill_the_log(house: Plant) -> None:
    client = httpx.Client(transport=house.transport, base_url="http://server")
    house.clock.pass_(120)
    before = house.parts.book.size
    for _ in range(50):
        assert client.get("/api/people").status_code == 401
        assert client.get("/nothing").status_code == 404
    first = leaves(house, before)
    assert [(one["route"], one["count"]) for one in first] == [("GET /api/people", 1), ("GET ?", 1)]
    house.clock.pass_(61)
    client.get("/api/people")
    told = leaves(house, before)[2:]
    assert [(one["count"], one["result"]) for one in told] == [
        (49, "sign-in-needed"), (49, "not-found"), (1, "sign-in-needed"),
    ]  # fmt: skip
    for number in range(100):  # of many kinds the rest is one
        client.request(f"VERB{number}", "/api/people")
    assert len(leaves(house, before)) < 80


def test_a_clean_stop_says_first_what_was_counted(house: Plant) -> None:
    client = httpx.Client(transport=house.transport, base_url="http://server")
    house.clock.pass_(120)
    house.folder.running = Running(command="run", arguments={}, user="u", host="h", version="0.1.0")
    before = house.parts.book.size
    with in_the_trail(house.parts, house.folder, None, "http"):
        for _ in range(3):
            client.get("/api/people")
    assert [one["count"] for one in leaves(house, before)] == [1, 2]
    last = house.parts.store.newest("trail")
    assert last is not None
    assert last["kind"] == "server.stopped"


def _kinds_stated() -> set[str]:
    """Kinds named where a statement is made or folded, in the server's code."""
    shape, found = re.compile(r"^[a-z_]+\.[a-z-]+$"), set[str]()
    for module in modules():
        if not module.name.startswith("server."):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("state", "sign")):
                found |= {one for one in _literals(node.args[:1]) if shape.match(one)}
    return found | set(FOLDS)


def _literals(nodes: list[ast.expr]) -> set[str]:
    return {
        str(one.value)
        for node in nodes
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


def test_every_kind_of_statement_is_in_the_inventory() -> None:
    stated = _kinds_stated()
    assert len(stated) > 40
    assert sorted(stated - set(KINDS)) == [], "say what it is: server/audit/kinds.py"
    assert not set(KINDS) & set(NOTABLE)
    sources = {module.name: ast.unparse(module.tree) for module in modules()}
    gone = [
        (name, kind.raised)
        for name, kind in KINDS.items()
        if name not in sources.get(kind.raised, "") and name not in stated
    ]
    assert not gone, "an event that nothing raises any more, or elsewhere"
    assert not [one for one, kind in KINDS.items() if kind.raised not in sources]


def _commands(parser: argparse.ArgumentParser, words: str = "") -> Iterator[tuple[str, set[str]]]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, sub in action.choices.items():
                yield from _commands(sub, f"{words} {name}".strip())
            return
    yield words, {option for action in parser._actions for option in action.option_strings}


@pytest.mark.covers("P11-10e")
def test_every_command_opens_the_log_that_notes_it_or_says_why_not() -> None:
    commands = dict(_commands(cli.parser()))
    assert len(commands) > 20
    opening = {name for name, options in commands.items() if "--data" in options}
    silent = set(commands) - opening
    assert silent <= set(NO_LOG), "open the log through DataFolder, or say why there is no leaf"
    assert set(NO_LOG) <= set(commands)
