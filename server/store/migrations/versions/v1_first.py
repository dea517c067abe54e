"""Version 1: the first that kept anybody's data. Its tables are in ``frozen``."""

revision = "1"
down_revision = None


def upgrade() -> None:
    """Nothing is before it: a new database is made at the newest version."""
