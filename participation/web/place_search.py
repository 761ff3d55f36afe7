"""Looking for a place by its name: in the gazetteer of the authority, then at the geocoder where there is one."""

from datetime import timedelta
from typing import Any, Final, NamedTuple

from flask import current_app, g, request
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from participation.contributions.place_names import places_like
from participation.kernel import geocoder
from participation.kernel.geocoder import Spot
from participation.kernel.limits import allow, network
from participation.kernel.outbound import NoAnswer, NotAllowed

AT_MOST: Final = 60  # questions to the geocoder in an hour, from a network
HOUR: Final = timedelta(hours=1)
NOTHING: Final = _l("Diesen Ort haben wir nicht gefunden. Versuchen Sie es mit weniger Wörtern.")
AWAY: Final = _l("Die Adresssuche antwortet gerade nicht. Sie können den Ort auch in Worten beschreiben.")
TOO_MANY: Final = _l("Von hier kamen viele Suchen. Bitte beschreiben Sie den Ort in Worten.")


class Found(NamedTuple):
    """Places of this name; without any, `sentence` says why."""

    spots: list[Spot]
    sentence: Any = None


def found_places(words: str) -> Found:
    """The places of a name. The geocoder is asked only for what the gazetteer does not have."""
    spots = places_like(g.tenant.id, words)
    if spots or not words.strip() or not geocoder.is_on():
        return Found(spots, None if spots else NOTHING)
    if not allow("geocoder", network(request.remote_addr or "", str(current_app.config["SECRET_KEY"])), AT_MOST, HOUR):
        return Found([], TOO_MANY)
    try:
        spots = geocoder.spots_at(words, str(get_locale()))
    except (NotAllowed, NoAnswer) as error:
        current_app.logger.warning("the geocoder did not answer: %s", type(error.__cause__ or error).__name__)
        return Found([], AWAY)
    return Found(spots, None if spots else NOTHING)
