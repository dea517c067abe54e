"""A server put back from a backup: it notices, signs nothing, and is fed again by the stations."""
