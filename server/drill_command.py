"""``lotbook-server drill``: a recall drill with a stopwatch, from the command line."""

from __future__ import annotations

import asyncio
import csv
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from server.commands import components, opened, remote
from server.recall.case import Cause
from server.recall.drill import Truth, shares
from server.recall.words import words_of
from server.trace_commands import named

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from server.folder import DataFolder

MISSED = 3
"""Exit code of a drill that took longer than its goal, or did not find everything."""


def add(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    signed: Callable[[argparse.ArgumentParser], argparse.ArgumentParser],
) -> None:
    """``drill``: of a lot named, or of one at random."""
    drill = signed(verbs.add_parser("drill", help="a recall drill: holds and sends nothing"))
    drill.add_argument("--lot", default="", metavar="ITEM/LOT", help="else one at random")
    drill.add_argument("--reason", default="drill")
    drill.add_argument(
        "--truth-lots", type=Path, default=None, help="CSV item,lot of all that is downstream"
    )
    drill.add_argument(
        "--truth-lines", type=Path, default=None, help="CSV shipment,line of all that was shipped"
    )
    drill.set_defaults(run=run)


def run(given: argparse.Namespace, folder: DataFolder | None) -> int:
    """Run it and tell each phase; 3 where it missed its goal or something was not found."""
    lot = named(given.lot) if given.lot else None
    cause = None if lot is None else Cause(suspect="lot", item=lot.item, lot=lot.lot)
    lots, lines = (_pairs(path) for path in (given.truth_lots, given.truth_lines))
    if given.url:
        body: dict[str, Any] = {"reason": given.reason, "truth_lots": lots, "truth_lines": lines}
        body["cause"] = None if cause is None else msgspec.to_builtins(cause)
        case = remote(given).act("/api/drills", **body)["case"]
    else:
        with opened(folder) as parts:
            who = parts.directory.unlock(*components(given))
            truth = Truth(
                lots=None if lots is None else frozenset(lots),
                lines=None if lines is None else frozenset(lines),
            )
            drills, workers = parts.recall.drills, parts.workers
            found = asyncio.run(drills.run(cause, given.reason, who, workers, truth))
            case = msgspec.to_builtins(found)
    return _told(case, words_of(given.language))


def _pairs(path: Path | None) -> list[tuple[str, str]] | None:
    if path is None:
        return None
    with path.open(encoding="utf-8", newline="") as file:
        return [(row[0], row[1]) for row in csv.reader(file) if len(row) > 1]


def _told(case: dict[str, Any], w: dict[str, str]) -> int:
    report, cause = case["drilled"], case["cause"]
    _say(f"{w['drill']} {case['id']}\t{cause.get('item', '')}/{cause.get('lot', '')}")
    for name, took in report["phases"]:
        _say(f"{took / 1000:10.1f} ms\t{w['dr_' + name]}")
    _say(f"{report['total_us'] / 1000:10.1f} ms\t{w['dr_total']}")
    counts = (("lots", "rc_lots"), ("units", "rc_units"), ("lines", "rc_lines"))
    for name, word in (*counts, ("consignees", "rc_consignees")):
        _say(f"{report[name]:10}\t{w[word]}")
    _say(f"{len(report['stations']):10}\t{w['dr_online']}")
    _say(f"{len(report['offline']):10}\t{w['dr_offline']}")
    whole = True
    for name, word in (("lots_judged", "rc_lots"), ("lines_judged", "rc_lines")):
        with suppress(KeyError):
            precision, found = shares(report[name])
            whole = whole and report[name][0] == report[name][1] == report[name][2]
            _say(f"{precision} / {found}\t{w['dr_precision']} / {w['dr_recall']}, {w[word]}")
    _say(w["dr_dry"])
    return 0 if whole and report["total_us"] <= report["goal_ms"] * 1000 else MISSED


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
