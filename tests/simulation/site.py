"""The server: the real application over the real store, started, killed, put back from a copy."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast

from server.api.guard import Guard
from server.app import application
from server.folder import DataFolder
from server.parts import Parts
from server.store.opening import DATABASE
from server.store.sqlite import SqliteStore
from server.workers import Workers
from sync.keys import TEST_COST
from tests.simulation.asgi import Answered, Asked, call
from tests.simulation.chance import Bytes, Chance
from tests.simulation.clocks import MachineClock
from tests.simulation.disk import (
    SERVER,
    Disk,
    Image,
    PowerCut,
    SiteStore,
    image_of,
    put_back,
)
from tests.simulation.troubles import Troubles
from tests.simulation.world import MINUTE, SECOND, World

T = TypeVar("T")


class SiteGone(Exception):
    """Nobody answers at the server's address."""

    def __init__(self, *, while_it_worked: bool) -> None:
        """``while_it_worked``: it died over this very request."""
        super().__init__()
        self.while_it_worked = while_it_worked


class SiteFolder(DataFolder):
    """The server's data folder on a simulated disk."""

    def __init__(self, path: Path, clock: MachineClock, random: Bytes, disk: Disk) -> None:
        """At ``path``; secrets cost little."""
        super().__init__(path, clock, random, TEST_COST)
        self._disk = disk

    def _store(self) -> SqliteStore:
        return SiteStore(self.path / DATABASE, self._disk)


class SameThread(Workers):
    """Derivations and documents at once, in the one thread there is."""

    async def derive(self, work: Callable[[], T]) -> T:
        """Run a derivation from a secret."""
        return work()

    async def render(self, work: Callable[[], T]) -> T:
        """Make a document."""
        return work()


class StillLoop(asyncio.SelectorEventLoop):
    """An event loop that lives in simulated time."""

    def __init__(self, world: World) -> None:
        """Its clock is the world's."""
        self._world = world
        super().__init__()

    def time(self) -> float:
        """Seconds since the run began."""
        return self._world.now_ns / SECOND


class Running:
    """Stands for the parts of the server that runs now."""

    parts: Parts

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - any part
        """A part of the server that runs now."""
        return getattr(self.parts, name)


class Program:
    """The server's program, built once in a process: that takes longer than a whole run.

    Started again, it is the same program over other parts.
    """

    def __init__(self) -> None:
        """Not built yet."""
        self._running, self._app = Running(), cast("Guard | None", None)

    def over(self, parts: Parts) -> Guard:
        """The application over ``parts``."""
        self._running.parts = parts
        if self._app is None:
            self._app = application(cast("Parts", self._running))
        return self._app


PROGRAM = Program()


class Site:
    """The server's machine."""

    def __init__(self, world: World, troubles: Troubles, chance: Chance, folder: Path) -> None:
        """Over a founded data folder; not started yet."""
        self._world, self._troubles, self._folder = world, troubles, folder
        self.clock = MachineClock(world, "server")
        self._random = Bytes(chance.stream("server"))
        self.disk = Disk(world, troubles, "server", SERVER)
        self._loop: asyncio.Runner | None = None
        self._died: BaseException | None = None
        """What ended the program beside a request (it folds between them)."""
        self._open: ExitStack | None = None
        self._parts: Parts | None = None
        self._app: object = None
        self._held_down = False

    # --- power ---------------------------------------------------------------------------------

    @property
    def up(self) -> bool:
        """Whether it answers."""
        return self._parts is not None

    @property
    def parts(self) -> Parts:
        """The running server's parts: for the oracle and the verdict, which look at the truth."""
        assert self._parts is not None, "the server is down"
        return self._parts

    @property
    def recovering(self) -> bool:
        """Whether it signs nothing, because its log is older than what the world has seen of it."""
        return self._parts is not None and self._parts.book.recovery

    def start(self) -> None:
        """Start it, unless it is running or somebody holds it down."""
        if self.up or self._held_down:
            return
        self.clock.boot_again()
        stack = ExitStack()
        folder = SiteFolder(self._folder, self.clock, self._random, self.disk)
        self._parts = stack.enter_context(folder.open())
        self._parts.office.drain()
        self._app = PROGRAM.over(replace(self._parts, workers=SameThread()))
        self._open = stack
        self._loop = asyncio.Runner(loop_factory=lambda: StillLoop(self._world))
        self._loop.get_loop().set_exception_handler(self._beside)
        self.disk.armed = True
        self._world.say("server", f"starts with {self._parts.book.size} leaves")

    def stop(self) -> None:
        """It is gone; what was committed stays."""
        self.disk.armed = False
        if self._loop is not None:
            self._loop.close()
        if self._open is not None:
            self._open.close()
        self._loop = self._open = self._parts = self._app = self._died = None

    def crash(self, back_after_ns: int) -> None:
        """It dies, and is started again some time later."""
        self.stop()
        self._world.say("server", "dies")
        self._world.after(back_after_ns, self.start)

    def hold_down(self, span_ns: int) -> None:
        """It is down for a planned time."""
        self.stop()
        self._held_down = True
        self._world.say("server", f"is down for {span_ns // MINUTE} min")
        self._world.after(span_ns, self.let_up)

    def let_up(self) -> None:
        """Nobody holds it down any more."""
        self._held_down = False
        self.start()

    def _beside(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Something was raised beside a request: whoever waits for an answer gets none."""
        self._died = context.get("exception") or RuntimeError(context["message"])
        for task in asyncio.all_tasks(loop):
            task.cancel()

    # --- images --------------------------------------------------------------------------------

    def image(self) -> Image:
        """A copy of its disk, made while it is stopped for a moment."""
        was_up = self.up
        self.stop()
        image = image_of(self._folder)
        if was_up:
            self.start()
        return image

    def restore(self, image: Image) -> None:
        """Yesterday's copy is put back and started."""
        self.stop()
        put_back(self._folder, image)
        self._world.say("server", "an old copy is put back")
        self.start()

    # --- asking --------------------------------------------------------------------------------

    def handle(self, asked: Asked, arrives: int | None = None) -> Answered:
        """Answer a request. Raises SiteGone if the server is down, or dies over it."""
        if self._loop is None:
            raise SiteGone(while_it_worked=False)
        try:
            answer = self._asked(self._loop, asked, arrives)
        except PowerCut as cut:
            self.crash(self._troubles.random.randint(1, 30) * MINUTE)
            raise SiteGone(while_it_worked=True) from cut
        return answer

    def _asked(self, loop: asyncio.Runner, asked: Asked, arrives: int | None) -> Answered:
        """The application's answer; raises what ended the program meanwhile."""
        try:
            answer = loop.get_loop().run_until_complete(call(self._app, asked, arrives))
        except asyncio.CancelledError:
            if self._died is None:
                raise
            answer = Answered()
        died, self._died = self._died, None
        if died is not None:
            raise died
        return answer
