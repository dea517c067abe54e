"""The real clock, for composition roots only; everything else is given a ``kinds.Clock``."""

from __future__ import annotations

import time
from datetime import datetime


class SystemClock:
    """The clocks of this machine."""

    def monotonic_ns(self) -> int:
        """Monotonic nanoseconds."""
        return time.monotonic_ns()  # noqa: TID251 - the one real clock of devices

    def now(self) -> datetime:
        """Aware wall time in the station's zone."""
        return datetime.now().astimezone()  # noqa: TID251 - the one real clock of devices
