// What the drawing of lines and areas takes from terra-draw, as one module.
import { TerraDraw, TerraDrawLineStringMode, TerraDrawPolygonMode, TerraDrawSelectMode } from "terra-draw";
import { TerraDrawLeafletAdapter } from "terra-draw-leaflet-adapter";

/** The published one writes a style sheet into the page, which the policy refuses; the same said as a style. */
class Adapter extends TerraDrawLeafletAdapter {
  createPaneStyleSheet(name, level) {
    const pane = this._map.getPane(name) ?? this._map.createPane(name);
    pane.style.zIndex = level + 600;
    return pane;
  }
}

export { Adapter, TerraDraw, TerraDrawLineStringMode, TerraDrawPolygonMode, TerraDrawSelectMode };
