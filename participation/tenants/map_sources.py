"""Where the pictures of the ground come from: a map service an authority chose, or nothing but a neutral sheet."""

import re
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from participation.kernel.refusal import Invalid
from participation.tenants.models import Tenant
from participation.tenants.services import change_settings

NONE, XYZ, WMS, WMTS = KINDS = ("none", "xyz", "wms", "wmts")
LONGEST: Final = {"url": 500, "layers": 200, "attribution": 200}  # characters
WANTED: Final = {XYZ: ("z", "x", "y"), WMTS: ("TileMatrix", "TileCol", "TileRow"), WMS: ()}
HOST: Final = re.compile(r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
ADDRESS: Final = re.compile(r"[A-Za-z0-9._~:/?&=%+,@!*()\[\]{}-]+")  # nothing that ends a word of the policy
PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")


class MapSource(NamedTuple):
    """A service of pictures: tiles by number (xyz, wmts) or by frame (wms)."""

    kind: str = NONE
    url: str = ""
    layers: str = ""  # of a wms, as its address names them, with commas between
    attribution: str = ""  # whom the map is from, in words; stands below it

    @property
    def origin(self) -> str:
        """The one origin the pictures come from; "" where they are our own."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}" if self.kind != NONE else ""

    @property
    def host(self) -> str:
        """The host as people are told it; "" for our own."""
        return urlsplit(self.url).hostname or "" if self.kind != NONE else ""

    @property
    def tiles(self) -> str:
        """The address of a tile with {z}, {x} and {y}, or of a wms."""
        found = self.url
        for name, short in zip(WANTED[WMTS], WANTED[XYZ], strict=True):
            found = found.replace(f"{{{name}}}", f"{{{short}}}")
        return found


def map_source(tenant: Tenant) -> MapSource:
    """What an authority chose; by default no service at all."""
    return MapSource(**tenant.settings.get("map", {}))


def set_map_source(tenant: Tenant, source: MapSource, *, actor_id: int | None = None) -> None:
    """Take pictures of the ground from this service from now on. Raises Invalid at the field."""
    if source.kind not in KINDS:
        raise Invalid(_l("Bitte wählen Sie eine Art aus der Liste."), field="kind")
    checked = MapSource() if source.kind == NONE else checked_source(source)
    change_settings(tenant, {"map": checked._asdict()}, actor_id=actor_id)


def checked_source(source: MapSource) -> MapSource:
    """A service whose address can stand in the policy as it is. Raises Invalid at the field."""
    for name, most in LONGEST.items():
        if len(getattr(source, name)) > most:
            raise Invalid(_l("Das ist zu lang."), field=name)
    _check_address(source.url)
    _check_placeholders(source)
    if source.kind == WMS and not re.fullmatch(r"[\w.:-]+(,[\w.:-]+)*", source.layers):
        message = _l("Bitte nennen Sie die Ebenen des Dienstes, mit Kommas dazwischen und ohne Leerzeichen.")
        raise Invalid(message, field="layers")
    if not source.attribution or not source.attribution.isprintable():
        raise Invalid(
            _l("Bitte nennen Sie, von wem die Karte stammt. Das steht unter jeder Karte."), field="attribution"
        )
    return source if source.kind == WMS else source._replace(layers="")


def _check_address(url: str) -> None:
    """An address of https with a plain host, which can stand in the policy as it is."""
    try:
        parts = urlsplit(url)
        port, user = parts.port, parts.username or parts.password
    except ValueError:
        raise Invalid(_l("Diese Adresse lässt sich nicht lesen."), field="url") from None
    if parts.scheme != "https":
        raise Invalid(_l("Die Adresse beginnt mit https://"), field="url")
    if user is not None or "@" in parts.netloc:
        raise Invalid(_l("Bitte geben Sie die Adresse ohne Namen und Passwort an: Alle würden sie sehen."), field="url")
    if not HOST.fullmatch(parts.hostname or "") or parts.netloc not in (parts.hostname, f"{parts.hostname}:{port}"):
        message = _l("Bitte nennen Sie einen Hostnamen in Kleinbuchstaben und ohne Platzhalter, wie karten.example")
        raise Invalid(message, field="url")
    if not ADDRESS.fullmatch(url) or parts.fragment:
        raise Invalid(_l("In der Adresse stehen Zeichen, die dort nicht vorkommen dürfen."), field="url")


def _check_placeholders(source: MapSource) -> None:
    wanted = WANTED[source.kind]
    found = PLACEHOLDER.findall(source.url)
    if sorted(found) == sorted(wanted) and len(re.findall("[{}]", source.url)) == 2 * len(wanted):
        return
    if not wanted:
        raise Invalid(_l("Die Adresse eines WMS enthält keine Platzhalter."), field="url")
    names = ", ".join(f"{{{name}}}" for name in wanted)
    message = _l("In der Adresse steht je einmal %(names)s und sonst nichts in Klammern.", names=names)
    raise Invalid(message, field="url")
