"""Ingest: what stations send becomes truth, and projections are folded from it."""
