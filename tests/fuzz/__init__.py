"""Hostile bytes for every parser that meets the outside: ``python -m tests.fuzz`` (docs/decisions).

Seeded and deterministic: the same seed gives the same inputs. See docs/decisions/0018-fuzzing.md.
"""
