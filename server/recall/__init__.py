"""Recalls: the case from a suspect lot to its termination, and the drill that practises it."""
