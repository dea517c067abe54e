"""What the stations do: record and send live, or come back all at once with a backlog."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sync.backoff import Backoff
from sync.faults import Fault
from sync.framing import pack_push

if TYPE_CHECKING:
    from random import Random

    from station import Station
    from wire import Wire

EVERY_S = 0.5
"""A station's live records: 20 in 10 s, evenly, each station with a phase of its own."""


@dataclass
class Tally:
    """What was seen."""

    took: list[float] = field(default_factory=list)
    """Seconds from when a record was due to be made until its receipt came."""
    errors: Counter[str] = field(default_factory=Counter)
    busy: int = 0
    """How often the server asked to come again later."""
    pushes: int = 0
    done: int = 0
    """Stations whose backlog is accepted."""


async def live(
    station: Station, wire: Wire, tally: Tally, chance: Random, until: asyncio.Event
) -> None:
    """Each record leaves at once; those made while an answer is awaited leave together after it.

    So does the real outbox (``Outbox.send_new``). A late answer makes none of the later records
    later: they are due by the clock, and their waiting counts.
    """
    began = time.perf_counter() + chance.random() * EVERY_S
    backoff, sent, total = Backoff(chance.random), 0, len(station.entries)
    while sent < total:
        await asyncio.sleep(max(0.0, began + sent * EVERY_S - time.perf_counter()))
        if until.is_set():
            return
        made = min(total, int((time.perf_counter() - began) / EVERY_S) + 1)
        try:
            await wire.push(sent, _body(station, sent, made), made)
        except (Fault, OSError, EOFError, TimeoutError) as error:
            await _wait(tally, backoff, error, wire)
            continue
        backoff.succeeded()
        now = time.perf_counter()
        tally.took += [now - (began + index * EVERY_S) for index in range(sent, made)]
        tally.pushes += 1
        sent = made


def _body(station: Station, sent: int, made: int) -> bytes:
    """The push of the records from ``sent`` on, those at ``made`` and later not included."""
    if made == sent + 1:
        return station.singles[sent]
    return pack_push(station.entries[sent:made], station.heads[made - 1])


async def come_back(station: Station, wire: Wire, tally: Tally, chance: Random) -> None:
    """A line that was cut is there again: session, the server's head, everything above it."""
    backoff, batch = Backoff(chance.random), station.backlog
    body = pack_push(batch.entries, batch.head)
    station.token = ""
    while True:
        try:
            if not station.token:
                await wire.sign_in()
            have = await wire.head(batch.stop)
            if have.size < batch.stop:
                await wire.push(batch.start, body, batch.stop)
        except (Fault, OSError, EOFError, TimeoutError) as error:
            await _wait(tally, backoff, error, wire)
        else:
            tally.done += 1
            return


async def _wait(tally: Tally, backoff: Backoff, error: Exception, wire: Wire) -> None:
    """As the terminal does: longer after each failure, at least what the server asked for."""
    fault = error if isinstance(error, Fault) else Fault("answer-lost", type(error).__name__)
    if fault.code == "server-busy":
        tally.busy += 1
    else:
        tally.errors[f"{fault.code}: {fault.detail}"[:120]] += 1
    if not isinstance(error, Fault):
        await wire.hang_up()
    await asyncio.sleep(backoff.failed(fault))
