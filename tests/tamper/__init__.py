"""Every tampering of the table, with many seeds: found, and where it was done."""
