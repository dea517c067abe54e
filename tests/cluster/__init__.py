"""A plant on a PostgreSQL of two machines: what is lost with one of them, and what is not."""
