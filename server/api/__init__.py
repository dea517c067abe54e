"""The HTTP interface: stations and people, one access table, clear errors."""
