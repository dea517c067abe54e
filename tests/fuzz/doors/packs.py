"""Doors for files that are handed over: work packs, the inbox, evidence packs, their parts."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from random import Random
from zipfile import BadZipFile, ZipFile

from forms.codec import canonical as term_bytes
from forms.codec import decode_master, decode_work_pack
from sync import canonical, container, packfile
from sync.faults import FAULTS, Fault
from sync.inbox import Inbox
from sync.keys import Verifier
from sync.pae import pae
from sync.signed_pack import CONTEXT, open_pack, seal_pack
from sync.sqlite import open_database
from sync.verify import NotAPack, verify
from tests.forms.documents import sample_pack
from tests.fuzz.doors import samples
from tests.fuzz.doors.inputs import hurt, trees
from tests.fuzz.json_trees import JsonTrees
from tests.fuzz.mutator import Mutator
from tests.fuzz.target import Check, Inputs, Target, same
from tests.verify.plant import Plant, worked

_NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
_CONTENT = term_bytes(sample_pack())
_SIGNED = seal_pack(b'{"small":1}', 3, _NOW, _NOW + timedelta(days=9), samples.SERVER)


def signed_packs() -> Check:
    """Only the codes of the catalogue; a pack that opens is what was signed; so with the inbox."""
    server = Verifier.of(samples.SERVER)
    database = open_database(":memory:")
    inbox = Inbox(database, server)

    def check(data: bytes) -> bool:
        pack = None
        try:
            pack = open_pack(data, server)
            same("digest", sha256(pack.content).hexdigest(), pack.sha256)
            pack.expired(_NOW)
        except Fault as fault:
            same("known", fault.code in {"pack-unreadable", "pack-not-signed"}, True)
        try:
            same("inbox", inbox.accept(data), pack.sha256 if pack else "")
            inbox.latest()
        except Fault as fault:
            same("a code of the catalogue", fault.code in FAULTS, True)
        return pack is not None

    return check


def signed_headers(chance: Random) -> Inputs:
    """Packs whose header is hurt, then signed by the server's key."""
    content = b'{"small":1}'
    header = canonical.loads(_SIGNED.split(b"\n", 1)[0])
    headers = JsonTrees(chance, [header, {**header, "number": 2**53 - 1}])

    def give() -> bytes:
        line = headers.next().replace(b"\n", b" ")
        signature = base64.b64encode(samples.SERVER.sign(pae(CONTEXT, line)))
        return b"\n".join((line, signature, content))

    return give


def pack_contents() -> Check:
    """A WorkPack or a work master in JSON: read and written again the same, or ValueError."""

    def check(data: bytes) -> bool:
        accepted = False
        for door in (decode_work_pack, decode_master):
            try:
                found = door(data)
            except ValueError:
                continue
            written = term_bytes(found)
            same("again", door(written), found)
            accepted = True
        return accepted

    return check


def containers() -> Check:
    """An undamaged container is written again byte for byte, and other zip readers agree."""

    def check(data: bytes) -> bool:
        found = container.read(data)
        container.looks_like(data)
        if found.damage is not None:
            return False
        same("again", container.write(found.members), data)
        return True

    return check


def paths_files() -> Check:
    """A paths file, or ValueError."""

    def check(data: bytes) -> bool:
        try:
            packfile.read_paths(data)
        except ValueError:
            return False
        return True

    return check


def evidence_packs() -> Check:
    """``lotbook-verify`` over hurt packs: findings, or not a pack; sound only when unhurt."""
    plant = _plant()
    ring, good = plant.ring(), plant.pack()

    def check(data: bytes) -> bool:
        try:
            report = verify(data, ring)
        except NotAPack:
            return False
        if report.sound:
            same("sound only as made", data, good)
        return report.sound

    return check


def resealed_packs(chance: Random) -> Inputs:
    """Packs with a member hurt and the manifest made and signed anew by the server's key."""
    plant = _plant()
    good = container.read(plant.pack()).members
    manifest = canonical.loads(good[packfile.MANIFEST], packfile.MOST_MANIFEST_BYTES)
    names = [name for name in good if name not in (packfile.MANIFEST, packfile.SIGNATURE)]
    manifests = JsonTrees(chance, [manifest])

    def give() -> bytes:
        members = dict(good)
        name = chance.choice(names)
        members[name] = Mutator(chance, [good[name], b"", b"{}"]).next()
        if chance.random() < 0.5:
            listed = {
                one: {"sha256": sha256(data).hexdigest(), "size": len(data)}
                for one, data in members.items()
                if one in manifest["members"]  # type: ignore[operator]
            }
            members[packfile.MANIFEST] = canonical.dumps({**manifest, "members": listed})
        else:
            members[packfile.MANIFEST] = manifests.next()
        signature = plant.server.sign(packfile.signed_message(members[packfile.MANIFEST]))
        members[packfile.SIGNATURE] = base64.b64encode(signature) + b"\n"
        return container.write(members)

    return give


def resealed() -> Check:
    """A server that signs nonsense is found out, and crashes nobody."""
    ring = _plant().ring()

    def check(data: bytes) -> bool:
        try:
            return verify(data, ring).sound
        except NotAPack:
            return False

    return check


def other_zip_reader(data: bytes) -> dict[str, bytes] | None:
    """The members as the standard library reads them; None if it cannot."""
    import io  # noqa: PLC0415

    try:
        with ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (BadZipFile, NotImplementedError, ValueError, OSError, RuntimeError):
        return None


def _plant() -> Plant:
    return worked()


_SMALL = container.write({"README.txt": b"read me", "manifest.json": b"{}", "a/b": b"x" * 40})
_PATHS = packfile.write_paths({0: [bytes(32)], 1: [bytes(32), b"\xff" * 32], 7: []})
_CONTENTS = [canonical.loads(_CONTENT, 10**7)]
_ZIP_WORDS = (b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"\xff\xff\xff\xff", container.MARK)

TARGETS = (
    Target("signed-packs", 40, hurt([_SIGNED], (b"\n", b"==")), signed_packs),
    Target("signed-headers", 8, signed_headers, signed_packs),
    Target("pack-contents", 4, trees(_CONTENTS), pack_contents),
    Target("containers", 40, hurt([_SMALL], _ZIP_WORDS), containers),
    Target("paths-files", 30, hurt([_PATHS], (b" ", b"\n", b"00")), paths_files),
    Target("evidence-packs", 1, hurt([_plant().pack()], _ZIP_WORDS), evidence_packs),
    Target("resealed-packs", 1, resealed_packs, resealed),
)
