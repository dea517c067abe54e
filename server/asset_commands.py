"""``assets list`` and ``assets look-back ID``: instruments from the command line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from forms.rights import Action
from server.trace.touched import LookBack

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from server.folder import DataFolder
    from server.parts import Parts
    from server.ways import Ways


class AssetCommands:
    """What the two commands do, at a running server or on the folder of a stopped one."""

    def __init__(self, ways: Ways) -> None:
        """By the ways to either."""
        self._ways = ways

    def add(
        self,
        verbs: argparse._SubParsersAction[argparse.ArgumentParser],
        signed: Callable[[argparse.ArgumentParser], argparse.ArgumentParser],
    ) -> None:
        """``assets STEP``."""
        assets = verbs.add_parser("assets", help="instruments and their calibration")
        steps = assets.add_subparsers(dest="step", required=True, metavar="STEP")
        listed = signed(steps.add_parser("list", help="all, those due first before the others"))
        listed.set_defaults(run=self.list)
        back = signed(
            steps.add_parser("look-back", help="every reading since the last good calibration")
        )
        back.add_argument("id")
        back.add_argument("--json", action="store_true", help="the whole answer as JSON lines")
        back.set_defaults(run=self.look_back)

    def list(self, given: argparse.Namespace, folder: DataFolder | None) -> int:
        """Each asset, its due date and how it stands."""
        if given.url:
            found = self._ways.remote(given).call("GET", "/api/assets")["assets"]
            rows = [(one["asset"], one["standing"]["message"]) for one in found]
        else:
            with self._ways.opened(folder) as parts:
                self._note(given, parts, "assets", len(parts.catalogue.assets()))
                rows = list(_standing(parts, given.language))
        for asset, words in sorted(rows, key=lambda row: row[0].get("calibration_due") or "9"):
            due = asset.get("calibration_due") or "-"
            _say(f"{asset['id']}\t{asset['serial_number']}\t{due}\t{words}")
        return 0

    def look_back(self, given: argparse.Namespace, folder: DataFolder | None) -> int:
        """Readings and lots, one line each; says what is not known yet."""
        if given.url:
            pages = list(self._remote_pages(given))
        else:
            with self._ways.opened(folder) as parts:
                pages = list(self._pages(given, parts))
        for page in pages:
            if given.json:
                _say(msgspec.json.encode(page).decode())
        if not given.json:
            _tell(pages)
        return 0

    def _remote_pages(self, given: argparse.Namespace) -> Iterator[LookBack]:
        remote = self._ways.remote(given)
        start: int | None = 0
        while start is not None:
            path = f"/api/assets/{quote(given.id, safe='')}/look-back?start={start}"
            page = msgspec.convert(remote.call("GET", path), LookBack, strict=False)
            yield page
            start = page.more_from

    def _pages(self, given: argparse.Namespace, parts: Parts) -> Iterator[LookBack]:
        start: int | None = 0
        while start is not None:
            page = parts.instruments.look_backs.of(given.id, start)
            self._note(given, parts, given.id, len(page.readings))
            yield page
            start = page.more_from

    def _note(self, given: argparse.Namespace, parts: Parts, about: str, count: int) -> None:
        """Every reading of records is recorded, by whom."""
        who = parts.sessions.check(*self._ways.components(given))
        who.must(Action.OVERSEE)
        parts.trail.note(who.person.id, f"assets {given.step}", about, count)


def _standing(parts: Parts, language: str) -> Iterator[tuple[dict[str, Any], str]]:
    for asset in parts.catalogue.assets():
        words = parts.instruments.calibrations.standing(asset).words(language)
        yield msgspec.to_builtins(asset), words


def _tell(pages: list[LookBack]) -> None:
    first = pages[0]
    since = first.window.since or "the beginning"
    until = first.window.until or "now"
    _say(f"{first.asset}: {first.total} readings from {since} to {until}; "
         f"{first.within_error} within the error found, {first.not_judged} not judged")  # fmt: skip
    for page in pages:
        for one in page.readings:
            margin = "-" if one.margin is None else f"{one.margin:f}"
            _say(f"{one.at}\t{one.station}\t{one.job}\t{one.operation}/{one.step}\t"
                 f"{one.value} {one.unit}\t{margin}\t{one.doubt}")  # fmt: skip
    for lot in first.lots:
        _say(f"lot {lot.item}/{lot.lot}\t{lot.status}\t{lot.readings} readings\t"
             f"{', '.join(lot.serials) or '-'}")  # fmt: skip
    for gap in first.not_known:
        _say(f"not known yet: {gap.code} {gap.about} {gap.since}".rstrip())


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
