"""Genealogy: where a lot went, where a lot came from, and what is not known yet."""
