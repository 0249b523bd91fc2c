"""The routes of the record screens. They come last: their first segment may be any entity."""

from __future__ import annotations

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from kartoteka.forms import cards, composing, downloads, edits, file_views, lists, picking, today
from kartoteka.platform.units import Unit
from kartoteka.platform.web.endpoints import endpoint
from kartoteka.platform.web.visits import Visit


def open_card(unit: Unit, visit: Visit) -> Response:
    """Show a card; that it was opened is remembered after the answer, so that nobody waits for the writing."""
    response = cards.show_card(unit, visit)
    entity, record_id = picking.entity_of(unit, visit).key, edits.record_id_of(visit)
    if not cards.was_just_opened(unit, visit.actor, entity, record_id):
        response.background = BackgroundTask(cards.note_opened, visit.runtime, visit.actor, entity, record_id)
    return response


def without_slash(request: Request) -> Response:
    """An address with a slash at its end is the one without."""
    return RedirectResponse("/" + str(request.path_params["entity"]), 308)


routes: list[BaseRoute] = [
    Route("/", endpoint(today.show_today)),
    Route("/-/files/{id}", endpoint(file_views.send_file)),
    Route("/{entity}.{form}", endpoint(downloads.download_list)),
    Route("/{entity}", endpoint(lists.show_list)),
    Route("/{entity}/", without_slash),
    Route("/{entity}/new", endpoint(edits.show_new), methods=["GET"]),
    Route("/{entity}/new", endpoint(edits.save_new, writes=True, on_refusal=edits.show_again), methods=["POST"]),
    Route("/{entity}/-/pick", endpoint(picking.show_picks)),
    Route("/{entity}/-/bulk", endpoint(lists.change_many, writes=True), methods=["POST"]),
    Route("/{entity}/-/restore", endpoint(lists.restore_many, writes=True), methods=["POST"]),
    Route("/{entity}/{id}", endpoint(open_card), methods=["GET"]),
    Route("/{entity}/{id}/edit", endpoint(edits.show_edit), methods=["GET"]),
    Route("/{entity}/{id}/edit", endpoint(edits.save_edit, writes=True, on_refusal=edits.show_again), methods=["POST"]),
    Route("/{entity}/{id}/delete", endpoint(edits.remove, writes=True), methods=["POST"]),
    Route("/{entity}/{id}/-/note", endpoint(composing.write_down, writes=True), methods=["POST"]),
    Route("/{entity}/{id}/-/done", endpoint(composing.mark_done, writes=True), methods=["POST"]),
    Route("/{entity}/{id}/-/fact/{field}", endpoint(cards.show_fact), methods=["GET"]),
    Route(
        "/{entity}/{id}/-/fact/{field}",
        endpoint(cards.save_fact, writes=True, on_refusal=cards.show_fact_again),
        methods=["POST"],
    ),
]
