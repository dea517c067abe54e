"""People and stations: who may do what, enrolled by two, and their sessions."""
