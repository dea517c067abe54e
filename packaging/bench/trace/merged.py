"""What came since the arrays merged into new ones and saved, by a process of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import orjson
from serving import folder_of

from server.trace.graph.merge import merging
from server.trace.graph.snapshot import Snapshots

if TYPE_CHECKING:
    from lotbook import Made


class Merged(NamedTuple):
    """What it took."""

    seconds: float
    memory: int
    """Bytes resident at the peak, of a process that does nothing else."""


def merged(of: Made) -> Merged:
    """Merge the genealogy of a server that is not running, and throw the arrays away."""
    command = [sys.executable, __file__, str(of.path), of.url]
    paths = [
        str(Path(__file__).parent),
        str(Path(__file__).parent.parent / "speed"),
        str(Path.cwd()),
    ]
    done = subprocess.run(
        command, check=True, capture_output=True, env={"PYTHONPATH": ":".join(paths)}
    )
    return Merged(*orjson.loads(done.stdout))


def main(data: Path, url: str) -> None:
    """In that process: say seconds and bytes."""
    with (
        folder_of(data, url).open() as parts,
        tempfile.TemporaryDirectory(dir=data.parent) as place,
    ):
        graph = parts.genealogy.graph
        graph.view()
        work, leaves = merging(graph)
        began = time.perf_counter()
        Snapshots(Path(place), "bench").save(work(), leaves, "")
        took = time.perf_counter() - began
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0]) * 1024
    sys.stdout.buffer.write(orjson.dumps([took, peak]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
