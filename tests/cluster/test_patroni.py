"""Patroni, etcd, three PostgreSQL, three servers: the primary dies while stations send."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from server import cli
from server.fsck import examine
from tests.cluster.pair import wait_for
from tests.cluster.patroni import Cluster, Node, cluster
from tests.cluster.servers import Crowd, Server, crowd, served_by, several
from tests.server.plant import PREFIX, Plant

pytestmark = pytest.mark.campaign
"""Real Patroni; its lease of the primary is 20 seconds, and no shorter one is allowed."""

STATIONS, NODES, SERVERS = ("ST-01", "ST-02"), ("db1", "db2", "db3"), ("one", "two")


@contextmanager
def plant_on(machines: Cluster, tmp_path: Path) -> Iterator[tuple[Plant, list[Server]]]:
    """A plant moved to the cluster, served by two."""
    with several(tmp_path, machines.url, SERVERS, STATIONS) as (plant, servers):
        for one in servers:
            one.start("--standby")
        served_by(servers)
        wait_for(lambda: any(one.passes_on() for one in servers), 240)
        yield plant, servers


def promoted(machines: Cluster, but: Node, seconds: float = 240) -> tuple[Node, float]:
    """The next primary, and how long it took."""
    began = monotonic()
    wait_for(lambda: machines.primary() not in {None, but}, seconds)
    found = machines.primary()
    assert found is not None
    return found, monotonic() - began


def kept(node: Node, station: str) -> list[str]:
    """Leaves of a station that are on that machine, before any server asks it anything."""
    rows = node.ask(
        f"SELECT leaf FROM entries WHERE origin = '{PREFIX}/{station}/1' ORDER BY idx"  # noqa: S608
    )
    return [str(row[0]) for row in rows]


def whole(plant: Plant, people: Sequence[Crowd]) -> None:
    """Every acknowledged record is there, the roots agree, and fsck finds nothing."""
    with plant.folder.open() as parts:
        assert examine(parts) == []
        assert not parts.book.recovery
        for one in people:
            rows = parts.store.rows("entries", origin=f"{PREFIX}/{one.station_name}/1")
            assert [row["leaf"] for row in rows] == one.acknowledged
            head = parts.ingest.head(f"{PREFIX}/{one.station_name}/1")
            assert head.size == one.recorded


@pytest.mark.covers("F20", "F40", "F43")
def test_patroni_promotes_another_and_no_acknowledged_record_is_lost(tmp_path: Path) -> None:
    with cluster(NODES) as machines, plant_on(machines, tmp_path) as (plant, servers):
        wait_for(machines.waits, 240)
        lines = []
        with crowd(plant, STATIONS, servers) as people:
            for _ in range(2):
                sleep(4)
                dead = machines.primary()
                assert dead is not None
                for one in people:  # what has a receipt at this moment is what counts
                    assert one.is_alive()
                dead.kill()
                died = monotonic()
                known = [list(one.acknowledged) for one in people]
                fresh, seconds = promoted(machines, dead)
                for one, acknowledged in zip(people, known, strict=True):
                    assert kept(fresh, one.station_name)[: len(acknowledged)] == acknowledged
                served_by(servers)
                lines.append(
                    f"promoted after {seconds:.1f} s, served after {monotonic() - died:.1f} s"
                )
                dead.start()
                wait_for(lambda dead=dead: dead.role() == "replica", 240)
                wait_for(machines.waits, 240)
            sleep(2)
        count = sum(len(one.acknowledged) for one in people)
        silence = max(one.silence for one in people)
        for server in servers:
            server.kill()
        whole(plant, people)
        assert cli.main(["status", "--data", str(plant.folder.path)]) in {1, 2}, "nobody serves now"
        print(f"{count} acknowledged, primary killed twice: {'; '.join(lines)}; "  # noqa: T201
              f"longest silence {silence:.1f} s")  # fmt: skip


@pytest.mark.covers("F20", "F43")
def test_a_primary_that_hangs_is_replaced_and_never_believed_again(tmp_path: Path) -> None:
    with cluster(NODES) as machines, plant_on(machines, tmp_path) as (plant, servers):
        wait_for(machines.waits, 240)
        with crowd(plant, STATIONS, servers) as people:
            sleep(3)
            hung = machines.primary()
            assert hung is not None
            assert hung.process is not None
            hung.process.send_signal(signal.SIGSTOP)
            hung.signal_database(signal.SIGSTOP)
            began = monotonic()
            fresh, seconds = promoted(machines, hung)
            served_by(servers, seconds=240)
            served = monotonic() - began
            sleep(3)
            hung.signal_database(signal.SIGCONT)
            hung.process.send_signal(signal.SIGCONT)
            wait_for(lambda: hung.role() == "replica", 240)
            sleep(2)
            assert machines.primary() is fresh
        for server in servers:
            server.kill()
        whole(plant, people)
        print(f"primary stopped (SIGSTOP): promoted after {seconds:.1f} s, "  # noqa: T201
              f"served after {served:.1f} s")  # fmt: skip


@pytest.mark.covers("F20", "F43")
def test_without_synchronous_mode_the_doctor_says_what_may_be_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two = cluster(NODES[:2], synchronous=False)
    with two as machines, plant_on(machines, tmp_path) as (plant, _servers):
        assert cli.main(["status", "--data", str(plant.folder.path)]) == 1
        said = capsys.readouterr().out
        assert "async" in said
        assert "No commit waits for a second machine" in said
