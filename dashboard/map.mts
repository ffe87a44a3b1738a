/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import * as Plot from "@observablehq/plot";
import type { FeatureCollection, Position } from "geojson";
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import { clean } from "./charts.mjs";

const MAP_WIDTH = 736;
const MAP_HEIGHT = 480;
/** Steps per pixel. */
const FINENESS = 10;

interface Properties {
  readonly hood_id: string;
}

/** The shapes of the neighbourhoods, unpainted; each carries its id as `data-hood`. */
export function drawShapes(topology: Topology, document: Document): SVGElement {
  const layer = Object.values(topology.objects)[0] as GeometryCollection<Properties & object>;
  const shapes = flatten(feature(topology, layer) as FeatureCollection<never, Properties>);
  const plot = Plot.plot({
    document,
    width: MAP_WIDTH,
    height: MAP_HEIGHT,
    margin: 2,
    projection: { type: "reflect-y", domain: shapes },
    marks: [Plot.geo(shapes.features)],
  });
  const svg = clean(plot, "");
  svg.setAttribute("viewBox", `0 0 ${MAP_WIDTH * FINENESS} ${MAP_HEIGHT * FINENESS}`);
  const paths = [...svg.querySelectorAll("path")];
  shapes.features.forEach(({ properties }, at) => {
    const path = paths[at]!;
    path.setAttribute("data-hood", properties.hood_id);
    path.setAttribute("d", compact(path.getAttribute("d")!));
  });
  const group = paths[0]!.parentElement!;
  for (const name of group.getAttributeNames()) group.removeAttribute(name);
  return svg;
}

/** The same outline in whole steps from point to point: half as many characters. */
function compact(outline: string): string {
  let [x, y] = [0, 0];
  return outline.replace(/([ML])(-?[\d.]+),(-?[\d.]+)/g, (_, command: string, toX: string, toY: string) => {
    const [nextX, nextY] = [toX, toY].map((text) => Math.round(Number(text) * FINENESS)) as [number, number];
    const [dx, dy] = [nextX - x, nextY - y];
    [x, y] = [nextX, nextY];
    if (command === "M") return `M${x},${y}`;
    return dx === 0 && dy === 0 ? "" : `l${dx}${dy < 0 ? "" : ","}${dy}`;
  });
}

export function hoodsOf(topology: Topology): string[] {
  const layer = Object.values(topology.objects)[0] as GeometryCollection<Properties & object>;
  return layer.geometries.map(({ properties }) => (properties as Properties).hood_id);
}

/** Degrees as distances at Toronto's latitude: a plane, on which the winding of a ring has no meaning. */
function flatten<T extends FeatureCollection<never, Properties>>(collection: T): T {
  const squeeze = Math.cos((43.72 * Math.PI) / 180);
  const points = (ring: unknown): unknown =>
    Array.isArray(ring) && typeof ring[0] === "number"
      ? [(ring as Position)[0]! * squeeze, (ring as Position)[1]!]
      : (ring as unknown[]).map(points);
  return {
    ...collection,
    features: collection.features.map((one) => {
      const geometry = one.geometry as { coordinates: unknown };
      return { ...one, geometry: { ...geometry, coordinates: points(geometry.coordinates) } };
    }),
  };
}
