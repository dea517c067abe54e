"""One step a file: what a version adds to the one before."""
