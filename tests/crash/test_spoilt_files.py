"""Files that were swapped, cut or rotted on the disk: found out, never served as good."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from sync.faults import Fault
from sync.journal import Journal
from sync.scrub import Scrub
from tests.crash import station
from tests.crash.recorded import image_of, lay_out
from tests.crash.sweep import memory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.crash.disk import Image

WAL = f"{station.DATABASE}-wal"
Content = tuple[list[bytes], dict[str, bytes]]
"""Entries and photos."""


def content_of(journal: Journal) -> Content:
    """Everything that is served; a whole pass of the scrub comes first."""
    scrub = Scrub(journal)
    while not scrub.passes:
        scrub.step()
    files, digest = {}, ""
    while digest := journal.attachments.after(digest):
        files[digest] = journal.attachments.get(digest) or b""
    return [entry.data for entry in journal.entries(0, journal.size)], files


@pytest.fixture(scope="module")
def used() -> Iterator[tuple[Path, Image, Content]]:
    """A folder in memory, a station's files while it runs (database and WAL), and what it holds."""
    with memory() as folder:
        station.shift(folder, lambda _: None, records=6, pages=0)
        with station.journal_in(folder, lambda _: None) as journal:
            for number in range(4):
                journal.append(station.KIND, {"number": number})
            image, content = image_of(folder), content_of(journal)
        assert len(image[WAL]) > 4096
        yield folder, image, content


def outcome(folder: Path, image: Image) -> Content | str:
    """What a start on these files serves, or the code of the fault that stops it."""
    lay_out(image, folder)
    try:
        with station.journal_in(folder, lambda _: None) as journal:
            return content_of(journal)
    except Fault as fault:
        return fault.code


@pytest.mark.covers("F12", "F11")
@pytest.mark.parametrize("case", ["no WAL", "the database of yesterday", "another station's WAL"])
def test_a_part_of_the_record_file_swapped_is_found_at_the_start(
    used: tuple[Path, Image, Content], tmp_path: Path, case: str
) -> None:
    folder, image, _ = used
    if case == "no WAL":
        wrong = {name: data for name, data in image.items() if name != WAL}
    elif case == "the database of yesterday":
        station.shift(tmp_path, lambda _: None, records=1, pages=0)
        wrong = {**image, station.DATABASE: (tmp_path / station.DATABASE).read_bytes()}
        del wrong[WAL]
    else:
        with station.journal_in(tmp_path, lambda _: None):
            wrong = {**image, WAL: (tmp_path / WAL).read_bytes()}
    assert outcome(folder, wrong) in {
        "journal-rolled-back", "journal-damaged", "database-corrupt", "database-of-another-program"
    }  # fmt: skip


@pytest.mark.covers("F14")
def test_a_record_file_cut_at_any_sector_is_refused_by_name(
    used: tuple[Path, Image, Content],
) -> None:
    folder, image, content = used
    whole = image[station.DATABASE]
    for size in range(0, len(whole), 512):
        found = outcome(folder, {**image, station.DATABASE: whole[:size]})
        assert found == content or isinstance(found, str), size
    for size in range(0, len(image[WAL]), 512):
        found = outcome(folder, {**image, WAL: image[WAL][:size]})
        assert isinstance(found, str), f"records lost without a word at {size}"


@pytest.mark.timeout(600)
@pytest.mark.covers("F13")
@pytest.mark.parametrize(
    "flips", [400, pytest.param(10_000, marks=pytest.mark.campaign)], ids=["400", "10000"]
)
def test_a_flipped_bit_is_never_served_as_good(
    used: tuple[Path, Image, Content], flips: int
) -> None:
    """Wherever it is: refused at the start, found by the scrub, or without meaning."""
    folder, image, content = used
    random, codes = Random(13), set()
    for _ in range(flips):
        name = random.choice((station.DATABASE, WAL))
        data = bytearray(image[name])
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        found = outcome(folder, {**image, name: bytes(data)})
        assert found == content or isinstance(found, str), name
        codes |= {found} if isinstance(found, str) else set()
    assert {"database-corrupt", "journal-damaged", "journal-rolled-back"} & codes


@pytest.mark.covers("F16")
def test_without_a_free_file_number_it_says_so_and_starts_later(
    used: tuple[Path, Image, Content],
) -> None:
    resource = pytest.importorskip("resource", reason="file numbers are limited on POSIX")
    folder, image, content = used
    lay_out(image, folder)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    taken = len(list(Path("/proc/self/fd").iterdir()))
    codes = set()
    for room in range(8):
        resource.setrlimit(resource.RLIMIT_NOFILE, (taken + room, hard))
        try:
            with station.journal_in(folder, lambda _: None) as journal:
                assert journal.size == len(content[0])
        except Fault as fault:
            codes.add(fault.code)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert codes <= {"key-unreadable", "database-unreadable", "write-failed"}
    assert codes
    assert outcome(folder, image) == content


NO_MEMORY = """
import pathlib, resource, sys
from sync.faults import Fault
from tests.crash import station
with station.journal_in(pathlib.Path(sys.argv[1]), lambda _: None) as journal:
    used = int(pathlib.Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 2_000_000, resource.RLIM_INFINITY))
    kept = []
    try:
        for number in range(400):
            kept.append(bytearray(100_000))
            journal.append(station.KIND, {"number": number, "text": "x" * 50_000})
            print(journal.size, flush=True)
    except (MemoryError, Fault) as error:
        kept.clear()
        resource.setrlimit(resource.RLIMIT_AS, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        print(type(error).__name__, flush=True)
"""


@pytest.mark.covers("F16")
@pytest.mark.skipif(sys.platform != "linux", reason="the memory in use is read from /proc")
def test_without_memory_nothing_is_half_kept_and_all_shown_as_saved_is_there(
    tmp_path: Path,
) -> None:
    """It may end in an exception, or at once: orjson does not survive a refused allocation."""
    command = [sys.executable, "-c", NO_MEMORY, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = done.stdout.split()
    saved = [int(one) for one in told if one.isdigit()]
    assert done.returncode < 0 or told[-1] in {"MemoryError", "Fault"}, done.stderr
    assert 0 < len(saved) < 400, "memory never ran out: the test proves nothing"
    with station.journal_in(tmp_path, lambda _: None) as journal:
        assert journal.size >= saved[-1]
        journal.verify()
        journal.append(station.KIND, {"with": "memory again"})


HOLDER = """
import sys, pysqlite3, time
held = pysqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(1)
held.execute("ROLLBACK")
"""


@pytest.mark.covers("F18")
def test_another_program_that_locks_the_file_for_a_moment_is_waited_for(tmp_path: Path) -> None:
    station.shift(tmp_path, lambda _: None, records=1, pages=0)
    with station.journal_in(tmp_path, lambda _: None) as journal:
        command = [sys.executable, "-c", HOLDER, str(tmp_path / station.DATABASE)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == b"held\n"
            before = journal.size
            journal.append(station.KIND, {"number": 1})
            assert journal.size == before + 1
        assert other.returncode == 0
        journal.verify()


@pytest.mark.covers("F18")
def test_a_backup_that_only_reads_disturbs_nothing(tmp_path: Path) -> None:
    with station.journal_in(tmp_path, lambda _: None) as journal:
        for number in range(3):
            journal.append(station.KIND, {"number": number})
            script = "import sys, pathlib; pathlib.Path(sys.argv[1]).read_bytes()"
            subprocess.run(
                [sys.executable, "-c", script, str(tmp_path / station.DATABASE)], check=True
            )
        journal.verify()
    with station.journal_in(tmp_path, lambda _: None) as journal:
        assert journal.size == 4
