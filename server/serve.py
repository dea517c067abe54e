"""Serving with uvicorn: one process, bounded, graceful when told to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import uvicorn

from server import mirrors
from server.again import again_later
from server.alarms.certificate import warn
from server.api.peers import Limits
from server.app import started
from server.log_lines import log_to
from server.scrub.beside import scrub_beside
from server.standby import hold_turn
from server.uvicorn_config import bounded_config, listen
from sync.faults import Fault

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from datetime import datetime

    from server.api.early import Early
    from server.api.guard import App
    from server.parts import Parts
    from server.tls import Tls
    from server.trace.graph.keeper import Keeper

    Front = Callable[[App], App]

LOG = logging.getLogger("lotbook.server")
STOPPED = 0
DAY_S = 24 * 3_600
KEEP_S = 60.0
"""How often the genealogy's arrays are looked at."""
DISK_S = 5.0
"""How often the disk is looked at."""
RECALLS_S = 30.0
"""How often open recalls are looked at: records that come later may enlarge them."""
MEMORY_LAGS_S = 0.25
"""How much later than a checkpoint the second memory of it is written: after the answers, and once
for all that were signed meanwhile. Who puts a backup back takes longer."""
LOOK_S = 60.0
"""How often it is looked whether the database was opened again."""
TURN_S = 0.0002
"""After so long a thread that computes lets the event loop go on. Python's own 5 ms are waited each
time an answer comes back from the disk or the line, some ten times for each answer.
"""
GARBAGE = 20_000
"""Objects made and not let go until rings among them are looked for; Python's own 700 are a third
of what one group of pushes makes."""


def _bare(app: App) -> App:
    """Nothing stands in front."""
    return app


def _told(_number: int, _frame: object) -> None:
    """Stopping was asked for and is done."""


def serve(
    parts: Parts,
    host: str,
    port: int,
    tls: Tls | None = None,
    limits: Limits | None = None,
    front: Front = _bare,
) -> int:
    """Run until SIGTERM or SIGINT; requests in work are finished first.

    One event loop, one thread: the store is used from nowhere else. ``front``: what stands in
    front of the application.
    """
    log_to(sys.stderr)
    limits = limits or Limits()
    listener = listen(host, port)
    guard, early = started(parts, limits)
    server = uvicorn.Server(bounded_config(front(guard), host, port, tls, limits))
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn stops by the signal and raises it again afterwards: being told is no failure.
        signal.signal(number, _told)
    _leave_aside()
    sys.setswitchinterval(TURN_S)
    asyncio.run(_run(server, listener, parts, tls, early))
    return STOPPED if server.started else 1


def _leave_aside() -> None:
    """Have the collector leave alone what start-up made: each look through it takes 0.1 s."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


async def _run(
    server: uvicorn.Server,
    listener: socket.socket,
    parts: Parts,
    tls: Tls | None,
    early: Early,
) -> None:
    """Ask the witnesses what was signed before, then answer, and submit beside it."""
    memory = parts.book.memory
    memory.later = partial(asyncio.get_running_loop().call_later, MEMORY_LAGS_S)
    await parts.submitter.look_ahead()
    with suppress(Fault):  # the disk refuses, which is said elsewhere
        mirrors.warn(parts.book)
    beside = [asyncio.create_task(work.run()) for work in (parts.submitter, parts.stamper)]
    beside.append(asyncio.create_task(_watch_disk(parts)))
    beside.append(asyncio.create_task(hold_turn(parts.store)))
    beside.append(asyncio.create_task(_watch_files(parts)))
    beside.append(asyncio.create_task(_watch_recalls(parts)))
    seconds = asyncio.get_running_loop().time
    scrub = parts.oversight.scrub
    beside.append(asyncio.create_task(scrub_beside(scrub, seconds, asyncio.sleep)))
    beside.append(asyncio.create_task(_look_through(parts)))
    if parts.genealogy.keeper is not None:
        parts.genealogy.keeper.begin()
        beside.append(asyncio.create_task(_keep(parts.genealogy.keeper, parts)))
    if tls:
        beside.append(asyncio.create_task(_watch(parts, tls.until())))
    for task in beside:
        task.add_done_callback(lambda _: _stop(server))  # its end is a mistake of ours: crash
    beside.append(asyncio.create_task(_make(early, server)))
    try:
        await server.serve(sockets=[listener])
    finally:
        for task in beside:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        memory.write()
        memory.later = None  # what is stated from here on is remembered at once


async def _watch(parts: Parts, until: datetime) -> None:
    """Look at the certificate's end once a day."""
    while True:
        with again_later():
            warn(parts.book, until, parts.clock())
        await asyncio.sleep(DAY_S)


async def _keep(keeper: Keeper, parts: Parts) -> None:
    """Keep the genealogy's arrays grown and on disk."""
    while True:
        with again_later():
            await keeper.keep(parts.workers)
        await asyncio.sleep(KEEP_S)


async def _watch_disk(parts: Parts) -> None:
    """Look at the disk, and at what the rules of alarms ask, every few seconds."""
    while True:
        with again_later():
            parts.disk.look()
            parts.oversight.watch.look()
        await asyncio.sleep(DISK_S)


async def _watch_recalls(parts: Parts) -> None:
    """Hold what is not held yet for an open recall, freeze what records that came later add to it.

    At the start, and once in half a minute.
    """
    while True:
        with again_later():
            if not parts.book.recovery:
                await parts.recall.recalls.watch(parts.workers)
        await asyncio.sleep(RECALLS_S)


async def _look_through(parts: Parts) -> None:
    """Look a long database through each time it was opened; one that is hurt ends the server."""
    looked = 0
    while True:
        opened = parts.store.opened
        if opened != looked:
            try:
                await parts.workers.check(parts.store.looked_through)
            except Fault as fault:
                if fault.code == "database-corrupt":
                    raise
                LOG.warning("the database could not be looked through: %s", fault)
            else:
                looked = opened
        await asyncio.sleep(LOOK_S)


async def _watch_files(parts: Parts) -> None:
    """Read the photos and files again, one every few seconds: 17,000 a day."""
    files = parts.attachments
    while True:
        await asyncio.sleep(DISK_S)
        with again_later():
            digest = "" if parts.book.recovery else files.next()
            if digest and not await parts.workers.check(partial(files.sound, digest)):
                files.hurt(digest)


async def _make(early: Early, server: uvicorn.Server) -> None:
    """Make the whole application; a server that cannot ends."""
    try:
        await early.make()
    except BaseException:
        _stop(server)
        raise
    gc.freeze()  # of what start-up made, as above


def _stop(server: uvicorn.Server) -> None:
    server.should_exit = True
