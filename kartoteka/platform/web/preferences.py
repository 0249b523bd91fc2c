"""What a person chooses for oneself: language, theme, row height."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from kartoteka.metadata.locales import LANGUAGES
from kartoteka.platform.actors import SYSTEM
from kartoteka.platform.records import update_record
from kartoteka.platform.units import Unit
from kartoteka.platform.web.contexts import DENSITIES, THEMES
from kartoteka.platform.web.visits import DENSITY_COOKIE, LANGUAGE_COOKIE, THEME_COOKIE, Visit, local_path

YEAR = 31_536_000


def keep_preference(unit: Unit, visit: Visit) -> Response:
    """Keep the choice that was posted and go back to where it was made."""
    response = RedirectResponse(local_path(visit.text("back")), 303)
    language = visit.text("language")
    if language in LANGUAGES and visit.actor.user_id is not None:
        update_record(unit, SYSTEM, "user", visit.actor.user_id, {"language": language})
        response.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR, samesite="lax")
    for name, cookie, known in (("theme", THEME_COOKIE, THEMES), ("density", DENSITY_COOKIE, DENSITIES)):
        if visit.text(name) in known:
            response.set_cookie(cookie, visit.text(name), max_age=YEAR, samesite="lax")
    return response
