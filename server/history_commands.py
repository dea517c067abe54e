"""``lotbook-server import-genealogy DIR``: a plant's history from before Lotbook, signed."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from server.ingest.history import BadRows
from server.ingest.history_rows import FILES
from server.log_lines import shown
from server.masters.history import HistoryImport
from server.sayings_history import WRONG
from server.words import Refusal
from sync.faults import Fault

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from typing import TextIO

    from server.folder import DataFolder
    from server.parts import Parts

NS = 1_000_000_000
EVERY_NS = NS // 5
BYTES_A_MINUTE = 100_000_000
"""Half of what two cores take in (`make bench-trace`, P7h): the words promise no less."""


class Pace:
    """How far it is, how fast, and how long it will take: on one line of a terminal."""

    def __init__(self, to: TextIO, sizes: dict[str, int], now_ns: Callable[[], int]) -> None:
        """``sizes``: bytes of each file; silent unless ``to`` is a terminal."""
        self._to, self._total, self._now = to, max(1, sum(sizes.values())), now_ns
        self._began = self._told = now_ns()
        self._done = 0

    def read(self, file: str, count: int) -> None:
        """So many bytes more of a file are taken."""
        self._done += count
        now = self._now()
        if not self._to.isatty() or now - self._told < EVERY_NS:
            return
        self._told = now
        self._to.write(f"\r\033[K{self.line(file, now)}")
        self._to.flush()

    def line(self, file: str, now: int) -> str:
        """The line at ``now``."""
        took = max(1, now - self._began) / NS
        rate = self._done / took
        left = max(0, int((self._total - self._done) / max(rate, 1)))
        percent = 100 * self._done // self._total
        return f"{file}: {percent} %, {rate / 1e6:.1f} MB/s, {left // 60}:{left % 60:02d} left"

    def took_s(self) -> float:
        """Seconds since the beginning; takes the line away."""
        if self._to.isatty():
            self._to.write("\r\033[K")
        return (self._now() - self._began) / NS


def add_history(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    data: Callable[[argparse.ArgumentParser], argparse.ArgumentParser],
    now_ns: Callable[[], int],
    components: Callable[[argparse.Namespace], tuple[str, str]],
) -> None:
    """``import-genealogy DIR``; ``components`` asks for badge and secret of who signs."""
    sub = data(
        verbs.add_parser("import-genealogy", help="bring in lots and genealogy from before Lotbook")
    )
    sub.add_argument("folder", type=Path, metavar="DIR",
                     help="holds lots.csv, edges.csv, serials.csv, shipment_lines.csv")  # fmt: skip
    sub.add_argument("--reason", required=True, help="why; it is signed with the import")
    sub.add_argument("--origin", default="", help="where the files come from, in words")
    sub.add_argument("--badge", default="", help="badge code (else LOTBOOK_BADGE, else asked)")
    sub.add_argument("--secret-stdin", action="store_true", help="read the secret from stdin")

    def run(given: argparse.Namespace, folder: DataFolder) -> int:
        with _stopped(given, folder) as parts:
            history = HistoryImport(parts.book)
            acting = parts.sessions.check(*components(given))
            pace = Pace(sys.stderr, history.found(given.folder), now_ns)
            try:
                done = history.bring(given.folder, acting, given.origin, given.reason, pace.read)
            except BadRows as error:
                pace.took_s()
                _tell(error, given.language)
                raise Refusal("history-unfit") from error
            took = pace.took_s()
            if done is not None:
                _make_ready(parts)
        if done is None:
            sys.stdout.write("Nothing to do: these very files were imported before.\n")
            return 0
        total = sum(done.rows.values())
        for name, rows in done.rows.items():
            sys.stdout.write(f"{name}: {rows:,} rows\n")
        sys.stdout.write(f"Imported {total:,} rows in {took:.0f} s ({total / max(took, 1e-9):,.0f}"
                         f" a second), signed as leaf {done.index}.\n")  # fmt: skip
        return 0

    sub.set_defaults(run=run)


@contextmanager
def _stopped(given: argparse.Namespace, folder: DataFolder) -> Iterator[Parts]:
    """The parts of a stopped server; beside a running one, for how long it is to be stopped."""
    with ExitStack() as stack:
        try:
            parts = stack.enter_context(folder.open())
        except Refusal as refusal:
            if refusal.code == "in-use":
                sys.stderr.write(f"{_stop_words(given)}\n")
            raise
        yield parts


def _stop_words(given: argparse.Namespace) -> str:
    files = (given.folder / name for name in FILES)
    size = sum(path.stat().st_size for path in files if path.is_file())
    minutes = 1 + size // BYTES_A_MINUTE
    if given.language == "zh_CN":
        return (f"导入期间服务器须停止约 {minutes} 分钟；各终端继续记录，之后自动发送。"
                "请停止服务器，导入后再启动。")  # fmt: skip
    return (f"The import needs the server stopped for about {minutes} min; stations keep recording"
            " and send afterwards. Stop it, import, and start it again.")  # fmt: skip


def _make_ready(parts: Parts) -> None:
    """The genealogy's arrays, so that the server's next start need not read all rows."""
    keeper = parts.genealogy.keeper
    if keeper is None:
        return
    sys.stderr.write("Making the genealogy ready for the next start ...\n")
    try:
        keeper.at_once()
    except (Fault, OSError) as fault:
        sys.stderr.write(f"It was not written, so that the next start takes longer: {fault}\n")


def _tell(error: BadRows, language: str) -> None:
    """Each row that is wrong, by file and line, with what to do."""
    for bad in error.bad:
        words = WRONG[bad.code].in_language(language).format(text=shown(bad.text))
        place = f"{bad.file}，第 {bad.line} 行" if language == "zh_CN" else (
            f"{bad.file}, line {bad.line}")  # fmt: skip
        sys.stderr.write(f"{place}: {words}\n")
