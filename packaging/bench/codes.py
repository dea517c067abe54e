"""`make bench-codes`: how many codes of the public set are read, beside three libraries alone.

Writes ``out/bench/codes.json`` and prints the same as a table. The parts are in ``codes/``.
"""

from __future__ import annotations

import sys
from pathlib import Path

# This file is named like the package it measures: the parts must not find it under that name.
sys.path[0] = str(Path(__file__).parent / "codes")
sys.path.append(str(Path(__file__).parent / "speed"))

if __name__ == "__main__":
    from bench import main

    sys.exit(main(sys.argv[1:]))
