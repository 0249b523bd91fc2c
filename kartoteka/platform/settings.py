"""Settings of a workspace: `kartoteka.toml`, overridden by KARTOTEKA_... variables. Each has a default that works."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

FILE = "kartoteka.toml"
SECRET: dict[str, Any] = {"secret": True}
"""Marks what may hold a password: it stays out of backups."""


class Settings(BaseSettings):
    """What an operator may set."""

    model_config = SettingsConfigDict(env_prefix="KARTOTEKA_", extra="ignore", frozen=True)

    workspace: Path = Field(default=Path(), description="The workspace folder: data, files, index.")
    database_url: str = Field(
        default="", description="Database; a SQLite file in the workspace where it is empty.", json_schema_extra=SECRET
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, description="Port to listen on.")
    secure_cookies: bool = Field(default=False, description="True behind HTTPS: cookies never travel in the clear.")
    session_hours: int = Field(default=24 * 14, ge=1, description="Hours after which a person logs in again.")
    upload_megabytes: int = Field(default=50, ge=1, description="Largest file that may be uploaded.")
    language: str = Field(default="en", description="Language of people who have chosen none.")
    time_zone: str = Field(default="UTC", description="Time zone of people who have chosen none.")
    demo: bool = Field(default=False, description="Offer to enter as one of the sample people, without a password.")
    search_engine: Literal["whoosh", "fts5"] = Field(
        default="whoosh", description="What keeps the search index: whoosh, or fts5 (SQLite's), faster with large data."
    )
    metrics: bool = Field(default=False, description="Serve /-/metrics to others than this machine.")
    worker: bool = Field(default=True, description="Let `serve` start a worker process for jobs.")

    backup_folder: str = Field(
        default="backups", description="Where scheduled backups lie; a relative path begins at the workspace."
    )
    backup_hours: int = Field(
        default=24, ge=0, le=24 * 7, description="Hours from one scheduled backup to the next; 0 makes none."
    )
    backup_at: int = Field(
        default=2, ge=0, le=23, description="Hour of the day, in the workspace's time zone, at which they are counted."
    )
    backup_keep: int = Field(default=7, ge=1, description="Scheduled backups that are kept; older ones are removed.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read arguments first, then variables, then the workspace's file."""
        workspace = Path(init_settings().get("workspace") or env_settings().get("workspace") or ".")
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, workspace / FILE)

    @property
    def backups(self) -> Path:
        """The folder of scheduled backups."""
        return self.workspace / self.backup_folder

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{(self.workspace / 'data' / 'kartoteka.db').resolve()}"


def is_secret(name: str) -> bool:
    """Tell whether a setting must not leave this machine; one that is not known is taken for secret."""
    field = Settings.model_fields.get(name)
    return field is None or field.json_schema_extra == SECRET


def readable_settings(text: str) -> dict[str, Any]:
    """Return what a settings file sets that may leave this machine. Raises ValueError for what is no TOML."""
    return {name: value for name, value in tomllib.loads(text).items() if not is_secret(name)}


def load_settings(workspace: Path, **overrides: Any) -> Settings:
    """Return the settings of a workspace folder."""
    return Settings(workspace=workspace, **overrides)
