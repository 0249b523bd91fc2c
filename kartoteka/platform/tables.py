"""The system's own tables. Their names begin with `kt_`, those of entities with `e_`."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

from kartoteka.metadata.columns import Moment, exact_text

SCHEMA_VERSION = 7
"""Version of these tables. Code refuses a database of a newer one."""

metadata = MetaData()
Serial = BigInteger().with_variant(Integer, "sqlite")

state = Table(
    "kt_state",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("schema_version", Integer, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
    comment="One row: which configuration is in force",
)

layer = Table(
    "kt_layer",
    metadata,
    Column("key", exact_text(), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("manifest", JSON),
    Column("rows", JSON, nullable=False, default=dict),
)

row_set = Table(
    "kt_row_set",
    metadata,
    Column("digest", exact_text(), primary_key=True),
    Column("rows", JSON, nullable=False),
    comment="Reference data that packages brought: what layers and the journal name by digest",
)

definition = Table(
    "kt_definition",
    metadata,
    Column("layer", exact_text(), primary_key=True),
    Column("kind", exact_text(), primary_key=True),
    Column("entity", exact_text(), primary_key=True),
    Column("key", exact_text(), primary_key=True),
    Column("tree", JSON, nullable=False),
)

decision = Table(
    "kt_decision",
    metadata,
    Column("package", exact_text(), primary_key=True),
    Column("definition", exact_text(), primary_key=True),
    Column("property", exact_text(), primary_key=True),
    Column("choice", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("at", Moment, nullable=False),
    comment="What was decided where an upgrade of a package met the client's own changes",
)

journal = Table(
    "kt_journal",
    metadata,
    Column("number", Serial, primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("why", Text, nullable=False, default=""),
    Column("hash_before", Text, nullable=False),
    Column("hash_after", Text, nullable=False),
    Column("changes", JSON, nullable=False),
    Column("layers_before", JSON, nullable=False),
    Column("layers_after", JSON, nullable=False),
    Column("undoes", BigInteger),
    Column("milliseconds", Integer, nullable=False),
    sqlite_autoincrement=True,
)

draft = Table(
    "kt_draft",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("name", Text, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("is_open", Integer, nullable=False, default=1),
    Column("base_hash", Text, nullable=False),
    Column("changes", JSON, nullable=False),
    Column("decisions", JSON, nullable=False, default=dict),
    Column("changed_at", Moment, nullable=False),
    sqlite_autoincrement=True,
)

preparation = Table(
    "kt_preparation",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("status", exact_text(), nullable=False),
    Column("job_id", BigInteger, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("actor", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("undoes", BigInteger),
    Column("draft_id", BigInteger),
    Column("base_hash", Text, nullable=False),
    Column("plan", JSON, nullable=False),
    Column("works", JSON, nullable=False),
    Column("mark", BigInteger, nullable=False),
    Column("problems", JSON, nullable=False),
    Column("entry", BigInteger),
    Index("kt_preparation_open", "status"),
    comment="Publishes over big tables: what is made ready for them before they take effect",
    sqlite_autoincrement=True,
)

entity_table = Table(
    "kt_table",
    metadata,
    Column("name", exact_text(), primary_key=True),
    Column("entity", exact_text(), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("columns", Integer, nullable=False),
    comment="Physical names are assigned once and never reused",
)

placement = Table(
    "kt_placement",
    metadata,
    Column("table", exact_text(), primary_key=True),
    Column("column", exact_text(), primary_key=True),
    Column("entity", exact_text(), nullable=False),
    Column("field", exact_text(), nullable=False),
    Column("role", exact_text(), nullable=False),
    Column("type", Text, nullable=False),
    comment="Which column holds which field; a key with # and a revision was set aside then, one with + is made ready",
)

entity_index = Table(
    "kt_index",
    metadata,
    Column("name", exact_text(), primary_key=True),
    Column("entity", exact_text(), nullable=False),
    Column("field", exact_text(), nullable=False),
    Column("role", exact_text(), nullable=False),
    Column("unique", Boolean, nullable=False),
    Column("within", exact_text(), nullable=False, default=""),
)

history = Table(
    "kt_history",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("entity", exact_text(), nullable=False),
    Column("record_id", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("user_id", BigInteger),
    Column("action", exact_text(), nullable=False),
    Column("changes", JSON, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Index("kt_history_record", "entity", "record_id", "id"),
    sqlite_autoincrement=True,
)

former_key = Table(
    "kt_former_key",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("entity", exact_text(), nullable=False),
    Column("key", exact_text(), nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("name", exact_text(), nullable=False),
    Index("kt_former_key_entity", "entity", "id"),
    comment="What the history wrote under a key up to an entry belongs to the field of this name",
    sqlite_autoincrement=True,
)

job = Table(
    "kt_job",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("kind", exact_text(), nullable=False),
    Column("payload", JSON, nullable=False),
    Column("status", exact_text(), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("leased_until", Moment),
    Column("attempts", Integer, nullable=False),
    Column("progress", JSON),
    Column("result", JSON),
    Column("error", Text),
    Column("user_id", BigInteger),
    Index("kt_job_open", "status", "kind", "id"),
    sqlite_autoincrement=True,
)

sequence = Table(
    "kt_sequence",
    metadata,
    Column("entity", exact_text(), primary_key=True),
    Column("field", exact_text(), primary_key=True),
    Column("next", BigInteger, nullable=False),
)

reference = Table(
    "kt_reference",
    metadata,
    Column("package", exact_text(), primary_key=True),
    Column("entity", exact_text(), primary_key=True),
    Column("ref", exact_text(), primary_key=True),
    Column("record_id", BigInteger, nullable=False),
    Column("version", Integer),
    comment="Rows that came with a package, by their stable ref, and the version that a publish wrote last",
)

credential = Table(
    "kt_credential",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("password", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

session = Table(
    "kt_session",
    metadata,
    Column("digest", LargeBinary, primary_key=True),
    Column("user_id", BigInteger, nullable=False),
    Column("csrf", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("kt_session_user", "user_id"),
)

token = Table(
    "kt_token",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("user_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("used_at", Moment),
    UniqueConstraint("digest", name="kt_token_digest"),
    sqlite_autoincrement=True,
)

throttle = Table(
    "kt_throttle",
    metadata,
    Column("key", exact_text(), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("until", Moment, nullable=False),
)

recent = Table(
    "kt_recent",
    metadata,
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("entity", exact_text(), primary_key=True),
    Column("record_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    comment="What each person opened lately",
)

setting = Table(
    "kt_setting",
    metadata,
    Column("name", exact_text(), primary_key=True),
    Column("value", JSON, nullable=False),
    comment="What administrators have set in the studio, in place of what the operator's settings say",
)
