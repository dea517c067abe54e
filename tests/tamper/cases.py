"""The 36 cases of tamper.tsv: each changes an export somewhere by chance, and says where."""

from __future__ import annotations

import json
import unicodedata
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from random import Random
from typing import Any

from sync import canonical
from sync.checkpoint import Checkpoint, split_note
from sync.keys import TestSigner
from sync.merkle import leaf_hash, root_of
from sync.server_source import Branch
from tests.tamper.forger import Forger, edited, root_in, size_of

Body = dict[str, Any]
L = (1 << 252) + 27742317777372353535851937790883648493
"""Order of the Ed25519 group: adding it to S gives a second signature where S is not checked."""


@dataclass(frozen=True)
class Target:
    """Where something was changed: an entry, a leaf of the server's log, or a file or name."""

    origin: str = ""
    index: int = -1
    leaf: int = -1
    name: str = ""


Case = Callable[[Forger, Random], Target]
CASES: dict[str, Case] = {}


def case(name: str) -> Callable[[Case], Case]:
    def keep(change: Case) -> Case:
        CASES[name] = change
        return change

    return keep


def places(forger: Forger, wanted: Callable[[Body], bool]) -> list[tuple[str, int]]:
    """Entries whose envelope is as wanted."""
    return [
        (origin, index)
        for origin, log in sorted(forger.logs.items())
        for index, data in enumerate(log.entries)
        if wanted(json.loads(data))
    ]


def edit(
    forger: Forger, chance: Random, wanted: Callable[[Body], bool], change: Callable[[Body], None]
) -> Target:
    """Change one entry in its body."""
    origin, index = chance.choice(places(forger, wanted))
    entries = forger.logs[origin].entries
    entries[index] = edited(entries[index], lambda entry: change(entry["body"]))
    return Target(origin, index)


def anything(_entry: Body) -> bool:
    return True


def has(*path: str) -> Callable[[Body], bool]:
    def wanted(entry: Body) -> bool:
        found: Any = entry["body"]
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        return bool(found)

    return wanted


@case("TC01")
def number(forger: Forger, chance: Random) -> Target:
    def change(body: Body) -> None:
        body["taken"]["quantity"]["value"] = "12.35"

    return edit(forger, chance, has("taken", "quantity"), change)


@case("TC02")
def unit(forger: Forger, chance: Random) -> Target:
    def change(body: Body) -> None:
        body["taken"]["quantity"]["unit"] = "mg"

    return edit(forger, chance, has("taken", "quantity"), change)


@case("TC03")
def user(forger: Forger, chance: Random) -> Target:
    def change(body: Body) -> None:
        context = body["context"]
        context["person"] = "P-QA" if context["person"] != "P-QA" else "P-ADM"

    return edit(forger, chance, has("context", "person"), change)


@case("TC04")
def timestamp(forger: Forger, chance: Random) -> Target:
    origin, index = chance.choice(places(forger, anything))
    entries = forger.logs[origin].entries

    def change(entry: Body) -> None:
        entry["at"]["wall"] = "2026-03-01T07:00:00.000+00:00"

    entries[index] = edited(entries[index], change)
    return Target(origin, index)


@case("TC05")
def form_hash(forger: Forger, chance: Random) -> Target:
    def change(body: Body) -> None:
        body["context"]["work_master"] = sha256(b"another form").hexdigest()

    return edit(forger, chance, has("context", "work_master"), change)


@case("TC06")
def meaning(forger: Forger, chance: Random) -> Target:
    def change(body: Body) -> None:
        body["meaning"] = "verified"

    return edit(forger, chance, has("meaning"), change)


@case("TC07")
def comment(forger: Forger, chance: Random) -> Target:
    def change(body: Body) -> None:
        body["description"] += " (harmless)"

    return edit(forger, chance, has("description"), change)


@case("TC08")
def normal_form(forger: Forger, chance: Random) -> Target:
    def accented(entry: Body) -> bool:
        text = str(entry["body"].get("description", ""))
        return unicodedata.normalize("NFD", text) != text

    origin, index = chance.choice(places(forger, accented))
    entries = forger.logs[origin].entries
    entries[index] = unicodedata.normalize("NFD", entries[index].decode()).encode()
    return Target(origin, index)


@case("TC09")
def same_json(forger: Forger, chance: Random) -> Target:
    origin, index = chance.choice(places(forger, anything))
    entries = forger.logs[origin].entries
    spaced = json.dumps(json.loads(entries[index]), ensure_ascii=False, sort_keys=True)
    entries[index] = spaced.encode()
    return Target(origin, index)


@case("TC10")
def swapped_fields(forger: Forger, chance: Random) -> Target:
    def change(body: Body) -> None:
        context = body["context"]
        context["operation"], context["step"] = context["step"], context["operation"]

    return edit(forger, chance, has("context", "step"), change)


def drop(forger: Forger, origin: str, index: int) -> Target:
    del forger.logs[origin].entries[index]
    return Target(origin, index)


@case("TC11")
def first(forger: Forger, chance: Random) -> Target:
    return drop(forger, chance.choice(sorted(forger.logs)), 0)


@case("TC12")
def middle(forger: Forger, chance: Random) -> Target:
    origin, index = chance.choice(places(forger, lambda entry: entry["index"] > 0)[:-1])
    length = len(forger.logs[origin].entries)
    return drop(forger, origin, min(index, max(length - 2, 0)))


@case("TC13")
def last(forger: Forger, chance: Random) -> Target:
    origin = chance.choice(sorted(forger.logs))
    return drop(forger, origin, len(forger.logs[origin].entries) - 1)


@case("TC14")
def tail(forger: Forger, chance: Random) -> Target:
    origin = chance.choice(sorted(forger.logs))
    entries = forger.logs[origin].entries
    keep = chance.randrange(len(entries))
    del entries[keep:]
    return Target(origin, keep)


@case("TC15")
def lot(forger: Forger, chance: Random) -> Target:
    job = chance.choice(["JO-1", "JO-2"])
    gone = places(forger, lambda e: e["body"].get("context", {}).get("job_order") == job)
    for origin, index in reversed(gone):
        del forger.logs[origin].entries[index]
    return Target(*gone[0])


@case("TC16")
def station(forger: Forger, chance: Random) -> Target:
    origin = chance.choice(sorted(forger.logs))
    del forger.logs[origin]
    if chance.random() < 0.5:  # with every leaf that ever told of it
        forger.leaves = [leaf for leaf in forger.leaves if origin.encode() not in leaf]
        forger.branches = {one: kept for one, kept in forger.branches.items()
                           if one.origin != origin}  # fmt: skip
    return Target(name=origin)


@case("TC17")
def rolled_back(forger: Forger, chance: Random) -> Target:
    """Everything as it was at an earlier checkpoint."""
    size = chance.choice([size_of(note) for note in forger.checkpoints[5:-1]])
    forger.leaves = forger.leaves[:size]
    forger.checkpoints = [one for one in forger.checkpoints if size_of(one) <= size]
    forger.cosignatures = [one for one in forger.cosignatures if one.size <= size]
    counts = dict.fromkeys(forger.logs, 0)
    for data in forger.leaves:
        leaf = json.loads(data)
        if leaf["kind"] == "entry":
            counts[leaf["origin"]] = leaf["index"] + 1
    for origin, count in counts.items():
        log = forger.logs[origin]
        log.entries = log.entries[:count]
        log.heads = [one for one in log.heads if size_of(one) <= count]
        log.receipts = [one for one in log.receipts if int(one.split("\n")[2]) <= count]
    forger.branches = {}
    return Target(leaf=size)


def forged(forger: Forger, chance: Random) -> tuple[str, int]:
    """A made-up record somewhere; those after it keep the numbers they say."""
    origin, index = chance.choice(places(forger, has("context", "person")))
    entries = forger.logs[origin].entries
    entries.insert(index, edited(entries[index], lambda entry: entry["body"].update(note="new")))
    return origin, index


@case("TC18")
def inserted(forger: Forger, chance: Random) -> Target:
    return Target(*forged(forger, chance))


@case("TC19")
def inserted_with_stolen_key(forger: Forger, chance: Random) -> Target:
    """The station's key is stolen: the past is written anew and signed by the right key."""
    origin, index = forged(forger, chance)
    log = forger.logs[origin]
    for at in range(index, len(log.entries)):
        log.entries[at] = edited(log.entries[at], lambda e, at=at: e.update(index=at))  # type: ignore[misc]
    key, leaves = TestSigner(origin), [leaf_hash(one) for one in log.entries]
    sizes = [size_of(one) for one in log.heads] + [len(leaves)]
    log.heads = [Checkpoint(origin, size, root_of(leaves[:size])).sign(key) for size in sizes]
    return Target(origin, index)


@case("TC20")
def doubled(forger: Forger, chance: Random) -> Target:
    origin, index = chance.choice(places(forger, anything))
    entries = forger.logs[origin].entries
    entries.insert(index + 1, entries[index])
    return Target(origin, index + 1)


@case("TC21")
def into_other_lot(forger: Forger, chance: Random) -> Target:
    def change(body: Body) -> None:
        context = body["context"]
        context["job_order"] = "JO-2" if context["job_order"] == "JO-1" else "JO-1"

    return edit(forger, chance, has("context", "job_order"), change)


@case("TC22")
def under_other_station(forger: Forger, chance: Random) -> Target:
    origin, index = chance.choice(places(forger, anything))
    other = chance.choice([one for one in sorted(forger.logs) if one != origin])
    entries = forger.logs[other].entries
    at = chance.randrange(len(entries))
    entries[at] = forger.logs[origin].entries[index]
    return Target(other, at)


@case("TC23")
def reordered(forger: Forger, chance: Random) -> Target:
    origin = chance.choice([one for one, log in sorted(forger.logs.items())
                            if len(log.entries) > 1])  # fmt: skip
    entries = forger.logs[origin].entries
    at = chance.randrange(len(entries) - 1)
    entries[at], entries[at + 1] = entries[at + 1], entries[at]
    return Target(origin, at)


@case("TC24")
def reordered_across(forger: Forger, chance: Random) -> Target:
    """Two records of different stations change places in the server's log."""
    named = [(at, json.loads(leaf)) for at, leaf in enumerate(forger.leaves)
             if b'"kind":"entry"' in leaf]  # fmt: skip
    at, leaf = chance.choice(named)
    other = chance.choice([one for one, two in named if two["origin"] != leaf["origin"]])
    leaves = forger.leaves
    leaves[at], leaves[other] = leaves[other], leaves[at]
    return Target(leaf=min(at, other))


@case("TC25")
def file_replaced(forger: Forger, chance: Random) -> Target:
    name = chance.choice([one for one in forger.files if one.startswith("attachments/")])
    data = bytearray(forger.files[name])
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    forger.files[name] = bytes(data)
    return Target(name=name.partition("/")[2])


@case("TC26")
def file_dropped(forger: Forger, chance: Random) -> Target:
    name = chance.choice([one for one in forger.files if one.startswith("attachments/")])
    del forger.files[name]
    if chance.random() < 0.5:
        forger.attachments = []
    return Target(name=name.partition("/")[2])


@case("TC27")
def raw_bytes(forger: Forger, chance: Random) -> Target:
    def change(body: Body) -> None:
        where = body["taken"] if "taken" in body else body["scan"]
        raw = bytearray.fromhex(where["raw"])
        raw[chance.randrange(len(raw))] ^= 1
        where["raw"] = raw.hex()

    return edit(forger, chance, lambda e: has("taken", "raw")(e) or has("scan", "raw")(e), change)


def statement(forger: Forger, chance: Random, kind: str, change: Callable[[Body], None]) -> Target:
    """Change a leaf of that kind."""
    at = chance.choice([at for at, leaf in enumerate(forger.leaves)
                        if json.loads(leaf)["kind"] == kind])  # fmt: skip
    forger.leaves[at] = edited(forger.leaves[at], change)
    return Target(leaf=at)


@case("TC28")
def received_at(forger: Forger, chance: Random) -> Target:
    def change(leaf: Body) -> None:
        leaf["received_at"] = "2026-03-02T07:59:00+00:00"

    return statement(forger, chance, "entry", change)


@case("TC29")
def audit_event(forger: Forger, chance: Random) -> Target:
    if chance.random() < 0.5:
        return statement(forger, chance, "audit", lambda leaf: leaf["body"].update(person="P-OP"))
    at = chance.choice([at for at, leaf in enumerate(forger.leaves) if b'"kind":"audit"' in leaf])
    del forger.leaves[at]
    return Target(leaf=at)


@case("TC30")
def enrolled_key(forger: Forger, chance: Random) -> Target:
    kind = chance.choice(["person.enrolled", "station.enrolled"])
    thief = TestSigner("thief", str(chance.random())).public_key.hex()
    return statement(forger, chance, kind, lambda leaf: leaf["body"].update(public_key=thief))


@case("TC31")
def revoked_key(forger: Forger, chance: Random) -> Target:
    """What ended a right is gone, or ends it later."""
    kind = chance.choice(["station.revoked", "person.changed"])
    if chance.random() < 0.5:

        def change(leaf: Body) -> None:
            leaf["body"] |= {"valid_to": 10_000} if "valid_to" in leaf["body"] else {"active": True}

        return statement(forger, chance, kind, change)
    at = next(at for at, leaf in enumerate(forger.leaves) if json.loads(leaf)["kind"] == kind)
    del forger.leaves[at]
    return Target(leaf=at)


@case("TC32")
def user_name(forger: Forger, chance: Random) -> Target:
    def change(leaf: Body) -> None:
        leaf["body"]["name"] = "Somebody Else"

    return statement(forger, chance, "person.enrolled", change)


@case("TC33")
def split_view(forger: Forger, chance: Random) -> Target:
    """The last leaves are others than those shown to the witnesses."""
    at = chance.randrange(len(forger.leaves) // 2, len(forger.leaves))
    del forger.leaves[at:]
    for number in range(5):
        forger.leaves.append(canonical.dumps({
            "v": 1, "kind": "audit", "at": "2026-03-02T09:00:00+00:00", "by": [],
            "body": {"person": "P-AUD", "route": "x", "about": str(number), "count": 1},
        }))  # fmt: skip
    return Target(leaf=at)


@case("TC34")
def clone(forger: Forger, chance: Random) -> Target:
    """The evidence of a clone: its branch is dropped, or passed off as another one."""
    branch = chance.choice(sorted(forger.branches))
    entries, heads = forger.branches.pop(branch)
    if chance.random() < 0.5:
        change = edited(entries[-1], lambda entry: entry["body"].update(other="harmless"))
        forger.branches[Branch(*branch)] = ([*entries[:-1], change], heads)
    return Target(name=branch.origin)


@case("TC35")
def form_swapped(forger: Forger, chance: Random) -> Target:
    """Another work master under the same id and revision."""
    name = chance.choice([one for one in forger.files if one.startswith("masters/")])
    data = forger.files.pop(name).replace(b"The place is clear.", b"The place is dirty.")
    digest = sha256(data).hexdigest()
    if chance.random() < 0.5:
        forger.files[name] = data
        return Target(name=name)
    forger.files[f"masters/{digest}"] = data
    return statement(
        forger, chance, "master.approved", lambda leaf: leaf["body"].update(digest=digest)
    )


@case("TC36")
def weak_signature(forger: Forger, chance: Random) -> Target:
    """A head whose signature is empty, malleated, of another key or another algorithm."""
    origin = chance.choice(sorted(forger.logs))
    log = forger.logs[origin]
    text, (line, *_) = split_note(log.heads[-1])
    signature = chance.choice(["empty", "malleated", "small", "algorithm", "long"])
    number = int.from_bytes(line.signature[32:], "little") + L
    blob = {
        "empty": line.key_id,
        "malleated": line.key_id + line.signature[:32] + number.to_bytes(33, "little")[:32],
        "small": line.key_id + bytes([1]) + bytes(63),
        "algorithm": sha256(origin.encode() + b"\n\x06" + bytes(32)).digest()[:4] + line.signature,
        "long": line.key_id + line.signature + b"\x00",
    }[signature]
    log.heads[-1] = f"{text}\n— {line.name} {b64encode(blob).decode()}\n"
    assert b64decode(b64encode(blob)) == blob
    return Target(name=origin)


__all__ = ["CASES", "Case", "Target", "root_in"]
