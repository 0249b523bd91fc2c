"""The routes of this room."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from kartoteka.admin import (
    adding,
    backups,
    card_layouts,
    checking,
    completing,
    drafting,
    entities,
    field_rights,
    fields,
    form_layouts,
    journal,
    lists,
    mending,
    menus,
    origins,
    overview,
    packages,
    people,
    publishing,
    renaming,
    retired,
    retiring,
    reviews,
    roles,
    undoing,
    upgrades,
)
from kartoteka.admin.desk import PUBLISHING_URL
from kartoteka.admin.guard import Again, done, kept, seen
from kartoteka.admin.pages import SOURCES_URL
from kartoteka.platform.web.endpoints import Act, View

ROOT = "/-/admin"
ENTITY = f"{ROOT}/entity/{{entity}}"
FIELD = f"{ENTITY}/field/{{field}}"
LIST = f"{ENTITY}/list/{{list}}"
ROLE = f"{ROOT}/role/{{role}}"
RETIRED = f"{ROOT}/retired/{{entity}}/{{field}}/{{number}}"
PERSON = f"{ROOT}/people/{{id}}"
ONE_DRAFT = f"{ROOT}/drafts/{{number}}"
ENTRY = f"{ROOT}/journal/{{number}}"


def _shown(path: str, view: View) -> Route:
    return Route(path, seen(view), methods=["GET"])


def _done(path: str, act: Act, again: Again | None = None) -> Route:
    return Route(path, done(act, again), methods=["POST"])


def _kept(path: str, view: View, again: Again | None = None) -> Route:
    return Route(path, kept(view, again), methods=["POST"])


def _upgrading(url: str) -> tuple[Route, ...]:
    """Return the routes of what is to be done with a package: looked at, decided, published."""
    return (
        _shown(url, upgrades.show_upgrade),
        _done(f"{url}/decide", upgrades.decide),
        _done(f"{url}/publish", upgrades.publish_upgrade, upgrades.show_upgrade),
    )


routes: list[BaseRoute] = [
    _shown(f"{ROOT}", overview.show_overview),
    _shown(f"{ROOT}/", overview.show_overview),
    _shown(f"{ROOT}/check", checking.check_expression),
    _shown(f"{ROOT}/words", completing.show_words),
    _shown(f"{ROOT}/new-entity", entities.show_new_entity),
    _done(f"{ROOT}/new-entity", entities.make_entity, entities.show_new_entity),
    _shown(ENTITY, entities.show_entity),
    _done(ENTITY, entities.save_entity, entities.show_entity),
    _shown(f"{ENTITY}/rename", renaming.show_rename_entity),
    _done(f"{ENTITY}/rename", renaming.rename_entity, renaming.show_rename_entity),
    _shown(f"{ENTITY}/retire", retiring.show_retire_entity),
    _done(f"{ENTITY}/retire", retiring.retire_entity, retiring.show_retire_entity),
    _shown(f"{ENTITY}/new-field", adding.show_new_field),
    _done(f"{ENTITY}/new-field", adding.add_field, adding.show_new_field_again),
    _shown(FIELD, fields.show_field),
    _done(FIELD, fields.save_field, fields.show_field),
    _shown(f"{FIELD}/rename", renaming.show_rename_field),
    _done(f"{FIELD}/rename", renaming.rename_field, renaming.show_rename_field),
    _shown(f"{FIELD}/retire", retiring.show_retire_field),
    _done(f"{FIELD}/retire", retiring.retire_field, retiring.show_retire_field),
    _shown(f"{ROOT}/field/{{entity}}/{{field}}", fields.show_gear),
    _done(f"{ROOT}/field/{{entity}}/{{field}}", fields.save_gear, fields.show_gear),
    _shown(f"{ENTITY}/rights/{{field}}", field_rights.show_field_roles),
    _done(f"{ENTITY}/rights/{{field}}", field_rights.save_field_roles, field_rights.show_field_roles),
    _shown(f"{ENTITY}/form", form_layouts.show_form),
    _done(f"{ENTITY}/form", form_layouts.save_form, form_layouts.show_form),
    _done(f"{ENTITY}/form/place", form_layouts.place_field, form_layouts.show_form),
    _shown(f"{ENTITY}/card", card_layouts.show_card),
    _done(f"{ENTITY}/card", card_layouts.save_card, card_layouts.show_card),
    _shown(f"{ENTITY}/new-list", lists.show_new_list),
    _done(f"{ENTITY}/new-list", lists.add_list, lists.show_new_list),
    _shown(LIST, lists.show_list),
    _done(LIST, lists.save_list, lists.show_list),
    _shown(f"{LIST}/rename", renaming.show_rename_list),
    _done(f"{LIST}/rename", renaming.rename_list, renaming.show_rename_list),
    _done(f"{LIST}/remove", lists.remove_list, lists.show_list),
    _shown(f"{ROOT}/roles", roles.show_roles),
    _shown(f"{ROOT}/new-role", roles.show_new_role),
    _done(f"{ROOT}/new-role", roles.add_role, roles.show_new_role),
    _shown(ROLE, roles.show_role),
    _done(ROLE, roles.save_role, roles.show_role),
    _shown(f"{ROLE}/{{entity}}", field_rights.show_role_fields),
    _done(f"{ROLE}/{{entity}}", field_rights.save_role_fields, field_rights.show_role_fields),
    _shown(f"{ROOT}/menu", menus.show_menu),
    _done(f"{ROOT}/menu", menus.save_menu, menus.show_menu),
    _shown(f"{ROOT}/draft", reviews.show_draft),
    _done(f"{ROOT}/draft/publish", reviews.publish_draft, reviews.show_draft),
    _kept(f"{ROOT}/draft/decide", mending.decide, reviews.show_draft),
    _kept(f"{ROOT}/draft/mend", mending.mend, reviews.show_draft),
    _shown(f"{ROOT}/draft/values/{{entity}}/{{field}}", mending.download_values),
    _kept(f"{ROOT}/draft/discard", reviews.discard_draft),
    _kept(f"{ROOT}/draft/settle", drafting.settle_draft),
    _shown(f"{ROOT}/drafts", drafting.show_drafts),
    _kept(f"{ROOT}/drafts", drafting.begin_draft, drafting.show_drafts),
    _kept(f"{ROOT}/drafts/close", drafting.close_draft),
    _kept(f"{ONE_DRAFT}/open", drafting.open_draft),
    _kept(f"{ONE_DRAFT}/name", drafting.rename_draft, drafting.show_drafts),
    _kept(f"{ONE_DRAFT}/discard", drafting.discard_one),
    _shown(f"{ONE_DRAFT}/merge", drafting.show_merge),
    _kept(f"{ONE_DRAFT}/merge", drafting.merge_drafts),
    _shown(f"{ROOT}/retired", retired.show_retired),
    _shown(RETIRED, retired.show_restore),
    _done(RETIRED, retired.restore, retired.show_restore),
    _shown(f"{RETIRED}/purge", retired.show_purge),
    _done(f"{RETIRED}/purge", retired.destroy, retired.show_purge),
    _shown(f"{PUBLISHING_URL}/{{number}}", publishing.show_publishing),
    _done(f"{PUBLISHING_URL}/{{number}}/cancel", publishing.call_off),
    _shown(f"{ROOT}/journal", journal.show_journal),
    _shown(ENTRY, journal.show_entry),
    _shown(f"{ENTRY}/undo", undoing.show_undo),
    _done(f"{ENTRY}/undo", undoing.undo, undoing.show_undo),
    _shown(f"{SOURCES_URL}/{{name:path}}", origins.show_origins),
    _shown(packages.URL, packages.show_packages),
    _kept(packages.UPLOAD_URL, packages.upload, packages.show_packages),
    *_upgrading(f"{packages.UPLOAD_URL}/{{file}}"),
    *_upgrading(f"{packages.URL}/{{package}}/uninstall"),
    _shown(backups.URL, backups.show_backups),
    _kept(backups.URL, backups.back_up),
    _shown(f"{backups.URL}/schedule", backups.show_schedule),
    _kept(f"{backups.URL}/schedule", backups.save_schedule, backups.show_schedule),
    _kept(f"{backups.URL}/{{backup}}/verify", backups.verify),
    _kept(f"{backups.URL}/{{backup}}/file", backups.download),
    _shown(f"{ROOT}/people", people.show_people),
    _shown(f"{ROOT}/people/new", people.show_new_person),
    _kept(f"{ROOT}/people/new", people.add_person, people.show_person_again),
    _shown(PERSON, people.show_person),
    _kept(PERSON, people.save_person, people.show_person_again),
    _kept(f"{PERSON}/password", people.renew_password),
    _kept(f"{PERSON}/sessions", people.log_out_everywhere),
]
