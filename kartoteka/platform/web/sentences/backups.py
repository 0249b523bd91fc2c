"""Sentences about backups and restoring them."""

from __future__ import annotations

from typing import Final

from kartoteka.platform.web.sentences.gaps import Sentence

BACKUPS: Final[dict[str, Sentence]] = {
    "backup.exists": "There is a file {path} already. Please name another one.",
    "backup.missing": "There is no file {path}. Please check the name.",
    "backup.unknown": "There is no backup “{name}” any more. Please look at the list again.",
    "backup.broken": "{path:code} is no backup, or a damaged one, and can't be read: {reason}",
    "backup.damaged": (
        "The backup is damaged: {name:code} is not what was written into it. Nothing has been changed. "
        "Please take another backup."
    ),
    "backup.strange_file": (
        "The backup holds something that does not belong there: {name:code}. Nothing has been changed. "
        "Please take another backup."
    ),
    "backup.newer": (
        "A newer version of Kartoteka ({version:code}, this one is {known:code}) has made this backup. "
        "Please install the newer version."
    ),
    "backup.not_verified": "It could not be verified: {reason}",
    "backup.holds": "{size:size}: {rows} {rows:row|rows} and {files} {files:file|files}, configuration {hash:code}",
    "backup.lost": (
        "{count} {count:uploaded file|uploaded files} could not be saved whole: missing or damaged on the disk. "
        "“kartoteka doctor” names them."
    ),
    "backup.never": "No backups are made by themselves.",
    "backup.daily": "Every day at {at} ({zone:code}); the newest {keep} {keep:backup stays|backups stay}.",
    "backup.hourly": (
        "Every {hours} {hours:hour|hours}, counted from {at} ({zone:code}); "
        "the newest {keep} {keep:backup stays|backups stay}."
    ),
    "backup.where": "They lie in {path:code} on the server, which has {free:size} left.",
    "restore.other_database": (
        "This backup was made on {name:code} and can be put back only there. "
        "Please name a database of that kind with --database-url."
    ),
    "restore.in_use": (
        "There are data here already. To put the backup in their place, say --replace {name:code}; "
        "what is here now is gone then."
    ),
    "restore.wrong_name": "The workspace is called {name:code}, not {found:code}. Nothing has been changed.",
    "restore.unreadable": "This version can't read the configuration in the backup. Nothing has been changed: {reason}",
}
