"""Sentences for whoever runs the product: its folder, settings, database, people and tokens."""

from __future__ import annotations

from typing import Final

from kartoteka.platform.web.sentences.gaps import Sentence

OPERATIONS: Final[dict[str, Sentence]] = {
    "workspace.none": "There is no workspace in {path}. Please make one with “kartoteka init”, or name another folder.",
    "workspace.exists": "{path} is a workspace already. Please name another folder.",
    "workspace.folder_in_use": "There are other things in {path}. Please name an empty folder.",
    "server.port_taken": (
        "Another program listens on port {port:plain} of {host}. Please end it, or choose another port with --port."
    ),
    "server.no_address": "This machine can't listen on {host}, port {port:plain}: {reason}",
    "settings.not_toml": "The settings can't be read: {reason}",
    "settings.wrong": "The setting “{name}” can't be used: {reason}",
    "database.unreachable": (
        "The database {url} does not answer: {reason}",
        "The database {url} does not answer.",
        "The database does not answer.",
    ),
    "database.newer": (
        "A newer version of Kartoteka has used this database (format {found:plain}, this one knows {known:plain}). "
        "Please install the newer version."
    ),
    "remote.no_address": "{url} is no address of a workspace. Please begin it with https://.",
    "remote.unreachable": "{url} does not answer: {reason}",
    "remote.strange": "{url} answers, but not as a workspace does ({status:plain}). Please check the address.",
    "layer.unknown": (
        "There is no layer “{key}”. Please use one of these: {known:or}.",
        "There is no layer “{key}”.",
    ),
    "person.unknown": "There is nobody with the address {email}. Please check it.",
    "role.unknown": (
        "There is no role “{key}”. Please use one of these: {known:or}.",
        "There is no role “{key}”.",
    ),
    "token.unknown": "There is no token No. {number:plain}.",
    "export.no_layers": "The file {file} should name the layers of this export and does not. Please export anew.",
    "export.folder_in_use": "There are other things in {path}. Please name an empty folder.",
    "file.lost": "This file is not on the disk any more. Please ask your administrator to restore it from a backup.",
    "job.not_found": "This task is gone. Please start it again.",
}
"""Everything that is said on the command line and to operators alone."""
