"""``where-used`` and ``where-from``: a lot's or a unit's genealogy, on the command line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import msgspec

from server.commands import opened, remote
from server.trace import heard
from server.trace.asked import lot_of_serial
from server.trace.genealogy import MOST_USES
from server.trace.reach import LotId
from server.words import Refusal

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from server.folder import DataFolder

VERBS = {"where-used": "where a lot went", "where-from": "what went into a lot"}


def add(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    signed: Callable[[argparse.ArgumentParser], argparse.ArgumentParser],
) -> None:
    """Both, of a lot or of the lot of a serial number."""
    for verb, what in VERBS.items():
        one = signed(verbs.add_parser(verb, help=what))
        asked = one.add_mutually_exclusive_group(required=True)
        asked.add_argument("lot", nargs="?", default="", metavar="ITEM/LOT")
        asked.add_argument("--serial", default="", help="of a unit, instead of a lot")
        one.set_defaults(run=run)


def named(text: str) -> LotId:
    """``ITEM/LOT``; Refusal that says how it is written."""
    item, slash, lot = text.partition("/")
    if not (item and slash and lot):
        raise Refusal("lot-misspelt", given=text[:64])
    return LotId(item, lot)


def run(given: argparse.Namespace, folder: DataFolder | None) -> int:
    """Tell every step, nearest first, and what is not known yet."""
    lot = named(given.lot) if given.lot else None
    if given.url:
        asked = lot._asdict() if lot else {"serial": given.serial}
        found = remote(given).call("GET", f"/api/trace/{given.verb}?{urlencode(asked)}")
    else:
        with opened(folder) as parts:
            genealogy = parts.genealogy
            lot = lot or lot_of_serial(genealogy.graph.view(), given.serial)
            heard.demand(genealogy, parts.store, lot)
            ask = genealogy.where_used if given.verb == "where-used" else genealogy.where_from
            found = msgspec.to_builtins(ask(*lot))
    _told(found)
    return 0


def _told(found: dict[str, Any]) -> None:
    _say(f"{found['item']}/{found['lot']}\t{found['reached']} lots")
    if not (found["reached"] or found["shipment_lines"]):
        _say("?\tit is known, and nothing is recorded in this direction")
    for use in found["uses"]:
        one = f"{use['item']}/{use['lot']}\t{use['into_item']}/{use['into_lot']}"
        _say(f"{use['depth']}\t{one}\t{use['quantity']} {use['unit']}\t{use['at']}\t{use['job']}")
    for line in found["shipment_lines"]:
        where = f"{line['shipment']}/{line['line']}\t{line['consignee']}"
        _say(f">\t{line['item']}/{line['lot']}\t{where}\t{line['quantity']} {line['unit']}")
    if len(found["uses"]) >= MOST_USES:
        _say(f"?\tonly the nearest {MOST_USES} uses are listed")
    for one in found["not_known"]:
        _say(f"?\t{one['code']}\t{one['about']}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
