"""`make bench-load`: hundreds of stations at one server process, live and after an outage.

Writes ``out/bench/load.json`` and prints the same as a table. The parts are in ``load/``; those it
shares with ``make bench-sync`` are in ``speed/``.
"""

from __future__ import annotations

import sys
from pathlib import Path

# This file is named like its folder of parts: they must not find it under that name.
HERE = Path(__file__).parent
sys.path[0:1] = [str(HERE / "load"), str(HERE / "speed")]

if __name__ == "__main__":
    from herd import main

    sys.exit(main(sys.argv[1:]))
