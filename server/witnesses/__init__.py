"""Witnesses under other administrators: who they are, and submitting checkpoints to them."""
