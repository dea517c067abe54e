"""Two verifiers that share neither trees nor signatures say the same of all they are shown."""

from __future__ import annotations

import ast
from base64 import b64encode
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from sync import container, packfile
from sync.seen import remembered_in
from sync.verify import NotAPack, verify
from tests.second import export, pack
from tests.second.notes import read_keys
from tests.tamper.cases import CASES
from tests.tamper.evidence import Evidence
from tests.verify.plant import Plant, worked

PLANT = worked()
PACK = PLANT.pack()
DAMAGED_PACKS, SEEDS = 300, 3


def test_the_second_verifier_shares_no_code_of_the_first() -> None:
    for name in ("notes", "pack", "export"):
        tree = ast.parse((Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8"))
        imported = {
            (node.module or "") if isinstance(node, ast.ImportFrom) else one.name
            for node in ast.walk(tree)
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for one in node.names
        }
        ours = {one for one in imported if one.split(".")[0] in ("sync", "server", "forms", "nacl")}
        assert not ours, name


def sound(data: bytes, plant: Plant) -> bool:
    try:
        return verify(data, plant.ring()).sound
    except NotAPack:
        return False


def same(data: bytes, plant: Plant, about: object) -> bool:
    first = sound(data, plant)
    second = pack.complaints(data, read_keys(plant.keys()))
    assert first == (not second), (about, first, second[:5])
    return first


def damaged(chance: Random) -> tuple[str, bytes]:
    """A pack with something wrong, as a stranger or the server's own key would make it."""
    deed = chance.choice(DEEDS)
    members = dict(container.read(PACK).members)
    if deed == "flip":
        at = chance.randrange(len(PACK))
        return deed, PACK[:at] + bytes([PACK[at] ^ 1 << chance.randrange(8)]) + PACK[at + 1 :]
    if deed == "cut":
        return deed, PACK[: chance.randrange(len(PACK))]
    name = chance.choice(sorted(set(members) - {packfile.MANIFEST, packfile.SIGNATURE}))
    other = chance.choice(sorted(members))
    if deed == "drop":
        del members[name]
    elif deed == "swap":
        members[name], members[other] = members[other], members[name]
    elif deed == "foreign":
        members[f"x-{name}"] = members[name]
    else:
        text = bytearray(members[name] or b"0")
        text[chance.randrange(len(text))] ^= 1 << chance.randrange(7)
        members[name] = bytes(text)
    insider = chance.random() < 0.7
    return f"{deed} {name}", signed_anew(members) if insider else container.write(members)


DEEDS = ("flip", "cut", "drop", "swap", "foreign", "edit", "edit", "edit")


def signed_anew(members: dict[str, bytes]) -> bytes:
    """By somebody who holds the server's key: listed and signed as if it had always been so."""
    own = (packfile.MANIFEST, packfile.SIGNATURE)
    rest = {name: data for name, data in members.items() if name not in own}
    parts = PLANT.parts()
    ranges = [
        packfile.Range(one.origin, one.first, one.first + len(one.entries) - 1, one.size)
        for one in parts.origins
    ]
    manifest = packfile.manifest(parts.job, parts.lot, ranges, list(parts.work_packs), rest)
    signature = PLANT.server.sign(packfile.signed_message(manifest))
    return container.write(
        rest | {packfile.MANIFEST: manifest, packfile.SIGNATURE: b64encode(signature) + b"\n"}
    )


@pytest.mark.covers("A52", "A44")
def test_both_agree_on_every_pack() -> None:
    assert same(PACK, PLANT, "as it is")
    said: Counter[bool] = Counter()
    for seed in range(DAMAGED_PACKS):
        about, data = damaged(Random(seed))
        said[same(data, PLANT, (seed, about))] += 1
    assert said[False] > DAMAGED_PACKS * 0.8


@pytest.mark.covers("A15", "A11")
def test_both_agree_on_packs_with_wrong_signatures_and_releases() -> None:
    for seed in range(40):
        chance = Random(seed)
        plant = worked()
        ref = plant.add("ST-01", "confirmed", answer="yes")
        wrong: dict[str, str] = chance.choice([
            {"head": "2:" + "00" * 32}, {"head": "x"}, {"covers_root": "00" * 32}, {},
            {"meaning": "verified"}, {"head": "0:" + "e3b0c44298fc1c149afbf4c8996fb924"
                                              "27ae41e4649b934ca495991b7852b855"},
        ])  # fmt: skip
        if chance.random() < 0.3:
            plant.people["P-1"], plant.people["P-2"] = plant.people["P-2"], plant.people["P-1"]
        plant.sign("ST-01", "P-1", [ref] if chance.random() < 0.8 else ["ab" * 32], **wrong)
        if chance.random() < 0.3:
            wrong_release: dict[str, object] = chance.choice(
                [{"records": 3}, {"records_root": "00" * 32}, {"lot": "L2"}, {"decision": "no"}]
            )
            plant.release(**wrong_release)
        same(plant.pack(), plant, seed)


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Evidence:
    return Evidence(tmp_path_factory.mktemp("second"))


@pytest.mark.covers("A52")
@pytest.mark.parametrize("name", ["", *sorted(CASES)])
def test_both_agree_on_every_export(evidence: Evidence, tmp_path: Path, name: str) -> None:
    keys = read_keys(evidence.keys)
    for seed in range(SEEDS if name else 2):
        chance, forger, insider = Random(f"{name}/{seed}"), evidence.forger.copy(), seed % 2 == 1
        if name:
            CASES[name](forger, chance)
        folder = forger.write(tmp_path / str(seed), evidence.key, insider=insider)
        seen = list(remembered_in(evidence.folder, evidence.ring))
        first = evidence.findings(folder, outside=True)
        outside = [(origin, mark.size, mark.root) for origin, mark in seen]
        second = export.complaints(folder, keys, outside)
        assert bool(first) == bool(second), (seed, [one.words("en") for one in first], second)
        assert bool(first) == bool(name)
