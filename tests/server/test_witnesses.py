"""The server and its witnesses: real witnesses in process, real cosignatures in packs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from server.evidence.gather import evidence_pack
from server.evidence.proof import consistency
from server.integrate.witness_client import WitnessClient
from server.witnesses.answers import Declined
from server.witnesses.outsiders import Outsider, read_witnesses
from server.witnesses.submitter import Submitter
from server.words import Refusal
from sync import compare_cli
from sync.checkpoint import Checkpoint
from sync.cosigner import cosigner_vkey
from sync.keyring import Keyring, read_keys
from sync.keys import TestSigner, Verifier
from sync.sqlite import open_database
from sync.tlog_witness import AddCheckpoint
from sync.verify import verify
from tests.server.plant import Plant
from tests.witness.plant import WITNESS
from witness.application import application
from witness.desk import Desk
from witness.memory import Memory


class EnoughError(Exception):
    """The test has seen enough."""


class Box(httpx.AsyncBaseTransport):
    """A witness that watches the plant's server, with a line that can be cut or bent."""

    def __init__(self, plant: Plant, folder: Path) -> None:
        self.said: list[str] = []
        self.database = open_database(":memory:")
        self.answer: Callable[[httpx.Request], httpx.Response] | None = None
        self.desk = Desk(
            memory=Memory(self.database),
            signer=WITNESS,
            trusted={plant.parts.book.origin: [plant.parts.verifier]},
            evidence=folder,
            clock=plant.clock.wall,
            say=self.said.append,
        )
        self._inner = httpx.ASGITransport(app=application(self.desk))
        self.outsider = Outsider("http://w", Verifier.of(WITNESS), timedelta(minutes=15))
        self.submitter = Submitter(
            plant.parts.book,
            [self.outsider],
            WitnessClient(self),
            plant.parts.rescue,
        )
        self._plant = plant

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.answer is not None:
            return self.answer(request)
        return await self._inner.handle_async_request(request)

    def once(self) -> bool:
        return self._plant.transport.run(self.submitter.once(self.outsider))

    def state(self) -> dict[str, object]:
        found = self.submitter.state(WITNESS.name)
        assert found is not None
        return found

    def alarms(self) -> list[str]:
        return [row["code"] for row in self._plant.parts.alarms.all(only_open=True)]


@pytest.fixture
def box(plant: Plant, tmp_path: Path) -> Iterator[Box]:
    one = Box(plant, tmp_path / "refused")
    yield one
    one.database.close()


@pytest.mark.covers("T11", "T10")
def test_cosignatures_stand_in_packs_and_are_named(plant: Plant, box: Box) -> None:
    station = plant.station()
    station.work("JO-1")
    station.outbox.drain()
    assert box.once()
    station.outbox.drain()
    report = verify(evidence_pack(plant.parts, "JO-1"), ring(plant))
    assert report.sound, report.findings
    assert set(report.witnesses) == {WITNESS.name, station.origin}
    station.close()


def ring(plant: Plant) -> Keyring:
    text = "".join(f"{line}\n" for line in plant.parts.reader.key_lines())
    return read_keys(f"{text}witness {WITNESS.name} {cosigner_vkey(WITNESS)}\n")


def test_a_checkpoint_is_submitted_once_and_again_as_a_sign_of_life(plant: Plant, box: Box) -> None:
    assert box.once()
    assert box.once()
    assert len(box.said) == 1
    plant.clock.pass_(61)
    assert box.once()
    assert len(box.said) == 2
    plant.parts.book.alarm("disk-low", "x")
    assert box.once()
    assert box.state()["size"] == plant.parts.book.size
    assert len(plant.parts.store.rows("cosignatures", name=WITNESS.name)) == 2


def test_a_server_that_forgot_the_size_is_told_and_goes_on(plant: Plant, box: Box) -> None:
    box.once()
    plant.parts.store.remove("witnesses")
    plant.parts.book.alarm("disk-low", "x")
    assert box.once()
    assert box.state()["size"] == plant.parts.book.size


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (httpx.Response(403, text="no\n"), "refused"),
        (httpx.Response(409, text="no\n"), "refused"),
        (httpx.Response(500), "unreached"),
        (httpx.Response(200, text="nonsense\n"), "unreached"),
        (httpx.Response(200, content=b"\xff" * 40_000), "unreached"),
        (httpx.Response(409, text="x", headers={"content-type": "text/x.tlog.size"}), "unreached"),
        (httpx.Response(409, text="0\n", headers={"content-type": "text/x.tlog.size"}), "refused"),
    ],
)
def test_refusal_and_silence_raise_one_alarm(
    plant: Plant, box: Box, answer: httpx.Response, trouble: str
) -> None:
    box.answer = lambda _: httpx.Response(
        answer.status_code, content=answer.content, headers=answer.headers
    )
    size = plant.parts.book.size
    for _ in range(2):
        assert not box.once()
    assert box.state()["trouble"] == trouble
    assert box.alarms() == (["witness-refused"] if trouble == "refused" else [])
    plant.clock.pass_(16 * 60)
    for _ in range(2):
        assert not box.once()
    assert box.alarms().count("witness-silent") == 1
    assert plant.parts.book.size == size + len(box.alarms())
    box.answer = None
    assert box.once()
    assert box.state()["trouble"] == ""


@pytest.mark.covers("A08")
def test_a_rewritten_history_is_refused_by_the_witness(plant: Plant, box: Box) -> None:
    box.once()
    book = plant.parts.book
    other = Checkpoint(book.origin, book.size + 1, bytes(32)).sign(plant.parts.signer)
    client = box.submitter._client
    asked = AddCheckpoint(book.size, (bytes(32),), other)
    answer = plant.transport.run(client.submit(box.outsider, asked))
    assert isinstance(answer, Declined)
    assert answer.status == 422
    box.submitter._failed(box.outsider, box.submitter.state(WITNESS.name), answer)
    assert box.alarms() == ["witness-refused"]
    assert "422" in box.said[-1]


@pytest.mark.covers("A10", "F41")
def test_a_witness_that_knows_more_puts_the_server_into_recovery(plant: Plant, box: Box) -> None:
    book = plant.parts.book
    ahead = Checkpoint(book.origin, book.size + 5, bytes(32)).sign(plant.parts.signer)
    box.answer = lambda request: (
        httpx.Response(200, text=ahead)
        if request.method == "GET"
        else httpx.Response(
            409, text=f"{book.size + 5}\n", headers={"content-type": "text/x.tlog.size"}
        )
    )
    assert not box.once()
    assert book.recovery
    with pytest.raises(Refusal, match="recovery"):
        book.alarm("disk-low", "x")
    assert box.once(), "in recovery nothing is submitted"
    assert plant.client().get("/healthz").json()["status"] == "recovery"
    page = plant.client().get("/console/sign-in").text
    assert "RECOVERY" in page


@pytest.mark.covers("A10", "F41")
def test_it_asks_before_it_signs_anything(plant: Plant, box: Box) -> None:
    book = plant.parts.book
    plant.transport.run(box.submitter.look_ahead())
    assert not book.recovery
    box.once()
    plant.transport.run(box.submitter.look_ahead())
    assert not book.recovery
    ahead = Checkpoint(book.origin, book.size + 5, bytes(32)).sign(plant.parts.signer)
    box.answer = lambda _: httpx.Response(200, text=ahead)
    plant.transport.run(box.submitter.look_ahead())
    assert book.recovery


def test_the_loop_waits_longer_after_failures(
    plant: Plant, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            box.answer = None
        if len(waits) == 8:
            raise EnoughError

    box.answer = lambda _: httpx.Response(500)
    monkeypatch.setattr(asyncio, "sleep", sleep)
    with pytest.raises(ExceptionGroup):
        plant.transport.run(box.submitter.run())
    assert waits == [4.0, 8.0, 16.0, 2.0, 2.0, 2.0, 2.0, 2.0]


GOOD = cosigner_vkey(WITNESS)


@pytest.mark.parametrize(
    "text",
    [
        "[[witness]]\nurl = 'ftp://w'\nvkey = '{vkey}'",
        "[[witness]]\nurl = 'http://w'\nvkey = 'x'",
        "[[witness]]\nurl = 'http://w'\nvkey = '{vkey}'\nsilent_after_minutes = 0",
        "[[witness]]\nurl = 'http://w'\nvkey = '{vkey}'\nother = 1",
        "[[witness]]\nurl = 'http://w'\nvkey = '{vkey}'\n" * 2,
        "no toml",
        "\udcff",
    ],
)
def test_a_file_of_witnesses_that_cannot_be_used_is_said(tmp_path: Path, text: str) -> None:
    path = tmp_path / "witnesses.toml"
    path.write_text(text.replace("{vkey}", GOOD), "utf-8", errors="surrogateescape")
    with pytest.raises(Refusal, match=r"witnesses\.toml"):
        read_witnesses(path)


def test_a_file_of_witnesses(tmp_path: Path) -> None:
    path = tmp_path / "witnesses.toml"
    assert read_witnesses(path) == ()
    path.write_text(f"[[witness]]\nurl = 'https://w/x/'\nvkey = '{GOOD}'\n", "utf-8")
    (one,) = read_witnesses(path)
    assert (one.url, one.name, one.silent_after) == (
        "https://w/x", WITNESS.name, timedelta(minutes=15),
    )  # fmt: skip
    assert TestSigner(one.name, "witness").public_key == one.verifier.public_key


def test_the_status_page_shows_witnesses_and_alarms(plant: Plant, box: Box) -> None:
    plant.parts.submitter.outsiders = (box.outsider,)
    client = plant.client("P-QA")
    client.cookies.set("lotbook", plant.tokens["P-QA"])
    assert "not reached" in client.get("/console/status").text
    box.once()
    page = client.get("/console/status").text
    assert WITNESS.name in page
    assert "cosigns" in page
    box.answer = lambda _: httpx.Response(403, text="not known here")
    plant.parts.book.alarm("disk-low", "x")
    box.once()
    page = client.get("/console/status").text
    assert "REFUSES" in page
    assert "not known here" in page
    assert "The server&#39;s disk is nearly full." in page
    assert "witness-refused" in page
    plant.parts.submitter.outsiders = ()
    assert "No witness" in client.get("/console/status").text


@pytest.mark.covers("T11")
def test_two_checkpoints_are_compared_with_a_proof_of_the_server(
    plant: Plant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, keys = plant.parts.book, tmp_path / "keys.txt"
    keys.write_text("".join(f"{line}\n" for line in plant.parts.reader.key_lines()), "utf-8")
    notes: list[Path] = []
    sizes = (0, 0)
    for name in ("old", "new"):
        book.alarm("disk-low", name)
        row = book.checkpoint()
        assert row is not None
        notes.append(tmp_path / f"{name}.note")
        notes[-1].write_text(row["note"], "utf-8")
        sizes = (book.size - 1, book.size)
    given = [*map(str, notes), "--keys", str(keys)]
    assert compare_cli.main(given) == 3
    proof = tmp_path / "proof"
    client = plant.client("P-QA")
    query = {"first": sizes[0], "second": sizes[1]}
    proof.write_text(client.get("/api/consistency", params=query).text, "utf-8")
    assert compare_cli.main([*given, "--proof", str(proof)]) == 0
    assert "ONE HISTORY" in capsys.readouterr().out
    assert client.get("/api/consistency", params={"first": 1, "second": 10**6}).status_code == 404
    assert consistency(book, 0, sizes[0]).startswith("old 0\n\n")
