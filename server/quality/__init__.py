"""Quality: the batch read model, readiness for release, holds and the release decision."""
