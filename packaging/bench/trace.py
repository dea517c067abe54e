"""`make bench-trace`: recall and genealogy on both stores, beside databases, graphs and a C walk.

Writes ``out/bench/trace.json`` and prints the same as a table. What is made (the plant, the
databases) is kept in ``out/bench/trace-LOTS/`` for the next run. The parts are in ``trace/``.
"""

from __future__ import annotations

import sys
from pathlib import Path

# This file is named like its folder of parts: they must not find it under that name.
HERE = Path(__file__).parent
sys.path[0:1] = [str(HERE / "trace"), str(HERE / "speed")]

if __name__ == "__main__":
    from run_trace import main

    sys.exit(main(sys.argv[1:]))
