"""A server's export, checked from docs/auditor alone: what is wrong, or nothing."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.second.notes import (
    Keys,
    Wrong,
    b64,
    checkpoint,
    cosigned,
    entry,
    leaf_hash,
    number,
    opened,
    pae,
    parsed,
    root_in,
    root_of_hashes,
    rotation,
    signed,
    tree,
)
from tests.second.pack import BOUND, PEOPLE, files

Seen = list[tuple[str, int, str]]
"""What is known from outside: origin, size, root (hex)."""
NEEDS = {"server.founded": 2, "person.enrolled": 2, "person.rekeyed": 2, "person.granted": 2,
         "factor.reset": 2, "identity.linked": 2, "identity.unlinked": 2,
         "station.planned": 2,
         "log.continued": 2}  # fmt: skip
ONE = ("person.changed", "factor.enrolled", "factor.removed",
       "work_center.defined", "station.approved", "station.revoked",
       "master.proposed", "master.checked", "master.approved", "order.dispatched",
       "alarm.closed", "lot.thawed", "fork.decided", "mark.seen")  # fmt: skip


def complaints(folder: Path, keys: Keys, seen: Seen) -> list[str]:
    """Everything wrong with an export."""
    try:
        return [*Export(folder, keys, seen).wrong()]
    except (Wrong, OSError, KeyError) as problem:
        return [repr(problem)]


def records(path: Path) -> list[bytes]:
    if not path.exists():
        return []
    lines = path.read_bytes().splitlines()
    return [base64.b64decode(one[1:]) if one.startswith(b"=") else one for one in lines]


def objects(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in records(path)]


class Export:
    """An export under examination."""

    def __init__(self, folder: Path, keys: Keys, seen: Seen) -> None:
        self.folder, self.keys, self.seen = folder, keys, seen
        data = (folder / "manifest.json").read_bytes()
        self.manifest = parsed(data, 1 << 24)
        blob = b64((folder / "manifest.sig").read_text().strip())
        if not any(signed(key, pae("lotbook/export/1", data), blob)
                   for _, key in keys.all("server")):  # fmt: skip
            raise Wrong("manifest.sig")
        self.origin = self.manifest["origin"]
        self.leaves = records(folder / "log" / "leaves.jsonl")
        self.named: dict[str, dict[int, tuple[int, str]]] = {}
        self.people: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        self.stations: dict[str, str] = {}
        self.approved: dict[tuple[str, str], set[str]] = {}
        self.revoked: dict[str, list[tuple[int, int, str]]] = {}
        self.rotated: list[tuple[str, int, str]] = []
        self.aside: set[tuple[str, int]] = set()
        self.forks: dict[tuple[str, int], set[str]] = {}
        self.masters: dict[tuple[str, int], str] = {}
        self.files = {one["sha256"] for one in objects(folder / "attachments.jsonl")}

    def wrong(self) -> Iterator[str]:
        for name, facts in self.manifest["files"].items():
            data = (self.folder / name).read_bytes()
            if facts != {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}:
                yield f"{name} changed"
            folder, _, digest = name.partition("/")
            if folder in ("attachments", "masters") and hashlib.sha256(data).hexdigest() != digest:
                yield f"{name} has another digest"
        yield from self.check_log()
        for position, data in enumerate(self.leaves):
            yield from self.check_leaf(position, parsed(data))
        for person, known in self.people.items():
            held = [key.hex() for _, key in self.keys.held.get(("person", person), [])]
            if known[-1][1].get("public_key") not in held:
                yield f"{person} has another key"
        yield from self.check_stations()

    def check_log(self) -> Iterator[str]:
        """Leaves against the noted hashes, every checkpoint, every cosignature, what was seen."""
        noted = (self.folder / "log" / "hashes.txt").read_text().split()
        if noted != [leaf_hash(one).hex() for one in self.leaves]:
            yield "log/hashes.txt"
        log, notes, last = tree(self.leaves), {}, -1
        said = [parsed(data, 1 << 24) for data in self.leaves if b"log.continued" in data]
        names = {one["body"]["origin"] for one in said if one["kind"] == "log.continued"}
        for one in objects(self.folder / "log" / "checkpoints.jsonl"):
            name = one["note"].split("\n", 1)[0]
            known = name if name in names else self.origin
            size, root = checkpoint(one["note"], self.keys.all("server"), known)
            notes[size] = one["note"]
            if size < last or size > len(self.leaves) or log.get_root(size) != root:
                yield f"checkpoint {size}"
            last = size
        if last < len(self.leaves):
            yield "leaves that no checkpoint covers"
        witnesses = self.keys.all("station") + self.keys.all("witness")
        for one in objects(self.folder / "log" / "cosignatures.jsonl"):
            note = notes.get(one["size"], "")
            name, blob = one["line"].removeprefix("— ").strip().split(" ")
            if not note or cosigned(note, (name, b64(blob)), witnesses) is False:
                yield f"cosignature of {name}"
        yield from self.check_seen(self.origin, log, len(self.leaves))

    def check_seen(self, origin: str, log: Any, size: int) -> Iterator[str]:  # noqa: ANN401 - untyped library
        for name, at, root in self.seen:
            if name == origin and (at > size or log.get_root(at).hex() != root):
                yield f"{origin} was seen otherwise at {at}"

    def check_leaf(self, position: int, leaf: dict[str, Any]) -> Iterator[str]:
        kind, body = leaf["kind"], leaf.get("body")
        if kind == "entry":
            log = self.named.setdefault(leaf["origin"], {})
            if leaf["index"] != len(log):
                yield f"leaf {position}: index"
            log[leaf["index"]] = (position, leaf["leaf"])
            return
        if not isinstance(body, dict):
            yield f"leaf {position}: no body"
            return
        plain = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        message, signers = pae("lotbook/statement/1", kind, plain.encode()), set()
        for by in leaf["by"]:
            standing = self.standing(by["person"], position)
            held = self.person_keys(by["person"], standing)
            if not any(signed(key, message, b64(by["signature"])) for _, key in held):
                yield f"leaf {position}: signature of {by['person']}"
            elif standing is None or standing.get("active", True):
                signers.add(by["person"])
            else:
                yield f"leaf {position}: {by['person']} was not active"
        if len(signers) < NEEDS.get(kind, int(kind in ONE)):
            yield f"leaf {position}: signers"
        yield from self.fold(position, kind, body, signers)

    def fold(  # noqa: C901 - one kind after the other
        self, position: int, kind: str, body: dict[str, Any], signers: set[str]
    ) -> Iterator[str]:
        if kind in PEOPLE:
            self.people.setdefault(body["id"], []).append((position, body))
        elif kind == "station.approved":
            self.approved.setdefault((body["origin"], body["public_key"]), set()).update(signers)
        elif kind == "station.enrolled":
            origin, key = body["origin"], body["public_key"]
            self.stations[origin] = key
            held = [one.hex() for _, one in self.keys.held.get(("station", origin), [])]
            if key not in held or len(self.approved.get((origin, key), ())) < 2:
                yield f"leaf {position}: the key of {origin}"
        elif kind == "station.revoked":
            place = f"{body['id']}/{body['epoch']}"
            cut_off = body["valid_to"], position, body.get("root", "")
            self.revoked.setdefault(place, []).append(cut_off)
        elif kind == "station.rotated":
            self.rotated.append((body["origin"], body["index"] + 1, body["public_key"]))
        elif kind == "entry.quarantined":
            self.aside.add((body["origin"], body["index"]))
        elif kind in ("fork.found", "branch.kept"):
            self.forks.setdefault((body["origin"], body["branch"]), set()).add(body["root"])
        elif kind == "master.approved":
            master = body["id"], body["revision"]
            if self.masters.setdefault(master, body["digest"]) != body["digest"]:
                yield f"leaf {position}: approved twice"

    def person_keys(self, person: str, standing: dict[str, Any] | None) -> list[tuple[str, bytes]]:
        """The person's keys; the one in force, where it is known."""
        held, now = self.keys.held.get(("person", person), []), (standing or {}).get("public_key")
        return [one for one in held if now is None or one[1].hex() == now]

    def standing(self, person: str, position: int) -> dict[str, Any] | None:
        known = [body for at, body in self.people.get(person, []) if at <= position]
        return known[-1] if known else None

    def check_stations(self) -> Iterator[str]:
        outside = {name for purpose, name in self.keys.held if purpose == "station"}
        kept = set(self.manifest["logs"])
        if outside - set(self.stations) or set(self.stations) - kept:
            yield "stations are missing"
        for origin in sorted(kept | set(self.stations) | set(self.named)):
            yield from self.check_station(origin)
        told = dict(self.forks)
        for branch in self.manifest["branches"]:
            yield from self.check_branch(
                branch, told.pop((branch["origin"], branch["number"]), set())
            )
        if told:
            yield "branches are missing"

    def entries(self, origin: str) -> list[bytes]:
        return records(self.folder / "logs" / origin.replace("/", "~") / "entries.jsonl")

    def check_station(self, origin: str) -> Iterator[str]:  # noqa: C901 - one check after the other
        folder = self.folder / "logs" / origin.replace("/", "~")
        data, named = self.entries(origin), self.named.get(origin, {})
        hashes = [leaf_hash(one).hex() for one in data]
        noted = folder / "hashes.txt"
        if noted.exists() and noted.read_text().split() != hashes:
            yield f"{origin}: hashes"
        if hashes != [named[index][1] for index in sorted(named)]:
            yield f"{origin}: other records than the log names"
        log = tree(data)
        yield from self.check_heads(origin, data, log)
        for one in objects(folder / "receipts.jsonl"):
            yield from self.check_receipt(origin, one["note"], log, len(data))
        yield from self.check_seen(origin, log, len(data))
        for first, said, root in self.revoked.get("/".join(origin.split("/")[2:]), []):
            if any(at > said for index, (at, _) in named.items() if index >= first):
                yield f"{origin}: after the revocation"
            if root and (first > len(data) or log.get_root(first).hex() != root):
                yield f"{origin}: another log than the revocation names"
        used: set[str] = set()
        for index, record in enumerate(data):
            if (origin, index) not in self.aside:
                yield from self.check_entry(origin, index, record, log, used)

    def check_heads(self, origin: str, data: list[bytes], log: Any) -> Iterator[str]:  # noqa: ANN401
        """Every head by the key that holds there; every rotation that is stated."""
        folder, last = self.folder / "logs" / origin.replace("/", "~"), 0
        held = self.keys.held.get(("station", origin), [])
        known = self.keys_of(origin, data)
        for start in {(start, key) for name, start, key in self.rotated if name == origin}:
            if start not in [(at, key.hex()) for at, key in known]:
                yield f"{origin}: a rotation that is not in the log"
        for one in objects(folder / "heads.jsonl"):
            size, root = checkpoint(one["note"], held, origin)
            key = [key for start, key in known if start < size or not start][-1]
            checkpoint(one["note"], [(origin, key)], origin)
            if size < last or size > len(data) or log.get_root(size) != root:
                yield f"{origin}: head {size}"
            last = size
        if last < len(data):
            yield f"{origin}: records that no head covers"

    def keys_of(self, origin: str, data: list[bytes]) -> list[tuple[int, bytes]]:
        """From which size on each key of the station holds."""
        held = [key for _, key in self.keys.held.get(("station", origin), [])]
        first = [key for key in held if key.hex() == self.stations.get(origin)] + held
        known = [(0, first[0])] if first else []
        for index, one in enumerate(data if held[1:] else []):
            known += rotation(one, origin, index, known[-1][1], held)
        return known

    def check_receipt(self, origin: str, note: str, log: Any, size: int) -> Iterator[str]:  # noqa: ANN401
        lines = opened(note, self.keys.all("server")).split("\n")
        start, stop = map(number, lines[5].split(" "))
        have, named = number(lines[2]), self.named.get(origin, {})
        there = [named.get(index, (-1, ""))[0] for index in range(have - (stop - start), have)]
        good = lines[:2] == ["lotbook/receipt/1", origin] and there == [*range(start, stop)]
        if not good or have > size or log.get_root(have) != root_in(lines[3]):
            yield f"{origin}: receipt {have}"

    def check_entry(  # noqa: C901 - one check after the other
        self,
        origin: str,
        index: int,
        data: bytes,
        log: Any,  # noqa: ANN401 - untyped library
        used: set[str],
    ) -> Iterator[str]:
        try:
            found = entry(data, origin, index)
        except Wrong as problem:
            yield f"{origin} #{index}: {problem}"
            return
        body, place = found["body"], f"{origin} #{index}"
        for digest in files(body):
            path = self.folder / "attachments" / digest
            if digest not in self.files or (self.manifest["attachments"] and not path.exists()):
                yield f"{place}: its file"
        if found["kind"] != "signed":
            return
        context = body["context"]
        person = context["person"]
        fields = [body[name] for name in BOUND] + [context.get("language", "en")]
        standing = self.standing(person, self.named.get(origin, {}).get(index, (0, ""))[0])
        held = self.person_keys(person, standing)
        blob, (size, _, root) = b64(body["signature"]), body["head"].partition(":")
        covers = root_of_hashes([bytes.fromhex(one) for one in body["covers"]]).hex()
        second = pae("lotbook/esig/2", *fields, body["personnel_class"])
        sound = any(
            signed(key, pae("lotbook/esig/1", *fields), blob) or signed(key, second, blob)
            for _, key in held
        )
        if not sound or covers != body["covers_root"] or body["signature"] in used:
            yield f"{place}: the signature"
        used.add(body["signature"])
        if number(size) > index or log.get_root(number(size)).hex() != root:
            yield f"{place}: the head signed"
        if standing is None or not standing.get("active", True):
            yield f"{place}: {person} might not sign"
        elif body["personnel_class"] not in standing["classes"]:
            yield f"{place}: the class"
        elif body["printed_name"] != standing["name"]:
            yield f"{place}: the name"

    def check_branch(self, branch: dict[str, Any], told: set[str]) -> Iterator[str]:
        origin = branch["origin"]
        folder = self.folder / "branches" / f"{origin.replace('/', '~')}~{branch['number']}"
        log = tree(self.entries(origin)[: branch["first"]] + records(folder / "entries.jsonl"))
        roots = set()
        for one in objects(folder / "heads.jsonl"):
            size, root = checkpoint(
                one["note"], self.keys.held.get(("station", origin), []), origin
            )
            roots.add(root.hex())
            if size <= log.get_size() and log.get_root(size) != root:
                yield f"{origin}: branch at {size}"
        if roots != told or not told:
            yield f"{origin}: a branch the log does not tell of"
