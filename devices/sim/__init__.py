"""Simulated instruments on real pseudo-terminals, with faults on demand. Tests and demo only."""
