"""A made-up plant's history as files for ``lotbook-server import-genealogy``, and its truth.

    genealogy.py DIR [--lots 1000000] [--seed 1]

The same size and seed give the same bytes. ``truth.json`` says of some lots and serials what a
trace must answer; it is found by another method than any walk (``trace/truth.py``).
"""

from __future__ import annotations

import sys
from pathlib import Path

# This file is named like the part it calls, and lies beside one named like a package.
sys.path[0] = str(Path(__file__).parent / "trace")

if __name__ == "__main__":
    from genealogy import main

    sys.exit(main(sys.argv[1:], __doc__ or ""))
