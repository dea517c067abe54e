"""Frozen bytes: what was once signed must be read and written the same for ever."""
