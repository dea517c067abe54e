"""Two persons decide to go on without what nobody gave back, and everybody is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from server import cli
from server.evidence.export import ServerExport
from server.fsck import examine
from server.ingest.projector import dump
from server.log.leaves import Statement, decode
from sync.checkpoint import Checkpoint, open_note
from sync.envelope import check
from sync.faults import Fault
from sync.keyring import read_keys
from sync.succession import ENTRY, KIND, after, epoch_of, read
from sync.verify import verify
from sync.verify_input import verify_path
from tests.second import export
from tests.second.notes import read_keys as second_keys
from tests.server.plant import Station, credentials
from tests.server.test_recovery import Site, day, drained, site_at

FIRST, SECOND = "lotbook.test/S1/LOG/1", "lotbook.test/S1/LOG/2"
WHY = "the machine burnt, no keeper was left"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with site_at(tmp_path) as one:
        yield one


def lost(site: Site) -> tuple[Station, Station]:
    """A server put back, and no keeper has a tail."""
    one, two = day(site)
    for station in (one, two):
        station.keeper.begin_again()
    site.restore()
    for _ in range(2):
        for station in (one, two):
            with pytest.raises(Fault, match="server-recovery"):
                station.outbox.drain()
    return one, two


def decided(site: Site, *people: str) -> dict[str, object]:
    found: dict[str, object] = {}
    for person in people:
        answer = site.plant.act(person, "/api/recovery/decision", reason=WHY)
        assert answer.status_code == 200, answer.text
        found = answer.json()
    return found


def statement(site: Site) -> Statement:
    rows = site.plant.parts.store.rows("leaves", kind=KIND)
    said = decode(rows[-1]["data"])
    assert isinstance(said, Statement)
    return said


@pytest.mark.covers("F41", "TB10", "A10")
def test_two_persons_go_on_and_every_station_is_told(site: Site) -> None:
    one, two = lost(site)
    seen = [station.witness.seen() for station in (one, two)]
    signed = max(mark.size for mark in seen if mark is not None)
    had = [station.journal.size for station in (one, two)]
    kept = site.plant.parts.book.size
    assert decided(site, "P-ADM")["recovery"], "one person alone decides nothing"
    parts = site.plant.parts
    assert parts.rescue.going_on.look().recovery
    assert not decided(site, "P-QA")["recovery"]
    drained(one, two)
    drained(one, two)
    said = statement(site)
    assert {by.person for by in said.by} == {"P-ADM", "P-QA"}
    assert (said.body["before"], said.body["origin"]) == (FIRST, SECOND)
    assert (said.body["kept"]["size"], said.body["signed"]["size"]) == (kept, signed)
    assert said.body["reason"] == WHY
    for station, before, saved in zip((one, two), seen, had, strict=True):
        counts = station.journal.counts()
        assert counts.saved == counts.accepted == counts.witnessed
        assert parts.ingest.head(station.origin).size == counts.saved
        now = station.witness.seen()
        assert now is not None
        assert now.origin == SECOND
        assert parts.book.tree.root(now.size) == now.root
        note, told = station.witness.before()[0]
        assert open_note(note, parts.verifier) == before, "what it saw stays in its hands"
        assert read(told).signed == signed
        entries = [check(entry.data) for entry in station.journal.entries(saved, counts.saved)]
        assert ENTRY in [entry.kind for entry in entries], "said under the station's own key"
    assert examine(parts) == []
    before_rebuild = dump(parts.store)
    parts.projections.rebuild()
    assert dump(parts.store) == before_rebuild
    exported = site.path / "export"
    ServerExport(parts, exported).write()
    keys = "".join(f"{line}\n" for line in parts.reader.key_lines())
    assert verify_path(exported, read_keys(keys)).sound
    assert export.complaints(exported, second_keys(keys), []) == [], "both verifiers read it"
    alarms = [row["code"] for row in parts.alarms.all(only_open=True)]
    assert "log-continued" in alarms, "a person looks at what is missing"
    assert parts.packs.current(parts.stations.newest("ST-01"))["number"] > signed
    one.refresh()
    site.stop()
    site.start()
    assert site.plant.parts.book.origin == SECOND
    assert not site.plant.parts.book.recovery
    one.close()
    two.close()


@pytest.mark.covers("F41")
def test_not_before_every_station_was_asked(site: Site) -> None:
    one, two = day(site)
    two.keeper.begin_again()
    site.restore()
    with pytest.raises(Fault, match="server-recovery"):
        two.outbox.drain()
    answer = site.plant.act("P-QA", "/api/recovery/decision", reason=WHY)
    assert answer.json()["code"] == "stations-not-asked"
    assert one.origin in answer.json()["message"]
    site.plant.clock.pass_(301)
    assert decided(site, "P-QA")["facts"]["not_called"] == [one.origin]  # type: ignore[index]
    one.close()
    two.close()


def test_it_takes_two_of_the_right_classes(site: Site) -> None:
    one, two = lost(site)
    refused = site.plant.act("P-OP", "/api/recovery/decision", reason=WHY)
    assert refused.status_code == 403
    assert site.plant.act("P-QA", "/api/recovery/decision", reason=" ").json()["code"] == (
        "reason-needed"
    )
    assert decided(site, "P-QA", "P-QA")["first"] == "P-QA", "twice the same is one"
    assert site.plant.parts.book.recovery
    site.stop()
    site.start()
    with pytest.raises(Fault, match="server-recovery"):
        one.outbox.drain()
    assert site.plant.client("P-ADM").get("/api/recovery").json()["first"] == "P-QA"
    with pytest.raises(Fault, match="server-recovery"):
        two.outbox.drain()
    assert not decided(site, "P-ADM")["recovery"]
    answer = site.plant.act("P-ADM", "/api/recovery/decision", reason=WHY)
    assert answer.json()["code"] == "not-in-recovery"
    one.close()
    two.close()


def test_what_the_first_signed_must_still_be_so(site: Site) -> None:
    one, two = lost(site)
    decided(site, "P-ADM")
    parts = site.plant.parts
    shown = parts.rescue.target.checkpoint()
    assert shown is not None
    newer = Checkpoint(FIRST, shown.size + 1, b"n" * 32).sign(parts.signer)
    two.service.present(newer)
    found = decided(site, "P-QA")
    assert (found["recovery"], found["first"]) == (True, "P-QA"), "another state: decide anew"
    assert not decided(site, "P-ADM")["recovery"]
    one.close()
    two.close()


@pytest.mark.covers("F41")
def test_two_histories_under_one_key_are_ended_the_same_way(site: Site) -> None:
    """It signed on after it was put back, before anybody called."""
    one, two = day(site)
    site.restore()
    site.plant.parts.book.alarm("disk-low", "signed in the meantime")
    drained(one, two)
    assert site.plant.parts.rescue.refill.parted
    decided(site, "P-ADM", "P-QA")
    assert statement(site).body["parted"] is True
    drained(one, two)
    drained(one, two)
    for station in (one, two):
        counts = station.journal.counts()
        assert counts.saved == counts.witnessed
    assert examine(site.plant.parts) == []
    one.close()
    two.close()


@pytest.mark.covers("TB10", "A10")
def test_a_later_name_without_two_persons_is_believed_by_nobody(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody with the server's key renames the log, and forges who decided."""
    monkeypatch.setattr("server.log.book.refuse_stale", lambda *_: None)  # it is their program
    one, two = lost(site)
    parts = site.plant.parts
    facts = parts.rescue.going_on.look().facts | {"reason": WHY}
    acting = parts.directory.unlock("LB:ID:QA", "quality-1")
    by = acting.sign(KIND, facts)
    parts.book.go_on(facts, (by, type(by)(person="P-ADM", signature=by.signature)))
    parts.rescue.refill.over()
    parts.rescue.target.reached()
    before = one.witness.newest()
    with pytest.raises(Fault, match="server-log-forked"):
        one.outbox.drain()
    assert one.witness.newest() == before
    assert any("log.continued" in found for found in examine(parts)), "and fsck names it"
    one.close()
    two.close()


@pytest.mark.covers("F41")
def test_put_back_to_before_the_decision_it_learns_of_the_later_name(site: Site) -> None:
    one, two = lost(site)
    decided(site, "P-ADM", "P-QA")
    drained(one, two)
    drained(one, two)
    site.plant.clock.pass_(11)
    drained(one, two)
    size = site.plant.parts.book.size
    site.restore()
    assert site.plant.parts.book.origin == FIRST
    drained(two, one)
    drained(two, one)
    parts = site.plant.parts
    assert (parts.book.recovery, parts.book.origin) == (False, SECOND)
    assert parts.book.size >= size
    assert examine(parts) == []
    one.close()
    two.close()


def test_a_pack_after_it_verifies_and_bears_the_later_name(site: Site) -> None:
    one, two = lost(site)
    decided(site, "P-ADM", "P-QA")
    drained(one, two)
    answer = site.plant.client("P-QA").get("/api/jobs/JO-1/evidence.zip")
    keys = "".join(f"{line}\n" for line in site.plant.parts.reader.key_lines())
    report = verify(answer.content, read_keys(keys))
    assert report.sound, report.text("en")
    assert report.checkpoint.startswith(f"{SECOND} ")
    assert "gone on with after a loss" in report.text("en")
    assert "日志在丢失后以新名称继续" in report.text("zh_CN")
    one.close()
    two.close()


def test_the_console_shows_it_and_takes_both_signatures(site: Site) -> None:
    one, two = lost(site)
    client = site.plant.client()
    client.headers["origin"] = "http://server"

    def signed(person: str) -> str:
        page = client.get("/console/sign-in").text
        token = re.search(r'name="csrf" value="(\w+)"', page)
        assert token is not None
        form = {**credentials(person), "csrf": token[1]}
        assert client.post("/console/sign-in", data=form).status_code == 303
        shown = client.get("/console/status").text
        token = re.search(r'name="csrf" value="(\w+)"', shown)
        assert token is not None
        form = {**credentials(person), "csrf": token[1], "reason": WHY}
        answer = client.post("/console/status/decision", data=form)
        assert answer.status_code == 303, answer.text
        return shown

    assert "Sign: go on" in signed("P-ADM")
    assert WHY in signed("P-QA")
    page = client.get("/console/status").text
    assert "RECOVERY" not in page
    assert SECOND in page
    one.close()
    two.close()


def test_names_of_epochs() -> None:
    stem = "lotbook.test/S1/LOG"
    assert [epoch_of(f"{stem}/{one}", FIRST) for one in (1, 2, 17)] == [1, 2, 17]
    others = ("x", stem, f"{stem}/01", f"{stem}/", f"{stem}/0", f"{stem}/2/3", f"{stem}/9999999")
    assert [epoch_of(name, FIRST) for name in others] == [0] * len(others)
    assert after(FIRST, FIRST) == SECOND
    assert after(SECOND, FIRST) == f"{stem}/3"
    assert epoch_of("a/log/2", "a/log") == 2


def test_what_is_no_such_statement_is_refused() -> None:
    for leaf in (b"{}", b"x", b'{"kind":"audit","body":{}}', b'{"kind":"log.continued","body":1}'):
        with pytest.raises(Fault, match="server-log-forked"):
            read(leaf)


def test_the_command_needs_a_server() -> None:
    with pytest.raises(SystemExit):
        cli.main(["recovery", "show"])
