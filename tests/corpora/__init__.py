"""The public corpora of hostile input in ../shared, one module each; skipped where it is absent.

Ed25519, JSON, JCS, Merkle and tlog corpora are in tests/sync, those of the instruments in
tests/devices, of bar codes in tests/forms: beside what they test. ``test_all.py`` lists them.
"""
