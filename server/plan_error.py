"""A plan that cannot be used; by itself, because who founds nothing waits for no YAML."""

from __future__ import annotations


class PlanError(Exception):
    """The text names the file, the key and the cure."""
