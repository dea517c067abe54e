"""Several servers on one database: one serves, the others say so and take over."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import cast

import httpx
import nacl.utils
import pytest

from server import serve
from server.folder import OFFICE, DataFolder
from server.standby import answering, hold_turn, in_turn, stands_by
from server.store.protocol import Store
from server.uvicorn_config import configured
from server.words import Refusal
from sync.faults import Fault
from sync.keys import TEST_COST
from sync.testing import ManualClock
from tests.server.plant import SECRETS, Plant, badge, plant_at
from tests.server.test_tls import asked, made


def port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.covers("F43")
def test_who_stands_by_says_so_and_when_to_ask_again() -> None:
    at = port()
    with answering(configured(stands_by, "127.0.0.1", at, None)):
        url, transport = f"http://127.0.0.1:{at}", httpx.HTTPTransport(retries=5)
        with httpx.Client(base_url=url, transport=transport) as client:
            for path in ("/healthz", "/logs/x?from=0"):
                answer = client.post(path, content=b"x", headers={"accept-language": "zh-CN"})
                assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
                assert answer.json()["code"] == "stands-by"
                assert "待命" in answer.json()["message"]
    with socket.create_server(("127.0.0.1", at)):
        pass  # the address is free again


@pytest.mark.covers("F43")
def test_who_could_not_answer_does_not_stand_by() -> None:
    """Else nobody hears of it before it is its turn, and it cannot serve."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        at = other.getsockname()[1]
        with (
            pytest.raises(Refusal) as refused,
            answering(configured(stands_by, "127.0.0.1", at, None)),
        ):
            pass
        assert refused.value.code == "port-taken"
    for _ in range(2):  # told to end at once, the address is free all the same
        with answering(configured(stands_by, "127.0.0.1", at, None)):
            pass


@pytest.mark.covers("T14")
def test_who_stands_by_speaks_tls_1_3_only_too(tmp_path: Path) -> None:
    at, tls = port(), made(tmp_path)
    good = ssl.create_default_context(cafile=tls.certificate)
    old = ssl.create_default_context(cafile=tls.certificate)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with answering(configured(stands_by, "127.0.0.1", at, tls)):
        transport = httpx.HTTPTransport(verify=good, retries=5)
        with httpx.Client(transport=transport) as client:
            assert client.get(f"https://127.0.0.1:{at}/").status_code == 503
        with pytest.raises(ssl.SSLError):
            asked(("127.0.0.1", at), old)


@pytest.mark.covers("F43")
def test_the_turn_comes_when_the_other_one_ends(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    came: list[str] = []

    @contextmanager
    def meanwhile() -> Iterator[None]:
        came.append("stands by")
        yield
        came.append("no more")

    serving, standing_by = ExitStack(), ExitStack()
    plant = serving.enter_context(plant_at(tmp_path))
    other = DataFolder(plant.folder.path, ManualClock(), nacl.utils.random, TEST_COST)
    looks: list[None] = []

    def pause() -> None:
        looks.append(None)
        if len(looks) == 2:
            serving.close()

    with standing_by:
        size = plant.parts.book.size
        parts = in_turn(lambda: standing_by.enter_context(other.open()), meanwhile, pause)
        assert came == ["stands by", "no more"]
        assert parts.book.size == size
        assert capsys.readouterr().err.count("stands by") == 1, "said once, not at every look"


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        (Refusal("in-use"), True),
        (Refusal("database-older", have=1, want=2), False),
        (Fault("database-busy"), True),
        (Fault("database-corrupt"), False),
    ],
)
def test_only_what_another_moment_may_mend_is_waited_for(error: Exception, waits: bool) -> None:
    outcomes: list[Exception | str] = [error, error, "parts"]

    def open_() -> str:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    @contextmanager
    def meanwhile() -> Iterator[None]:
        yield

    if waits:
        assert in_turn(open_, meanwhile, lambda: None) == "parts"
    else:
        with pytest.raises(type(error)):
            in_turn(open_, meanwhile, lambda: None)


def held(plant: Plant, lot: str) -> None:
    acting = plant.parts.sessions.check(badge("P-QA"), SECRETS["P-QA"])
    plant.parts.office.hold("TUB-1", lot, "to see", acting, "")


@pytest.mark.covers("F43")
def test_the_office_goes_on_where_another_server_left_it(tmp_path: Path) -> None:
    with plant_at(tmp_path) as plant:
        held(plant, "T1")
        old = (plant.folder.path / OFFICE).read_bytes()
        origin = plant.parts.office.origin
        folder = plant.folder
    old = (folder.path / OFFICE).read_bytes()
    with folder.open() as parts:
        held(Plant(folder, parts, plant.clock, plant.transport), "T2")
    (folder.path / OFFICE).write_bytes(old)  # the other server's own disk
    with folder.open() as parts:
        size = parts.ingest.head(origin).size
        held(Plant(folder, parts, plant.clock, plant.transport), "T3")
        assert parts.ingest.head(origin).size == size + 1
        assert {row["lot"] for row in parts.store.rows("holds")} == {"T1", "T2", "T3"}


@pytest.mark.covers("F43")
@pytest.mark.parametrize("entries", [1, 2], ids=["as long", "longer"])
def test_an_office_that_went_another_way_is_not_written_on(tmp_path: Path, entries: int) -> None:
    with plant_at(tmp_path) as plant:
        folder = plant.folder
        held(plant, "T1")
    other = tmp_path / "other"
    other.mkdir()
    before = (folder.path / OFFICE).read_bytes()
    with folder.open() as parts:
        for _ in range(entries):
            held(Plant(folder, parts, plant.clock, plant.transport), "T2")
    (folder.path / OFFICE).write_bytes(before)
    with pytest.MonkeyPatch.context() as patched, folder.open(founded=False) as parts:
        patched.setattr(parts.office, "drain", lambda: None)
        patched.setattr(parts.office._ingest, "must_sign", lambda: None)
        held(Plant(folder, parts, plant.clock, plant.transport), "T1")
    with pytest.raises(Refusal, match="went another way"), folder.open():
        pass
    (folder.path / OFFICE).rename(other / OFFICE)
    with folder.open() as parts:
        held(Plant(folder, parts, plant.clock, plant.transport), "T9")


@pytest.mark.covers("F43")
def test_who_was_overtaken_signs_nothing_in_the_office(tmp_path: Path) -> None:
    """Its journal is a file of its own: no transaction would refuse that."""
    with plant_at(tmp_path) as plant:
        held(plant, "T1")
        journal = plant.parts.office._journal
        size = journal.size

        def overtaken() -> None:
            raise Fault("database-taken-over")

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(plant.parts.store, "confirm", overtaken)
            with pytest.raises(Fault, match="database-taken-over"):
                held(plant, "T2")
        assert journal.size == size
        held(plant, "T2")
        assert journal.size == size + 1


class Asked:
    """A store that answers as told, one question after the other."""

    def __init__(self, *answers: Exception | int) -> None:
        self.answers = list(answers)

    def confirm(self) -> None:
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer


@pytest.mark.covers("F43")
@pytest.mark.parametrize("end", [Refusal("in-use"), Fault("database-taken-over")])
def test_who_lost_its_turn_ends_and_who_is_only_cut_off_does_not(end: Exception) -> None:
    store = Asked(1, Fault("database-away"), Refusal("database-standby"), 1, end, 1)
    asyncio.run(hold_turn(cast("Store", store), 0.0))
    assert store.answers == [1], "it asks no more"


class Refusing:
    """Everything that looks beside the event loop, on a database that is not promoted yet."""

    recovery = False
    outsiders: tuple[str, ...] = ("w",)

    def __init__(self) -> None:
        self.asked = 0

    def __getattr__(self, _name: str) -> Refusing:
        return self

    def __call__(self, *_given: object) -> Refusing:
        self.asked += 1
        raise Refusal("database-standby") if self.asked % 2 else Fault("database-away")


@pytest.mark.covers("F43")
@pytest.mark.parametrize("name", ["_watch_disk", "_watch_recalls", "_watch_files", "_keep"])
def test_a_database_that_is_not_promoted_yet_ends_nobody_who_looks(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for pause_s in ("DISK_S", "RECALLS_S", "KEEP_S"):
        monkeypatch.setattr(serve, pause_s, 0.0)
    parts = Refusing()
    watch = getattr(serve, name)

    async def looked() -> None:
        task = asyncio.create_task(watch(*([parts, parts] if name == "_keep" else [parts])))
        for _ in range(100):
            await asyncio.sleep(0)
        assert not task.done(), "its end would be the server's"
        assert parts.asked > 1, "it looks again"
        task.cancel()

    asyncio.run(looked())
