"""Seeded bugs, each with the test that kills it: `make mutants`, and docs/decisions.

A test suite that stays green proves little until it has been seen to go red. Every `.patch` here
is one believable mistake; `index.toml` says what it is, whom it would hurt, and which test finds
it. They are applied to a copy of the tree, never to the tree.
"""
