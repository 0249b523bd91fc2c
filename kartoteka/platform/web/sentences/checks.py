"""Sentences of the doctor: what was looked at, and what to do about what is not well."""

from __future__ import annotations

from typing import Final

from kartoteka.platform.web.sentences.gaps import Sentence

CHECKS: Final[dict[str, Sentence]] = {
    "doctor.database": "The database is sound.",
    "doctor.database_damaged": "The database is damaged: {details:code}",
    "doctor.database_damaged.advice": "Stop the server, keep a copy of the damaged data, and restore the last backup.",
    "doctor.index_pages": "Every page of tables and indexes is sound.",
    "doctor.index_pages_damaged": "Indexes are damaged: {names:code}. The database says: {details}",
    "doctor.index_pages_damaged.advice": (
        "“kartoteka doctor --repair” builds them anew; nothing is lost. Look whether the disk and memory are sound."
    ),
    "doctor.table_pages_damaged": "Tables are damaged. The database says: {details}",
    "doctor.table_pages_damaged.advice": (
        "Stop the server, keep a copy of the damaged data, and restore the last backup."
    ),
    "doctor.amcheck_absent": (
        "Tables and indexes were not read page by page: PostgreSQL's extension amcheck is not in use."
    ),
    "doctor.amcheck_absent.advice": "An administrator of the database says: CREATE EXTENSION amcheck",
    "doctor.amcheck_unknown": (
        "Tables and indexes were not read page by page: this PostgreSQL has no extension amcheck."
    ),
    "doctor.amcheck_unknown.advice": "It comes with the package postgresql-contrib, or your provider can switch it on.",
    "doctor.amcheck_refused": "Tables and indexes were not read page by page: this role may not use {names:code}.",
    "doctor.amcheck_refused.advice": "An administrator of the database says: GRANT EXECUTE ON FUNCTION … TO this role.",
    "doctor.addresses": "E-mail addresses are spelt as they are compared.",
    "doctor.addresses_misspelt": (
        "{count} {count:e-mail address has|e-mail addresses have} capitals from before they were folded: {names:code}."
    ),
    "doctor.addresses_misspelt.advice": (
        "“kartoteka doctor --repair” writes them in lower case. Those that stay are there twice: change one of the two."
    ),
    "doctor.unreadable": "“{name:code}” could not be looked at: {reason}",
    "doctor.unreadable.advice": "Look at what else is said here first; if it stays, restore the last backup.",
    "doctor.system_tables": "The system’s tables are complete (version {version:plain}).",
    "doctor.system_tables_missing": "These system tables, columns or indexes are missing: {names:code}.",
    "doctor.system_tables_missing.advice": (
        "“kartoteka doctor --repair” makes them, empty. If data are gone, restore a backup."
    ),
    "doctor.definitions": "{count} {count:definition|definitions} fit together.",
    "doctor.definitions_broken": "Definitions don’t fit together: {lines:code}",
    "doctor.definitions_broken.advice": "Take the last publish back with “kartoteka undo”, or restore a backup.",
    "doctor.hash": "Configuration {found:code} is the one published.",
    "doctor.hash_differs": "Configuration {found:code} is not the one published ({stored:code}).",
    "doctor.hash_differs.advice": (
        "Somebody has changed definitions past the studio and the command. Compare with “kartoteka export”, "
        "or restore a backup."
    ),
    "doctor.local_layer": "{count} {count:definition|definitions} of your own.",
    "doctor.columns": "Every field has its column.",
    "doctor.columns_missing": "These columns or tables are missing: {names:code}.",
    "doctor.columns_missing.advice": "What was in them is gone from this database. Restore a backup.",
    "doctor.indexes": "Every index is there.",
    "doctor.indexes_missing": "These indexes are missing: {names:code}.",
    "doctor.indexes_missing.advice": "“kartoteka doctor --repair” makes them again; large tables take minutes.",
    "doctor.strays": "These tables or columns belong to nothing: {names:code}.",
    "doctor.strays.advice": "They do no harm. If nobody put them there on purpose, they may be dropped by hand.",
    "doctor.files": "{count} {count:file is|files are} where {count:it belongs|they belong}.",
    "doctor.files_missing": "{count} uploaded {count:file is|files are} not on the disk: {names:code}.",
    "doctor.files_missing.advice": (
        "Copy them from a backup into the folder “files”; the names are those in the archive."
    ),
    "doctor.files_damaged": "{count} uploaded {count:file is|files are} damaged: {names:code}.",
    "doctor.files_damaged.advice": (
        "Copy them from a backup into the folder “files”; the names are those in the archive."
    ),
    "doctor.files_orphaned": "{count} {count:file belongs|files belong} to no record.",
    "doctor.files_orphaned.advice": "They do no harm: uploads that were given up, or of before a restore.",
    "doctor.histories": "The history of every record is whole.",
    "doctor.histories_broken": "The history of {count} {count:record|records} was changed: {names:code}.",
    "doctor.histories_broken.advice": "Somebody has written into the database past the product. Compare with a backup.",
    "doctor.histories_cut": (
        "The newest entries in the history of {count} {count:record|records} are missing: {names:code}."
    ),
    "doctor.histories_cut.advice": "Somebody has written into the database past the product. Compare with a backup.",
    "doctor.index": "The search index finds what it should.",
    "doctor.index_damaged": "The search index is damaged.",
    "doctor.index_damaged.advice": "“kartoteka doctor --repair” builds it anew; searching works meanwhile.",
    "doctor.index_incomplete": "The search index does not cover these yet: {keys:code}.",
    "doctor.index_incomplete.advice": (
        "The worker builds it; without one, “kartoteka doctor --repair” does. Searching works meanwhile."
    ),
    "doctor.index_misses": (
        "The search index does not find {count} {count:record|records} that it should: {names:code}."
    ),
    "doctor.index_misses.advice": "“kartoteka doctor --repair” builds it anew; searching works meanwhile.",
    "doctor.folder": "The workspace {path:code} can be written.",
    "doctor.folder_not_writable": "The workspace {path:code} can’t be written.",
    "doctor.folder_not_writable.advice": "Give the folder to the user under whom the server runs.",
    "doctor.folder_open": "Everybody on this machine may look into {path:code}.",
    "doctor.folder_open.advice": "Take the right away (chmod o-rwx): people’s data and passwords’ hashes lie there.",
    "doctor.disk": "There is room on the disk: {free:size}.",
    "doctor.disk_full": "Only {free:size} are free on the disk.",
    "doctor.disk_full.advice": "Make room, {least:size} at least: backups and long downloads need it.",
    "doctor.clock": "It is {now:code}; people’s time zone is {zone:code}.",
    "doctor.clock_behind": "The clock says {now:code}, and records were written later than that.",
    "doctor.clock_behind.advice": "Set the clock, and let it be kept right by the network.",
    "doctor.time_zone_unknown": "There is no time zone “{name:code}”.",
    "doctor.time_zone_unknown.advice": "Set time_zone in kartoteka.toml to one such as Europe/Warsaw.",
    "doctor.jobs": "No job has failed.",
    "doctor.jobs_failed": "{count} {count:job was|jobs were} given up: {kinds:code}.",
    "doctor.jobs_failed.advice": "The log of the worker says why.",
    "doctor.jobs_stuck": "{count} {count:job has|jobs have} been waiting for more than an hour.",
    "doctor.jobs_stuck.advice": "See that a worker runs: “kartoteka serve” starts one, “kartoteka worker” is one.",
    "doctor.backup": "The last good backup is of {when:code}: {path:code}.",
    "doctor.backup_late": "The last good backup is of {when:code}, which is long ago: {path:code}.",
    "doctor.backup_late.advice": "See that a worker runs and that there is room, or make one: “kartoteka backup FILE”.",
    "doctor.backup_failed": "The last backup failed: {reason}",
    "doctor.backup_failed.advice": "Mend what it says, then make one: “kartoteka backup FILE”.",
    "doctor.backup_damaged": "Stored backups are damaged, as was found when they were verified: {names:code}.",
    "doctor.backup_damaged.advice": "Make another one: “kartoteka backup FILE”. Look whether the disk is sound.",
    "doctor.no_backup": "There is no backup in {path:code} yet.",
    "doctor.no_backup.advice": "The worker makes one at its hour; “kartoteka backup FILE” makes one at once.",
    "doctor.not_repaired": "It could not be repaired: {reason}",
}
