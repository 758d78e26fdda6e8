import type { Sent, Spec } from "../../src/lib/drawing";

const FIT = { contains: "padding", resize: false };
const HEIGHT = 210; // pixels; two rows of charts in a window
const NARROW = 700; // pixels
const CELL = { least: 15, most: 90 }; // pixels; a label's line, and a number with room around it

/** What fits a chart into so many pixels. */
export function sized(
  { kind, values, spec }: Omit<Sent, "spec"> & { spec: Spec | null },
  width: number,
): Spec {
  if (kind === "matrix") {
    const labels = Math.max(...values.map((value) => String(value).length), 1);
    const beside = Math.min(180, 7 * labels) + 40; // an axis cuts its labels at 180
    const room = Math.floor((width - beside) / Math.max(1, values.length));
    const step = Math.min(CELL.most, Math.max(CELL.least, room));
    const size = { width: { step }, height: { step: Math.min(step, 40) } };
    return { ...size, layer: upright(spec?.layer, 7 * labels < step) };
  }
  if (kind === "rows") {
    const layer = spec?.layer as Layer[] | undefined;
    const narrow = layer && width < NARROW ? { layer: cut(layer, 0.4 * width) } : {};
    return { width, autosize: { ...FIT, type: "fit-x" }, ...narrow };
  }
  if (kind === "values")
    return { width, height: { step: 22 }, autosize: { ...FIT, type: "fit-x" } };
  return { width, height: HEIGHT, autosize: { ...FIT, type: "fit" } };
}

type Layer = { encoding?: { y?: { axis?: object | null } } };

/** Names of rows that leave the marks room. */
function cut(layers: Layer[], labelLimit: number): Layer[] {
  return layers.map((layer) => {
    const y = layer.encoding?.y;
    if (!y || y.axis === null) return layer;
    return {
      ...layer,
      encoding: { ...layer.encoding, y: { ...y, axis: { ...y.axis, labelLimit } } },
    };
  });
}

/** Labels under the cells of a matrix: along the axis where they fit, else upwards. */
function upright(layers: unknown, fit: boolean): unknown {
  const axis = { labelAngle: fit ? 0 : -90 };
  return (layers as { encoding: { x: object } }[] | undefined)?.map((layer) => ({
    ...layer,
    encoding: { ...layer.encoding, x: { ...layer.encoding.x, axis } },
  }));
}
