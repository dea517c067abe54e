"""One file per family of instruments."""
