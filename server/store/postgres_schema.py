"""The tables in PostgreSQL: what makes them, and what the catalogue must say of them ever after.

Truth is append-only by triggers that no session setting turns off (ENABLE ALWAYS), TRUNCATE
included. What start-up compares is a line for each table, column, index, trigger, function and rule
of the schema.
"""

from __future__ import annotations

from server.store.postgres_phrases import COLLATED, TYPES
from server.store.schema import TABLES, Table

_REFUSE = "BEGIN RAISE EXCEPTION 'append-only'; END"
WRITER = (
    'CREATE TABLE writer (term bigint NOT NULL, name text COLLATE "C" NOT NULL, '
    'address text COLLATE "C" NOT NULL, since timestamptz NOT NULL)'
)
"""How often somebody began to write here, who did last, and where it answers the other servers; see
:mod:`server.store.lease`."""

STAMP = "SELECT version_num FROM alembic_version WHERE version_num ~ '^[0-9]{1,6}$'"
VERSION = """CREATE TABLE alembic_version (version_num text COLLATE "C" PRIMARY KEY)"""


def statements() -> list[str]:
    """The SQL that makes an empty database, in order."""
    made = [
        f"CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS '{_quoted(_REFUSE)}'",
        WRITER,
        "INSERT INTO writer VALUES (0, '', '', clock_timestamp())",
        VERSION,
    ]
    return made + [line for name, table in TABLES.items() for line in _create(name, table)]


def _create(name: str, table: Table) -> list[str]:
    columns = [
        " ".join([part.split(":")[0], COLLATED[part.split(":")[1]]]) for part in table.columns
    ]
    columns.append("".join(["PRIMARY KEY (", ", ".join(table.keys), ")"]))
    lines = ["".join(["CREATE TABLE ", name, " (", ", ".join(columns), ")"])]
    lines += [f"CREATE INDEX {name}_{column} ON {name} ({column})" for column in table.index]
    if table.role == "truth":
        lines += [_trigger(name), f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {name}_append_only"]
    return lines


def _trigger(name: str) -> str:
    return (
        f"CREATE TRIGGER {name}_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON {name} "
        "FOR EACH STATEMENT EXECUTE FUNCTION append_only()"
    )


UNFIX = "ALTER TABLE entries DISABLE TRIGGER entries_append_only"
FIX = "ALTER TABLE entries ENABLE ALWAYS TRIGGER entries_append_only"
"""Around the one way by which truth changes."""


def _quoted(text: str) -> str:
    return text.replace("'", "''")


VERSIONED = frozenset(
    {
        "table alembic_version p false",
        "column alembic_version 1 version_num text C true",
        "CREATE UNIQUE INDEX alembic_version_pkey ON alembic_version USING btree (version_num)",
    }
)
"""The lines of alembic's table."""


_WRITERS = frozenset(
    {
        "column writer 1 term bigint - true",
        "column writer 2 name text C true",
        "column writer 3 address text C true",
        "column writer 4 since timestamp with time zone - true",
    }
)


def wanted() -> set[str]:
    """The lines that the catalogue must have."""
    lines = {f"function append_only: {_REFUSE}", "table writer p false"}
    lines |= {*_WRITERS, *VERSIONED}
    for name, table in TABLES.items():
        lines.add(f"table {name} p false")
        lines |= {_column(name, table, number) for number in range(len(table.columns))}
        keys = ", ".join(table.keys)
        lines.add(f"CREATE UNIQUE INDEX {name}_pkey ON {name} USING btree ({keys})")
        lines |= {
            f"CREATE INDEX {name}_{column} ON {name} USING btree ({column})"
            for column in table.index
        }
        if table.role == "truth":
            lines.add(f"trigger A {_trigger(name)}")
    return lines


def _column(name: str, table: Table, number: int) -> str:
    column, kind = table.columns[number].split(":")
    collated = "C" if kind == "t" else "-"
    key = str(number < table.key).lower()
    return f"column {name} {number + 1} {column} {TYPES[kind]} {collated} {key}"


FOUND = r"""
WITH here AS (
  SELECT oid, relname, relkind, relpersistence, relrowsecurity FROM pg_class
  WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
)
SELECT CASE relkind WHEN 'r' THEN 'table' ELSE 'relation ' || relkind::text END
  || ' ' || relname || ' ' || relpersistence::text || ' ' || relrowsecurity::text FROM here
UNION ALL
SELECT 'column ' || relname || ' ' || attnum || ' ' || attname || ' '
  || format_type(atttypid, atttypmod) || ' ' || coalesce(collname, '-') || ' ' || attnotnull
  FROM here JOIN pg_attribute ON attrelid = here.oid AND attnum > 0 AND NOT attisdropped
  LEFT JOIN pg_collation ON pg_collation.oid = attcollation
UNION ALL
SELECT replace(pg_get_indexdef(indexrelid), quote_ident(current_schema()) || '.', '')
  || CASE WHEN indisvalid THEN '' ELSE ' INVALID' END
  FROM here JOIN pg_index ON indrelid = here.oid
UNION ALL
SELECT 'trigger ' || tgenabled::text || ' '
  || replace(pg_get_triggerdef(pg_trigger.oid), quote_ident(current_schema()) || '.', '')
  FROM here JOIN pg_trigger ON tgrelid = here.oid WHERE NOT tgisinternal
UNION ALL
SELECT 'function ' || proname || ': ' || prosrc FROM pg_proc
  WHERE pronamespace = current_schema()::regnamespace
UNION ALL
SELECT 'rule ' || rulename || ' ' || ev_type::text || ' ' || relname
  FROM here JOIN pg_rewrite ON ev_class = here.oid
"""
"""What the catalogue says of the schema that comes first on the search path."""
