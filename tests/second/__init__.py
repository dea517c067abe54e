"""A second verifier, written from the documents alone with other people's libraries."""
