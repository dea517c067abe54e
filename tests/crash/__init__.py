"""Power cuts: what a disk may hold afterwards, and whether everything promised is there."""
