"""`make bench-sync`: how fast a signed record is kept, sent and checked, beside limits and peers.

Writes ``out/bench/sync.json`` and prints the same as a table. Everything is measured in one run on
this machine, so that ratios hold even while others use it. The parts are in ``speed/``.
"""

from __future__ import annotations

import sys
from pathlib import Path

# This file is named like the package it measures: the parts must not find it under that name.
sys.path[0] = str(Path(__file__).parent / "speed")

if __name__ == "__main__":
    from run import main

    sys.exit(main(sys.argv[1:]))
