"""How a command of ``lotbook-server`` comes to a server: running, or stopped."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from server.folder import DataFolder
    from server.integrate.remote import Remote
    from server.parts import Parts


class Ways(NamedTuple):
    """What every command needs that reads or acts at either."""

    remote: Callable[[argparse.Namespace], Remote]
    """Asks a running server."""
    opened: Callable[[DataFolder | None], AbstractContextManager[Parts]]
    """Opens the folder of a stopped one."""
    components: Callable[[argparse.Namespace], tuple[str, str]]
    """Badge and secret of who signs."""
