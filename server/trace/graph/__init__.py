"""The genealogy in memory: one more projection, in arrays."""
