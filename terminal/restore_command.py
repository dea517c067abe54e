"""``lotbook-terminal restore``: the steps in order, and what a person at the machine reads."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sync.client import HttpSyncService
from sync.clock import SystemClock
from sync.faults import FAULTS, Fault
from sync.keys import BadKey, Verifier
from terminal import enrol as steps
from terminal.machine import machine_marks
from terminal.restore import Restore

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from sync.keys import Signer
    from terminal.config import StationConfig
    from terminal.restore import Restored

_SAID = {
    "aside": ("The old files were moved to {where}.", "旧文件已移至 {where}。"),
    "nothing": ("There were no old files.", "没有旧文件。"),
    "asked": (
        "Asked: two persons, administrator and quality, must approve it now. Key: {vkey}",
        "已申请：现须由管理员和质量人员两人批准。公钥：{vkey}",
    ),
    "waiting": ("Not approved yet; run the same command again.", "尚未批准；请再次执行同一命令。"),
    "sent": ("What the old log still held was sent.", "旧日志中剩余的记录已发送。"),
    "back": (
        "{size} records came back, proved by {proof}. The station works in {origin} from now on.",
        "已取回 {size} 条记录，由 {proof} 证明。本站自此在 {origin} 中运行。",
    ),
    "no-server": (
        "The server's key is missing: give it with --server-vkey.",
        "缺少服务器公钥：请用 --server-vkey 提供。",
    ),
}


def _say(key: str, **params: object) -> None:
    for text in _SAID[key]:
        sys.stdout.write(f"{text.format(**params)}\n")


def restore(
    options: argparse.Namespace,
    config: StationConfig,
    secret: bytes,
    sleep: Callable[[float], None],
) -> int:
    """Run the steps; each may be repeated. The exit code: 0 done, 1 not yet, with a reason."""
    try:
        return _restore(options, config, secret, sleep)
    except (Fault, BadKey) as error:
        hint = f" {error.hint['en']} {error.hint['zh_CN']}" if isinstance(error, Fault) else ""
        sys.stderr.write(f"{error}.{hint}\n")
        return 1


def _restore(
    options: argparse.Namespace,
    config: StationConfig,
    secret: bytes,
    sleep: Callable[[float], None],
) -> int:
    config.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if options.server_vkey:
        steps.keep_server_key(config, options.server_vkey)
    server = steps.server_verifier(config)
    if server is None:
        _say("no-server")
        return 1

    def service(signer: Signer) -> HttpSyncService:
        return HttpSyncService(config.server.url, signer, server=server)

    work = Restore(config, SystemClock(), secret, server, service)
    if work.set_aside():
        _say("aside", where=work.aside)
    else:
        _say("nothing")
    signer = steps.station_key(config, secret)
    door = service(signer)
    door.enrol(config.station.station)
    _say("asked", vkey=Verifier.of(signer).vkey)
    if not steps.await_approval(door, signer.name, options.wait, sleep):
        _say("waiting")
        return 1
    done = work.finish(signer, options.reason, options.person, machine_marks())
    return _finished(done, signer.name)


def _finished(done: Restored, origin: str) -> int:
    if done.handed_over == "sent":
        _say("sent")
    elif done.handed_over:
        told = FAULTS[done.handed_over]
        sys.stdout.write(f"{told.en}\n{told.zh_CN}\n")
    _say("back", size=done.past.size, proof=done.past.proved_by, origin=origin)
    return 0
