"""Reading everything stored again, in small pieces, while the server serves."""
