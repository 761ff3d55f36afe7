// Lines and areas with terra-draw: corner by corner, with a pointer or from the middle of the map; then corners can be moved.

const COLOUR = "#1f5fbf";
const MOVABLE = { feature: { draggable: false, coordinates: { draggable: true, midpoints: true, deletable: true } } };

export class Drawer {
  /** `changed` is told the corners, longitude first, whenever a whole shape is there. */
  constructor({ L, map }, parts, mode, changed) {
    this.map = map;
    const looks = { lineStringColor: COLOUR, fillColor: COLOUR, outlineColor: COLOUR, closingPointColor: COLOUR };
    this.draw = new parts.TerraDraw({
      adapter: new parts.Adapter({ lib: L, map, coordinatePrecision: 6 }),
      modes: [
        new parts.TerraDrawLineStringMode({ styles: looks }),
        new parts.TerraDrawPolygonMode({ styles: looks }),
        new parts.TerraDrawSelectMode({ flags: { linestring: MOVABLE, polygon: MOVABLE } }),
      ],
    });
    this.draw.start();
    this.draw.setMode(mode);
    this.draw.on("finish", (id) => {
      const { geometry } = this.draw.getSnapshotFeature(id);
      changed(geometry.type === "Polygon" ? geometry.coordinates[0] : geometry.coordinates);
      if (this.draw.getMode() === "select") return;
      setTimeout(() => { // the mode that just ended may still be busy with it
        if (!this.draw.enabled) return;
        this.draw.setMode("select");
        this.draw.selectFeature(id);
      });
    });
  }

  /** A corner in the middle of the map, as if somebody had tapped there. */
  corner() {
    const place = this.map.getContainer();
    const { left, top, width, height } = place.getBoundingClientRect();
    const at = { clientX: left + width / 2, clientY: top + height / 2, bubbles: true, isPrimary: true, pointerId: 1, button: 0 };
    for (const kind of ["pointermove", "pointerdown", "pointerup"]) place.dispatchEvent(new PointerEvent(kind, at));
  }

  /** The shape is whole. */
  finish() {
    const place = this.map.getContainer();
    for (const kind of ["keydown", "keyup"]) place.dispatchEvent(new KeyboardEvent(kind, { key: "Enter", bubbles: true }));
  }

  stop() {
    this.draw.stop();
  }
}
