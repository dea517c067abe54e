"""A small plant in memory: two stations and an office, a job, its logs, its evidence pack."""

from __future__ import annotations

import dataclasses
from hashlib import sha256
from typing import Any

from server.evidence.pack import LeafPart, OriginPart, PackParts, build
from sync import canonical, esign
from sync.checkpoint import Checkpoint, cosign
from sync.clock import Stamp
from sync.envelope import seal
from sync.key_history import ROTATED, rotation, rotations_in
from sync.keyring import Keyring, line
from sync.keys import TestSigner, Verifier
from sync.merkle import inclusion_proof, leaf_hash, root_of, subtrees_of

SERVER = "plant.test/S1/LOG"
JOB = "JO-1"
PHOTO = b"\x89PNG not really, but bytes are bytes"
MASTER = canonical.dumps({"id": "IV-SET", "revision": 1})


def stamp(second: int) -> Stamp:
    """A station time; every entry a second after the one before."""
    wall = f"2026-11-23T08:{second // 60:02d}:{second % 60:02d}.000+08:00"
    return Stamp(wall, second * 10**9, "boot-1", 0, 1, "anchored")


class Plant:
    """Appends entries to logs and to the server's log, and signs."""

    def __init__(self) -> None:
        """An empty plant."""
        self.logs: dict[str, list[bytes]] = {}
        self.leaves: list[bytes] = []
        self.server = TestSigner(SERVER, "server")
        self.stations: dict[str, TestSigner] = {}
        self.former: list[TestSigner] = []
        """Keys of stations and people that others followed."""
        self.from_: dict[str, int] = {}
        """By origin: the first entry that a pack holds; else all."""
        self.people = {name: TestSigner(name, name) for name in ("P-1", "P-2", "P-3")}
        for name, signer in self.people.items():
            self.state("person.enrolled", {"id": name, "public_key": signer.public_key.hex()})

    def state(self, kind: str, body: dict[str, Any]) -> None:
        """Append a statement to the server's log."""
        self.leaves.append(canonical.dumps(
            {"v": 1, "kind": kind, "at": "2026-11-23T00:00:00+00:00", "by": [], "body": body}
        ))  # fmt: skip

    def origin(self, station: str) -> str:
        """The station's log, enrolled at first use."""
        origin = f"plant.test/S1/{station}/1"
        if origin not in self.stations:
            self.stations[origin] = TestSigner(origin, station)
            key = self.stations[origin].public_key.hex()
            self.state("station.enrolled", {"origin": origin, "public_key": key})
        return origin

    def rotate(self, station: str, word: str) -> int:
        """A new key for a station, signed by the old and the new one; the rotation's index."""
        origin, index = self.origin(station), len(self.logs[self.origin(station)])
        old, new = self.stations[origin], TestSigner(origin, word)
        body: dict[str, Any] = rotation(old, new, index)
        self.add(station, ROTATED, job="", **body)
        self.former.append(old)
        self.stations[origin] = new
        self.state("station.rotated", {"id": station, "epoch": 1, "origin": origin,
                   "index": index, "public_key": new.public_key.hex()})  # fmt: skip
        return index

    def revoke(self, station: str, size: int, **said: object) -> None:
        """The station's key counts up to ``size``."""
        log = self.logs[self.origin(station)]
        root = root_of(map(leaf_hash, log[:size])).hex()
        self.state("station.revoked", {"id": station, "epoch": 1, "valid_to": size,
                   "root": root, "reason": "stolen", **said})  # fmt: skip

    def rekey(self, person: str) -> None:
        """Another key for a person."""
        self.former.append(self.people[person])
        self.people[person] = TestSigner(person, f"{person} again")
        key = self.people[person].public_key.hex()
        self.state("person.rekeyed", {"id": person, "public_key": key})

    def add(
        self, station: str, kind: str, person: str = "P-1", job: str = JOB, **body: object
    ) -> str:
        """Append an entry at a station and its leaf at the server; its ref."""
        origin = self.origin(station)
        log = self.logs.setdefault(origin, [])
        context = {"station": station, "person": person, "job_order": job, "language": "en",
                   "work_master": sha256(MASTER).hexdigest()}  # fmt: skip
        data = seal(kind, origin, len(log), stamp(len(self.leaves)), {"context": context, **body})
        ref = leaf_hash(data).hex()
        log.append(data)
        self.leaves.append(canonical.dumps({
            "v": 1, "kind": "entry", "origin": origin, "index": len(log) - 1, "leaf": ref,
            "received_at": "2026-11-23T00:10:00+00:00"}))  # fmt: skip
        return ref

    def sign(
        self, station: str, person: str, covers: list[str], job: str = JOB, **override: str
    ) -> str:
        """Append an electronic signature by ``person`` over ``covers``."""
        log = self.logs[self.origin(station)]
        head = f"{len(log)}:{root_of(map(leaf_hash, log)).hex()}"
        bound = {
            "meaning": "performed", "printed_name": f"Name of {person}",
            "time": "2026-11-23T08:30:00+08:00", "covers_root": esign.covers_root(covers),
            "head": head, "text_digest": "ab" * 32,
        } | override  # fmt: skip
        acting = bound.pop("personnel_class", "operator")
        signature = esign.sign(self.people[person], esign.message(**bound, language="en"))
        return self.add(station, "signed", person, job, covers=covers, signature=signature,
                        components=["badge", "secret"], personnel_class=acting,
                        **bound)  # fmt: skip

    def release(self, **override: object) -> str:
        """Append the release decision over the job's records so far."""
        refs = [
            leaf_hash(data)
            for _, log in sorted(self.logs.items())
            for data in log
            if canonical.loads(data)["body"]["context"]["job_order"] == JOB  # type: ignore[index]
        ]
        body: dict[str, object] = {"lot": "L1", "decision": "released", "records": len(refs),
                "records_root": root_of(refs).hex()} | override  # fmt: skip
        return self.add("OFFICE", "release.decided", "P-3", JOB, **body)

    def parts(self, pdf: bytes = b"%PDF-1.7 a batch record\n%%EOF\n") -> PackParts:
        """What the server would export."""
        size = len(self.leaves)
        hashes = [leaf_hash(leaf) for leaf in self.leaves]
        note = Checkpoint(SERVER, size, root_of(hashes)).sign(self.server)
        for signer in self.stations.values():
            note = cosign(note, signer, 1_795_000_000)
        trees = subtrees_of(hashes)
        leaves = tuple(
            LeafPart(at, leaf, tuple(inclusion_proof(trees, at, size)))
            for at, leaf in enumerate(self.leaves)
        )
        digest = sha256(PHOTO).hexdigest()
        return PackParts(
            job=JOB, lot="L1", origins=tuple(self._origin(one) for one in sorted(self.logs)),
            checkpoint_note=note, leaves=leaves, pdf=pdf, attachments={digest: PHOTO},
            masters={sha256(MASTER).hexdigest(): MASTER}, work_packs=("cd" * 32,),
        )  # fmt: skip

    def _origin(self, origin: str) -> OriginPart:
        log = self.logs[origin]
        hashes = [leaf_hash(data) for data in log]
        trees, first = subtrees_of(hashes), self.from_.get(origin, 0)
        paths = [tuple(inclusion_proof(trees, at, len(log))) for at in range(len(log))]
        return OriginPart(
            origin=origin,
            head_note=Checkpoint(origin, len(log), root_of(hashes)).sign(self.stations[origin]),
            size=len(log),
            first=first,
            entries=tuple(log[first:]),
            paths=tuple(paths[first:]),
            rotations={at: (log[at], paths[at]) for at, _ in rotations_in(log) if at < first},
        )

    def pack(self, **changes: Any) -> bytes:  # noqa: ANN401 - the fields of PackParts
        """The pack, its parts changed as given."""
        return build(dataclasses.replace(self.parts(), **changes), self.server)

    def keys(self) -> str:
        """The keys file."""
        lines = [line("server", SERVER, Verifier.of(self.server))]
        lines += [line("station", o, Verifier.of(s)) for o, s in self.stations.items()]
        lines += [line("person", n, Verifier.of(s)) for n, s in self.people.items()]
        lines += [
            line("station" if "/" in one.name else "person", one.name, Verifier.of(one))
            for one in self.former
        ]
        return "\n".join(["# keys of the test plant", *lines]) + "\n"

    def ring(self) -> Keyring:
        """The keys file, read."""
        from sync.keyring import read_keys  # noqa: PLC0415

        return read_keys(self.keys())


def worked(*, released: bool = True) -> Plant:
    """A plant that made a lot: records at two stations, signatures, a photo, a release."""
    plant = Plant()
    plant.add("ST-01", "session.opened", job="")
    first = plant.add("ST-01", "confirmed", answer="yes")
    photo = {"sha256": sha256(PHOTO).hexdigest(), "media_type": "image/png", "size": len(PHOTO)}
    second = plant.add("ST-01", "inspected", outcome="pass", photo=photo)
    third = plant.add("ST-02", "measurement.taken", "P-2", sample=1)
    plant.sign("ST-01", "P-1", [first, second])
    plant.sign("ST-02", "P-2", [third, first])
    if released:
        plant.sign("OFFICE", "P-3", [plant.release()], meaning="released")
    return plant
