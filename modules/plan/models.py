"""The layers of a plan: what the map shows above the ground."""

from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from participation.kernel.db import Base, owned_by


class Layer(Base):
    """One layer: a picture placed on the map, geometries, or a layer of an authority's map service (WMS)."""

    __tablename__ = "plan__layer"
    __table_args__ = (UniqueConstraint("tenant_id", "id"), UniqueConstraint("activity_id", "key"), owned_by("activity"))

    tenant_id: Mapped[int]
    activity_id: Mapped[int]
    key: Mapped[str]
    position: Mapped[int]
    title: Mapped[str]
    kind: Mapped[str]  # picture, geojson, wms
    legend: Mapped[str] = mapped_column(default="")  # what is to be seen, in words
    shown: Mapped[bool] = mapped_column(default=True)  # when the map opens
    stored_name: Mapped[str] = mapped_column(default="")  # of a picture
    media_type: Mapped[str] = mapped_column(default="")
    size: Mapped[int] = mapped_column(default=0)  # bytes
    bounds: Mapped[list[float]] = mapped_column(JSON, default=list)  # west, south, east, north
    shapes: Mapped[dict[str, Any]] = mapped_column(default=dict)  # a FeatureCollection
    address: Mapped[str] = mapped_column(default="")  # of a map service
    layers: Mapped[str] = mapped_column(default="")  # of it
