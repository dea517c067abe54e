"""RFC 3161 time stamps: asked for, kept, carried in packs, checked offline by a certificate."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from server.evidence.gather import evidence_pack, pack_data
from server.evidence.pack import build
from server.fsck import examine
from server.integrate.tsa_client import TsaClient
from server.witnesses.authority import Authority, read_authority
from server.witnesses.stamper import Stamper
from server.words import Refusal
from sync import timestamp
from sync.keyring import read_keys
from sync.verify import verify
from sync.verify_cli import main
from sync.verify_words import not_proved, proved
from tests.second import pack as second_pack
from tests.second.notes import read_keys as read_keys_again
from tests.server.plant import Plant
from tests.server.tsa_plant import TsaPlant

pytestmark = pytest.mark.covers("A47")
TEXT = "lotbook.test/S1/LOG/1\n3\nAAAA\n"


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> TsaPlant:
    return TsaPlant(tmp_path_factory.mktemp("tsa") / "authority")


def stamper(
    plant: Plant, tsa: TsaPlant, transport: httpx.AsyncBaseTransport | None = None
) -> Stamper:
    roots = timestamp.authorities(tsa.root)
    authority = Authority("http://tsa/tsr", roots, timedelta(minutes=60))
    client = TsaClient(transport or tsa.transport())
    return Stamper(plant.parts.book, authority, client, plant.parts.rescue)


def stamp(plant: Plant, work: Stamper) -> bool:
    return plant.transport.run(work.once())


def worked(plant: Plant) -> None:
    station = plant.station()
    station.work("JO-1")
    station.outbox.drain()


def test_a_pack_says_when_its_log_existed_and_a_stranger_checks_it(
    plant: Plant, tsa: TsaPlant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worked(plant)
    work = stamper(plant, tsa)
    assert stamp(plant, work)
    asked = tsa.asked
    assert not stamp(plant, work), "the same checkpoint once"
    plant.parts.trail.note("P-QA", "GET /", "x", 1)
    assert not stamp(plant, work), "and another one when it is time"
    assert tsa.asked == asked
    plant.clock.pass_(3_600)
    plant.parts.trail.note("P-QA", "GET /", "x", 1)
    assert stamp(plant, work)
    assert examine(plant.parts) == []
    data = evidence_pack(plant.parts, "JO-1")
    text = "\n".join(plant.parts.reader.key_lines()) + "\n"
    ring = read_keys(text)
    told = verify(data, ring)
    assert told.stamped
    assert "--tsa" in " ".join(not_proved(told, "en"))
    checked = verify(data, ring, authorities=timestamp.authorities(tsa.root))
    assert checked.findings == told.findings
    sizes = {row["size"]: row["at"] for row in plant.parts.store.rows("timestamps")}
    assert checked.stamped_at in sizes.values()
    for language in ("en", "zh_CN"):
        assert any(checked.stamped_at in one for one in proved(checked, language))
        assert not any("--tsa" in one for one in not_proved(checked, language))
    files = {"p.zip": data, "k": text.encode(), "root.pem": tsa.root, "none.pem": b"nothing"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    given = [str(tmp_path / "p.zip"), "--keys", str(tmp_path / "k"), "--json"]
    main([*given, "--tsa", str(tmp_path / "root.pem")])
    assert f'"stamped_at": "{checked.stamped_at}"' in capsys.readouterr().out
    assert main([*given, "--tsa", str(tmp_path / "none.pem")]) == 2
    other = second_pack.complaints(data, read_keys_again(text))
    assert bool(other) == bool(told.findings)


def test_a_stamp_over_another_state_or_by_another_authority_is_found(
    plant: Plant, tsa: TsaPlant, tmp_path: Path
) -> None:
    worked(plant)
    assert stamp(plant, stamper(plant, tsa))
    data = evidence_pack(plant.parts, "JO-1")
    ring = read_keys("\n".join(plant.parts.reader.key_lines()))
    other = TsaPlant(tmp_path / "other")
    found = verify(data, ring, authorities=timestamp.authorities(other.root))
    assert "timestamp" in {one.code for one in found.findings}
    assert found.stamped_at == ""
    wrong = tsa.reply(timestamp.request(TEXT))
    parts = replace(pack_data(plant.parts, "JO-1", "en").parts, timestamp=wrong)
    found = verify(build(parts, plant.parts.signer), ring,
                   authorities=timestamp.authorities(tsa.root))  # fmt: skip
    assert "timestamp" in {one.code for one in found.findings}


def test_openssl_says_the_same(tsa: TsaPlant, tmp_path: Path) -> None:
    other = TsaPlant(tmp_path / "other")
    roots = timestamp.authorities(tsa.root)
    for made, text in ((tsa, TEXT), (tsa, TEXT + "x"), (other, TEXT)):
        answer = made.reply(timestamp.request(TEXT))
        try:
            timestamp.stamped_at(answer, text, roots)
            holds = True
        except timestamp.BadStamp:
            holds = False
        assert holds == tsa.verified(answer, text) == (made is tsa and text == TEXT)


def test_a_flipped_bit_never_moves_the_time_nor_crashes(tsa: TsaPlant) -> None:
    answer, roots = tsa.reply(timestamp.request(TEXT)), timestamp.authorities(tsa.root)
    at = timestamp.stamped_at(answer, TEXT, roots)
    refused = 0
    for seed in range(600):
        chance, bad = Random(seed), bytearray(answer)
        if seed % 3:
            bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        else:
            bad = bad[: chance.randrange(len(bad))]
        try:
            assert timestamp.stamped_at(bytes(bad), TEXT, roots) == at
        except timestamp.BadStamp:
            refused += 1
    assert refused > 550
    with pytest.raises(timestamp.BadStamp, match="longer"):
        timestamp.stamped_at(bytes(timestamp.MOST_BYTES + 1), TEXT, roots)


@pytest.mark.parametrize("what", ["away", "status", "kind", "long", "rubbish"])
def test_an_authority_that_fails_is_an_alarm_once_and_stops_nothing(
    plant: Plant, tsa: TsaPlant, what: str
) -> None:
    worked(plant)
    kind = {"content-type": timestamp.REPLY_TYPE}

    def answer(request: httpx.Request) -> httpx.Response:
        if what == "away":
            raise httpx.ConnectError("no line", request=request)
        answers: dict[str, dict[str, Any]] = {
            "status": {"status_code": 503, "headers": kind},
            "kind": {"status_code": 200, "headers": {"content-type": "text/html"}},
            "long": {"status_code": 200, "headers": kind, "content": bytes(70_000)},
            "rubbish": {"status_code": 200, "headers": kind, "content": b"\x30\x03\x02\x01\x00"},
        }
        return httpx.Response(**answers[what])

    work = stamper(plant, tsa, httpx.MockTransport(answer))
    for _ in range(2):
        assert not stamp(plant, work)
        plant.clock.pass_(3_600)
        plant.parts.trail.note("P-QA", "GET /", "x", 1)
    codes = [row["code"] for row in plant.parts.alarms.all(only_open=True)]
    assert codes.count("timestamp-missing") == 1
    assert plant.parts.store.count("timestamps") == 0


def test_the_file_names_the_authority_or_says_what_is_wrong(
    tsa: TsaPlant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "timestamps.toml"
    assert read_authority(path) is None
    (tmp_path / "tsa.pem").write_bytes(tsa.root)
    good = '[authority]\nurl = "http://tsa/tsr"\ncertificate = "tsa.pem"\n'
    path.write_text(good)
    found = read_authority(path)
    assert found is not None
    assert (found.url, found.every, len(found.roots)) == ("http://tsa/tsr", timedelta(hours=1), 1)
    for bad in (
        good.replace("http:", "ftp:"), good.replace("tsa.pem", "none.pem"), good + "more = 1\n",
        good.replace("tsa.pem", "timestamps.toml"), "[authority", "a=" + "[" * 3_000, "\udcff",
    ):  # fmt: skip
        path.write_bytes(bad.encode("utf-8", "surrogateescape"))
        with pytest.raises(Refusal, match="cannot be used"):
            read_authority(path)
    path.write_text(good)
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    with pytest.raises(Refusal, match=r"lotbook\[timestamps\]"):
        read_authority(path)


def test_without_an_authority_nothing_is_asked(plant: Plant, tsa: TsaPlant) -> None:
    before = tsa.asked
    idle = Stamper(plant.parts.book, None, TsaClient(tsa.transport()), plant.parts.rescue)
    assert not stamp(plant, idle)
    assert tsa.asked == before
