"""Three servers on one database, all asked at once, whoever serves killed, stopped, told to go."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from threading import Event, Thread
from time import monotonic, sleep

import pytest

from server.fsck import examine
from server.store.fleet import Serving
from server.store.onlooker import Onlooker
from server.store.opening import open_store
from sync.faults import Fault
from tests import postgres
from tests.cluster.pair import wait_for
from tests.cluster.servers import Crowd, Server, asked, crowd, served_by, serving, several
from tests.server.plant import PREFIX, Plant

pytestmark = pytest.mark.campaign
"""Real processes, and the time it takes to notice that one hangs."""

START_S = 240
"""Patience for a process to start on a machine that has other things to do."""
STATIONS = ("ST-01", "ST-02")
NAMES = ("one", "two", "three")


class Terms(Thread):
    """Writes down who served in each term, as the database says."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url, self.ends = url, Event()
        self.by_term: dict[int, set[str]] = {}

    def run(self) -> None:
        with closing(Onlooker(self.url)) as onlooker:
            while not self.ends.wait(0.02):
                try:
                    now = onlooker.serving()
                except Fault:
                    continue
                if isinstance(now, Serving) and now.name:
                    self.by_term.setdefault(now.term, set()).add(now.name)


def started(servers: Sequence[Server]) -> Server:
    """All of them run; the first serves."""
    servers[0].start("--standby")
    wait_for(servers[0].serves, START_S)
    for one in servers[1:]:
        one.start("--standby")
    for one in servers[1:]:
        wait_for(one.passes_on, START_S)
    return servers[0]


def proved(plant: Plant, url: str, people: Sequence[Crowd]) -> None:
    """One log, no fork, every acknowledged record in it, where it was acknowledged to be."""
    with closing(open_store(plant.folder.path, url)) as store:
        sizes = [int(row["size"]) for row in store.rows("checkpoints")]
        assert sizes == sorted(set(sizes))
        assert store.count("branches") == 0
    with plant.folder.open() as parts:
        assert examine(parts) == []
        assert not parts.book.recovery
        for one in people:
            rows = parts.store.rows("entries", origin=f"{PREFIX}/{one.station_name}/1")
            leaves = [row["leaf"] for row in rows]
            assert leaves[: len(one.acknowledged)] == one.acknowledged
            assert len(leaves) == one.recorded == len(one.acknowledged)


@pytest.mark.covers("F43", "F20")
def test_one_signs_whoever_is_asked_and_whoever_is_killed(tmp_path: Path) -> None:
    url = postgres.fresh()
    with several(tmp_path, url, NAMES, STATIONS) as (plant, servers):
        terms, gaps = Terms(url), []
        holder = started(servers)
        terms.start()
        with crowd(plant, STATIONS, servers) as people:
            for _ in range(4):
                sleep(3)
                holder.kill()
                began, dead = monotonic(), holder
                holder = served_by(servers, dead)
                gaps.append(monotonic() - began)
                dead.start("--standby")
                wait_for(dead.passes_on, START_S)
            sleep(2)
        terms.ends.set()
        for one in servers:
            one.kill()
        proved(plant, url, people)
        assert len(terms.by_term) >= 5
        assert all(len(names) == 1 for names in terms.by_term.values()), terms.by_term
        count = sum(len(one.acknowledged) for one in people)
        shown = ", ".join(f"{gap:.1f}" for gap in gaps)
        silence = max(one.silence for one in people)
        print(f"{count} records acknowledged through three servers, four holders killed (SIGKILL); "  # noqa: T201
              f"the next serves after {shown} s; longest silence of a station {silence:.1f} s; "
              f"faults {sorted(set().union(*(one.codes for one in people)))}")  # fmt: skip


@pytest.mark.covers("F43", "F20")
def test_who_was_stopped_for_longer_than_the_lease_says_nothing_more(tmp_path: Path) -> None:
    url = postgres.fresh()
    with several(tmp_path, url, NAMES, STATIONS) as (plant, servers):
        holder = started(servers)
        with crowd(plant, STATIONS, servers) as people:
            sleep(3)
            began = monotonic()
            holder.signal(signal.SIGSTOP)
            other = served_by(servers, holder)
            gap = monotonic() - began
            sleep(5)
            said: list[str] = []
            listening = Thread(target=lambda: said.extend(asked(holder, START_S)))
            listening.start()
            sleep(0.5)  # its first request lies before it when it wakes up
            holder.signal(signal.SIGCONT)
            listening.join()
            assert not holder.lives(), "it ends: what it remembers is old"
            assert "serves" not in said, said
            assert "passes-on" not in said, said
            sleep(3)
            assert other.serves()
        for one in servers:
            one.kill()
        proved(plant, url, people)
        silence = max(one.silence for one in people)
        print(f"stopped (SIGSTOP): the next serves after {gap:.1f} s, silence {silence:.1f} s; "  # noqa: T201
              f"woken up it said {sorted(set(said))}")  # fmt: skip


@pytest.mark.covers("F43")
def test_a_rolling_upgrade_loses_nothing_and_hardly_any_time(tmp_path: Path) -> None:
    url = postgres.fresh()
    with several(tmp_path, url, NAMES, STATIONS) as (plant, servers):
        holder, gaps = started(servers), []
        with crowd(plant, STATIONS, servers) as people:
            sleep(2)
            standing = [one for one in servers if one is not holder]
            for one in (*standing, holder):  # who serves comes last
                serves, began = serving(servers) is one, monotonic()
                one.stop()
                if serves:
                    served_by(servers, one)
                    gaps.append(monotonic() - began)
                one.start("--standby")
                wait_for(one.passes_on, START_S)
                sleep(1)
        for one in servers:
            if one.lives():
                one.stop()
        proved(plant, url, people)
        assert len(gaps) == 1
        silence = max(one.silence for one in people)
        print(f"rolling upgrade: handed over in {gaps[0]:.1f} s, silence {silence:.1f} s; "  # noqa: T201
              f"faults {sorted(set().union(*(one.codes for one in people)))}")  # fmt: skip
