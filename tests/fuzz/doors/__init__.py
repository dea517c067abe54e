"""The doors by what comes through them; each module lists its ``TARGETS``."""
