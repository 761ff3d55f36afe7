"""Where on the ground: contributions, the area of an activity with its districts, names that stand for places."""

from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class Location(Base):
    """Where a contribution belongs: a geometry, words ("Ecke Markt und Burgstraße"), or both."""

    __tablename__ = "location"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("contribution_id"),
        owned_by("contribution"),
        owned_by("activity"),
        Index(None, "activity_id", "longitude", "latitude"),
    )

    tenant_id: Mapped[int]
    contribution_id: Mapped[int]
    activity_id: Mapped[int]
    geometry: Mapped[dict[str, Any]]  # GeoJSON; {} where there are only words
    longitude: Mapped[float | None]  # of its sign on the map, WGS 84
    latitude: Mapped[float | None]
    words: Mapped[str] = mapped_column(default="")


class Area(Base):
    """A part of the ground: the area of an activity, beyond which nothing is taken, or one of its districts."""

    __tablename__ = "area"
    __table_args__ = (
        UniqueConstraint("tenant_id", "id"),
        UniqueConstraint("activity_id", "kind", "position"),
        owned_by("activity"),
    )

    tenant_id: Mapped[int]
    activity_id: Mapped[int]
    kind: Mapped[str]  # area, district
    position: Mapped[int]
    title: Mapped[str] = mapped_column(default="")
    geometry: Mapped[dict[str, Any]]  # Polygon or MultiPolygon


class PlaceName(Base):
    """A name of an authority's gazetteer and where it lies."""

    __tablename__ = "place_name"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), Index(None, "tenant_id", "search_key"))

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id", ondelete="CASCADE"))
    name: Mapped[str]
    search_key: Mapped[str]  # lower case, umlauts folded, one blank between words
    longitude: Mapped[float]
    latitude: Mapped[float]
