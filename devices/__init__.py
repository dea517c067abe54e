"""Equipment drivers: instruments in, readings out; no idea of the work."""
