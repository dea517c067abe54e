"""Alarms: raised by ingest and sign-in as statements, closed by a person who says why."""
