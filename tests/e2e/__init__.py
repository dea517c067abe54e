"""End to end: the demo as a test."""
