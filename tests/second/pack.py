"""An evidence pack, checked from docs/auditor alone: what is wrong, or nothing."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.second.notes import (
    Keys,
    Wrong,
    checkpoint,
    cosigned,
    entry,
    included,
    leaf_hash,
    lines_of,
    pae,
    parsed,
    root_of_hashes,
    rotation,
    signed,
)

FIRST = ("README.txt", "manifest.json", "manifest.sig", "batch-record.pdf")
PEOPLE = ("person.enrolled", "person.changed", "person.rekeyed", "person.granted")
BOUND = ("meaning", "printed_name", "time", "covers_root", "head", "text_digest")


@dataclass
class Record:
    """A record of the pack."""

    origin: str
    index: int
    leaf: bytes
    kind: str = ""
    body: dict[str, Any] = field(default_factory=dict)
    position: int = -1

    @property
    def context(self) -> dict[str, Any]:
        found = self.body.get("context")
        return found if isinstance(found, dict) else {}


def complaints(data: bytes, keys: Keys) -> list[str]:
    """Everything wrong with a pack."""
    try:
        members = container(data)
        return [*Pack(members, keys).wrong()]
    except Wrong as problem:
        return [str(problem)]


def container(data: bytes) -> dict[str, bytes]:
    """The members, if the file is written in the one way a pack is."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            members = {name: archive.read(name) for name in names}
    except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError, ValueError,
            EOFError, IndexError, OverflowError) as error:  # fmt: skip
        raise Wrong("no zip") from error
    first = {name: place for place, name in enumerate(FIRST)}
    wanted = sorted(members, key=lambda name: (first.get(name, len(first)), name))
    if written(members, wanted) != data or names != wanted:
        raise Wrong("not written as a pack is")
    return members


def written(members: dict[str, bytes], names: list[str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = b"lotbook-evidence/1"
        for name in names:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.external_attr, info.extract_version = 0o100644 << 16, 10
            info.create_system, info.create_version = 3, 20
            archive.writestr(info, members[name])
    return target.getvalue()


class Pack:
    """A pack's members under examination."""

    def __init__(self, members: dict[str, bytes], keys: Keys) -> None:
        self.members, self.keys = members, keys
        manifest = members.get("manifest.json", b"")
        self.manifest = parsed(manifest, 1 << 24)
        plain = json.dumps(self.manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        if plain.encode() != manifest or self.manifest.get("format") != "lotbook-evidence/1":
            raise Wrong("manifest")
        signature = members.get("manifest.sig", b"")
        message = pae("lotbook/evidence-pack/1", manifest)
        blob = base64.b64decode(signature)
        if base64.b64encode(blob) + b"\n" != signature or not any(
            signed(key, message, blob) for _, key in keys.all("server")
        ):
            raise Wrong("manifest.sig")
        self.records: list[Record] = []
        self.statements: list[tuple[int, dict[str, Any]]] = []
        self.good: set[tuple[str, str]] = set()
        self.sound: list[Record] = []

    def wrong(self) -> Iterator[str]:
        yield from self.check_members()
        for one in self.manifest["origins"]:
            yield from self.check_log(one)
        yield from self.check_leaves()
        yield from self.check_keys()
        for one, why in [*self.check_signatures()]:
            if self.rested_on(one) and one.leaf.hex() not in self.conceded():
                yield f"{one.origin} #{one.index}: {why}"
        yield from self.check_releases()
        yield from self.check_statements()
        yield from self.check_recall()

    def check_recall(self) -> Iterator[str]:
        steps = [(place, leaf) for place, leaf in sorted(self.statements, key=lambda one: one[0])
                 if str(leaf.get("kind")).startswith("recall.")
                 and leaf["body"].get("case") == self.manifest["job"]]  # fmt: skip
        for number, (place, leaf) in enumerate(steps, 1):
            body, kind = leaf["body"], leaf["kind"]
            if body.get("step", number) != number:
                yield f"leaf {place}: step {body['step']} of its case"
            named = [body["scope"]] if kind == "recall.scoped" else []
            named += [one[1] for one in body["notices"]] if kind == "recall.noticed" else []
            for digest in named:
                if f"attachments/{digest}" not in self.members:
                    yield f"leaf {place}: {digest} is not there"
        told = self.manifest.get("recall")
        note = self.members.get("log/checkpoint.note", b"").decode("utf-8", "replace")
        size, _ = checkpoint(note, self.keys.all("server"))
        if isinstance(told, dict) and told != {"steps": len(steps), "size": size}:
            yield "steps of the recall"

    def check_members(self) -> Iterator[str]:
        listed = self.manifest["members"]
        if set(listed) | {"manifest.json", "manifest.sig"} != set(self.members):
            yield "members"
        for name, facts in listed.items():
            data = self.members.get(name, b"")
            if facts != {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}:
                yield f"{name} changed"
        ranged = {
            f"records/{one['origin'].replace('/', '~')}/{index:08d}.json"
            for one in self.manifest["origins"]
            for index in range(one["first"], one["last"] + 1)
        }
        if {name for name in self.members if name.startswith("records/")} != ranged:
            yield "records"
        for name, data in self.members.items():
            folder, _, digest = name.partition("/")
            if folder in ("attachments", "masters") and hashlib.sha256(data).hexdigest() != digest:
                yield f"{name} has another digest"

    def paths(self, name: str) -> dict[int, list[bytes]]:
        found = {}
        for line in self.members.get(name, b"").decode("ascii", "replace").splitlines():
            index, *hashes = line.split(" ")
            try:
                found[int(index)] = [bytes.fromhex(one) for one in hashes]
            except ValueError as error:
                raise Wrong(name) from error
        return found

    def check_log(self, one: dict[str, Any]) -> Iterator[str]:
        origin, slug = one["origin"], one["origin"].replace("/", "~")
        paths = self.paths(f"heads/{slug}.paths")
        note = self.members.get(f"heads/{slug}.note", b"").decode("utf-8", "replace")
        try:
            size, root = checkpoint(note, self.keys.held.get(("station", origin), []), origin)
        except Wrong as problem:
            yield f"{origin}: {problem}"
            return
        if size != one["size"] or not 0 <= one["first"] <= one["last"] < size:
            yield f"{origin}: range"
        for index in range(one["first"], one["last"] + 1):
            data = self.members.get(f"records/{slug}/{index:08d}.json", b"")
            record = Record(origin, index, leaf_hash(data))
            self.records.append(record)
            try:
                found = entry(data, origin, index)
                record.kind, record.body = found["kind"], found["body"]
            except Wrong as problem:
                yield f"{origin} #{index}: {problem}"
            if not included(record.leaf, index, size, paths.get(index, []), root):
                yield f"{origin} #{index}: not in its log"

    def keys_of(self, one: dict[str, Any], paths: dict[int, list[bytes]], root: bytes,
                ) -> list[tuple[int, bytes]]:  # fmt: skip
        """From which size on each key holds: enrolled first, then what each rotation names."""
        origin, slug = one["origin"], one["origin"].replace("/", "~")
        held = [key for _, key in self.keys.held.get(("station", origin), [])]
        stated = [leaf.get("body") for _, leaf in self.statements
                  if leaf.get("kind") == "station.enrolled"]  # fmt: skip
        enrolled = [body.get("public_key") for body in stated
                    if isinstance(body, dict) and body.get("origin") == origin]  # fmt: skip
        first = next((key for key in held if key.hex() in enrolled), held[0])
        known = [(0, first)]
        for index in sorted(paths):
            name = f"{slug}/{index:08d}.json"
            data = self.members.get(f"records/{name}") or self.members.get(f"rotations/{name}")
            if data and included(leaf_hash(data), index, one["size"], paths[index], root):
                known += rotation(data, origin, index, known[-1][1], held)
        return known

    def check_keys(self) -> Iterator[str]:
        """Heads by the key that holds; rotations that are stated; records below a revocation."""
        for one in self.manifest["origins"]:
            origin, slug = one["origin"], one["origin"].replace("/", "~")
            note = self.members.get(f"heads/{slug}.note", b"").decode("utf-8", "replace")
            try:
                size, root = checkpoint(note, self.keys.held.get(("station", origin), []), origin)
                known = self.keys_of(one, self.paths(f"heads/{slug}.paths"), root)
                key = [key for start, key in known if start < size or not start][-1]
                checkpoint(note, [(origin, key)], origin)
            except Wrong as problem:
                yield f"{origin}: {problem}"
                continue
            yield from self.check_carried(one, size, root)
            yield from self.check_stated(origin, size, known)

    def check_carried(self, one: dict[str, Any], size: int, root: bytes) -> Iterator[str]:
        """Rotations outside of the range are entries of this log, and nothing else is there."""
        slug = one["origin"].replace("/", "~")
        paths = self.paths(f"heads/{slug}.paths")
        for name, data in self.members.items():
            folder, _, last = name.rpartition("/")
            index = int(last[:8]) if last[:8].isdigit() else -1
            inside = one["first"] <= index <= one["last"]
            if folder == f"rotations/{slug}" and (
                inside or not included(leaf_hash(data), index, size, paths.get(index, []), root)
            ):
                yield f"{name}: foreign"

    def check_stated(self, origin: str, size: int, known: list[tuple[int, bytes]]) -> Iterator[str]:
        for _, leaf in self.statements:
            body, kind = leaf.get("body"), leaf.get("kind")
            if not isinstance(body, dict):
                continue
            try:
                own = kind == "station.rotated" and body["origin"] == origin
                if own and size > body["index"] and (
                    body["index"] + 1, body["public_key"]
                ) not in [(start, key.hex()) for start, key in known]:  # fmt: skip
                    yield f"{origin}: a rotation that is not in the log"
                station = f"{body['id']}/{body['epoch']}" if kind == "station.revoked" else ""
                if station == "/".join(origin.split("/")[2:]):
                    yield from self.revoked(origin, body["valid_to"], body.get("root"))
            except KeyError as error:
                yield f"{kind}: {error}"

    def revoked(self, origin: str, stop: int, root: str | None) -> Iterator[str]:
        own = {one.index: one for one in self.records if one.origin == origin}
        if max(own, default=-1) >= stop:
            yield f"{origin}: beyond the revocation"
        whole = next(one["size"] for one in self.manifest["origins"] if one["origin"] == origin)
        last = own.get(stop - 1)
        if last is not None and root:
            path = self.paths(f"heads/{origin.replace('/', '~')}.paths")[last.index]
            if root_before(last.leaf, last.index, whole, path).hex() != root:
                yield f"{origin}: another log than the revocation names"

    def check_leaves(self) -> Iterator[str]:  # noqa: C901 - one check after the other
        note = self.members.get("log/checkpoint.note", b"").decode("utf-8", "replace")
        try:
            size, root = checkpoint(note, self.keys.all("server"))
        except Wrong as problem:
            yield f"checkpoint: {problem}"
            return
        witnesses = self.keys.all("station") + self.keys.all("witness")
        if any(cosigned(note, line, witnesses) is False for line in lines_of(note)[1]):
            yield "a cosignature"
        paths = self.paths("log/leaves.paths")
        places = {(one.origin, one.index): one for one in self.records}
        for name in sorted(one for one in self.members if one.startswith("log/leaves/")):
            data, text = self.members[name], name[len("log/leaves/") : -len(".json")]
            position = int(text) if re.fullmatch("[0-9]{1,16}", text) else -1
            try:
                leaf = parsed(data, 1 << 24)
            except Wrong as problem:
                yield f"{name}: {problem}"
                continue
            if not included(leaf_hash(data), position, size, paths.get(position, []), root):
                yield f"{name}: not in the log"
            if leaf.get("kind") != "entry":
                self.statements.append((position, leaf))
                continue
            record = places.get((leaf.get("origin", ""), leaf.get("index", -1)))
            if record is not None and leaf.get("leaf") != record.leaf.hex():
                yield f"{name}: names another record"
            elif record is not None and record.position < 0:
                record.position = position
        newest: dict[str, int] = {}
        for record in self.records:
            if record.position < newest.get(record.origin, 0) or record.position < 0:
                yield f"{record.origin} #{record.index}: its leaf"
            newest[record.origin] = record.position

    def check_signatures(self) -> Iterator[tuple[Record, str]]:
        """Every signature that is worth nothing, and why."""
        used: set[str] = set()
        for record in (one for one in self.records if one.kind == "signed"):
            why = self.unsound(record) or next(self.rights(record), "")
            if not why and record.body["signature"] in used:
                why = "a copy"
            if why:
                yield record, why
                continue
            used.add(record.body["signature"])
            self.sound.append(record)
            self.good |= {(one, record.body["meaning"]) for one in record.body["covers"]}

    def unsound(self, record: Record) -> str:
        body, context = record.body, record.context
        lacks = [name for name in (*BOUND, "signature") if type(body.get(name)) is not str]
        covers = body.get("covers")
        if lacks or not isinstance(covers, list):
            return f"{lacks or 'covers'}"
        if not set(covers) <= {one.leaf.hex() for one in self.records}:
            return "covers"
        good = root_of_hashes([bytes.fromhex(one) for one in covers]).hex()
        keys = self.keys.held.get(("person", context.get("person", "")), [])
        sound = any(by(key, body, context) for _, key in keys)
        wrong = not sound or good != body["covers_root"] or not self.head(record)
        return "the signature" if wrong else ""

    def released_at(self) -> int | None:
        """Where the log holds the last release under a sound signature."""
        return max((one.position for one in self.records
                    if one.kind == "release.decided" and one.body.get("decision") == "released"
                    and one.context.get("job_order") == self.manifest["job"]
                    and (one.leaf.hex(), "released") in self.good), default=None)  # fmt: skip

    def conceded(self) -> set[str]:
        """Records accepted as they are, before the release, by quality and another person."""
        own = [one for one in self.records
               if one.context.get("job_order") == self.manifest["job"]]  # fmt: skip
        last, found = self.released_at(), set[str]()
        about = {one.leaf.hex(): one.body.get("about", []) for one in own
                 if one.kind == "nonconformity.raised"}  # fmt: skip
        for decision in (one for one in own if one.kind == "disposition.decided"):
            said, ref = decision.body, decision.leaf.hex()
            by = {(one.context.get("person"), one.body["personnel_class"]) for one in self.sound
                  if ref in one.body["covers"]
                  and (last is None or one.position < last)}  # fmt: skip
            people = {person for person, acting in by if acting in ("quality", "supervisor")}
            two = len(people) > 1 and "quality" in {acting for _, acting in by}
            why = str(said.get("reason", "")).strip()
            if said.get("disposition") == "concession" and why and two:
                found.update(about.get(str(said.get("nonconformity")), []))
        return found

    def rested_on(self, record: Record) -> bool:
        """Whether a release of the lot, if there is one, rests on that signature."""
        job = self.manifest["job"]
        own = {one.leaf.hex(): one for one in self.records
               if one.context.get("job_order") == job}  # fmt: skip
        covers = record.body.get("covers")
        listed = [one for one in covers if isinstance(one, str)] if isinstance(covers, list) else []
        over = [own[one] for one in listed if one in own]
        people = {str(one.context.get("person")) for one in own.values()}
        theirs = not record.context.get("job_order") and str(record.context.get("person")) in people
        if record.leaf.hex() not in own and not over and not theirs:
            return False
        last = self.released_at()
        late = last is not None and 0 <= last <= record.position
        return not late or any(one.kind == "release.decided" for one in over)

    def rights(self, record: Record) -> Iterator[str]:
        """Who signed was enrolled, active and of that class when the record arrived."""
        known = [
            body
            for position, leaf in self.statements
            if leaf.get("kind") in PEOPLE
            and position <= record.position
            and (body := leaf["body"]).get("id") == record.context.get("person")
        ]
        now = known[-1] if known else {"active": False}
        classes = now.get("classes", [record.body.get("personnel_class")])
        name = now.get("name", record.body["printed_name"])
        person, held = record.context.get("person", ""), now.get("public_key", "")
        fits = [key for _, key in self.keys.held.get(("person", person), [])
                if by(key, record.body, record.context)]  # fmt: skip
        if fits and held and held not in [key.hex() for key in fits]:
            yield "not by the key that held"
        if not (now.get("active", True) and record.body.get("personnel_class") in classes
                and name == record.body["printed_name"]):  # fmt: skip
            yield "the right to sign"

    def head(self, record: Record) -> bool:
        """Whether the head that was signed is one of this log, as far as the pack shows it."""
        match = re.fullmatch("(0|[1-9][0-9]{0,15}):([0-9a-f]{64})", record.body["head"])
        if match is None or int(match[1]) > record.index:
            return False
        log = {one.index: one.leaf for one in self.records if one.origin == record.origin}
        before = [log[index] for index in range(int(match[1])) if index in log]
        if len(before) < int(match[1]):
            return self.partly(record, int(match[1]), match[2])
        return root_of_hashes(before).hex() == match[2]

    def partly(self, record: Record, size: int, root: str) -> bool:
        """The log's beginning is not in the pack: the path of the last entry before leads there."""
        last = next((one for one in self.records
                     if (one.origin, one.index) == (record.origin, size - 1)), None)  # fmt: skip
        if last is None:
            return True
        slug = record.origin.replace("/", "~")
        whole = next(one["size"] for one in self.manifest["origins"]
                     if one["origin"] == record.origin)  # fmt: skip
        path = self.paths(f"heads/{slug}.paths")[last.index]
        return root_before(last.leaf, last.index, whole, path).hex() == root

    def check_releases(self) -> Iterator[str]:
        job, lot = self.manifest["job"], self.manifest["lot"]
        own = [one for one in self.records if one.context.get("job_order") == job]
        opened = [leaf["body"].get("case") for _, leaf in self.statements
                  if leaf.get("kind") == "recall.opened"]  # fmt: skip
        if not own and job not in opened:
            yield "no records"
        for release in (one for one in own if one.kind == "release.decided"):
            before = [one for one in own if one.position < release.position]
            root = root_of_hashes([one.leaf for one in sorted(
                before, key=lambda one: (one.origin, one.index))]).hex()  # fmt: skip
            said = release.body
            if (said.get("lot"), said.get("records"), said.get("records_root")) != (
                lot, len(before), root,
            ):  # fmt: skip
                yield f"{release.origin} #{release.index}: the release"

        for record in own:
            master = record.context.get("work_master", "")
            if master and f"masters/{master}" not in self.members:
                yield f"{record.origin} #{record.index}: its master"
            for digest in files(record.body):
                if f"attachments/{digest}" not in self.members:
                    yield f"{record.origin} #{record.index}: its file"

    def check_statements(self) -> Iterator[str]:
        newest: dict[tuple[str, str], str] = {}
        for _, leaf in self.statements:
            body, kind = leaf.get("body"), leaf.get("kind")
            if not isinstance(body, dict):
                continue
            order = kind == "order.dispatched" and body.get("id") == self.manifest["job"]
            if order and body.get("lot") != self.manifest["lot"]:
                yield "another lot"
            key = body.get("public_key")
            if kind in PEOPLE and isinstance(key, str):
                newest["person", str(body.get("id"))] = key
            if kind == "station.enrolled" and isinstance(key, str):
                newest["station", str(body.get("origin"))] = key
        for place, key in newest.items():
            held = [one.hex() for _, one in self.keys.held.get(place, [])]
            if held and key not in held:
                yield f"{place[1]} has another key"


def by(key: bytes, body: dict[str, Any], context: dict[str, Any]) -> bool:
    """Whether an electronic signature, of the older or newer form, is by that key."""
    fields = [body[name] for name in BOUND] + [context.get("language", "en")]
    try:
        blob = base64.b64decode(body["signature"], validate=True)
    except ValueError:
        return False
    second = pae("lotbook/esig/2", *fields, str(body.get("personnel_class")))
    one_spelling = base64.b64encode(blob).decode() == body["signature"]
    return one_spelling and (
        signed(key, pae("lotbook/esig/1", *fields), blob) or signed(key, second, blob)
    )


def root_before(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Root of the log that ended with this leaf: its path's left hashes, RFC 9162, 2.1.3.1."""
    if size == 1:
        return leaf
    k = 1 << (size - 1).bit_length() - 1
    if index < k:
        return root_before(leaf, index, k, path[:-1])
    right = root_before(leaf, index - k, size - k, path[:-1])
    return hashlib.sha256(b"\x01" + path[-1] + right).digest()


def files(value: object) -> Iterator[str]:
    """Digests of files that a body names."""
    if isinstance(value, dict):
        if {"sha256", "media_type"} <= set(value):
            yield str(value["sha256"])
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from files(one)
