"""A witness for another administrator's box: it cosigns a log, never two histories."""
