import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Drawing, Look, Runtime, Spec } from "../lib/drawing";
import type { ChartResult } from "../protocol";
import { Layer } from "./Layer";
import type { Choose, Marks } from "./marks";

type Props = {
  result: ChartResult & { spec: Spec };
  marks: Marks;
  runtime: Runtime;
  look: Look;
  width: number;
  label: string;
  choose: Choose;
};

/** The picture, and over it what can be pointed at; the old one stays until the new one is there. */
export function Plot({ result, marks, runtime, look, width, label, choose }: Props) {
  const picture = useRef<HTMLDivElement>(null);
  const drawn = useSignal<Drawing | null>(null);
  const wrong = useSignal("");
  const read = useSignal("");
  const { spec } = result;

  useEffect(() => {
    const room = picture.current;
    if (!room) return;
    const el = room.ownerDocument.createElement("div");
    let left = false;
    let drawing: Drawing | null = null;
    runtime.draw(el, spec, look, sized(result, width)).then(
      (made) => {
        if (left) return made.finalize();
        drawing = made;
        room.replaceChildren(el);
        drawn.value = made;
        read.value = ""; // what it said was of the numbers before
        wrong.value = "";
      },
      (error: Error) => {
        wrong.value = error.message;
      },
    );
    return () => {
      left = true;
      drawing?.finalize();
    };
  }, [runtime, spec, look, width]);

  return (
    <>
      {wrong.value && (
        <p role="alert" class="bad">
          Not drawn: {wrong.value}
        </p>
      )}
      <div class="plot">
        <div ref={picture} class="picture" aria-hidden="true" />
        {drawn.value && (
          <Layer at={drawn.value} marks={marks} label={label} choose={choose} read={read} />
        )}
      </div>
      <p class="readout muted" aria-hidden="true">
        <bdi>{read.value}</bdi>
      </p>
    </>
  );
}

const FIT = { contains: "padding", resize: false };
const HEIGHT = 210; // pixels; two rows of charts in a window
const CELL = { least: 15, most: 90 }; // pixels; a label's line, and a number with room around it

/** What fits a chart into so many pixels. */
export function sized({ kind, values, spec }: ChartResult, width: number): Spec {
  if (kind === "matrix") {
    const labels = Math.max(...values.map((value) => String(value).length), 1);
    const beside = Math.min(180, 7 * labels) + 40; // an axis cuts its labels at 180
    const room = Math.floor((width - beside) / Math.max(1, values.length));
    const step = Math.min(CELL.most, Math.max(CELL.least, room));
    const size = { width: { step }, height: { step: Math.min(step, 40) } };
    return { ...size, layer: upright(spec?.layer, 7 * labels < step) };
  }
  if (kind === "values")
    return { width, height: { step: 22 }, autosize: { ...FIT, type: "fit-x" } };
  return { width, height: HEIGHT, autosize: { ...FIT, type: "fit" } };
}

/** Labels under the cells of a matrix: along the axis where they fit, else upwards. */
function upright(layers: unknown, fit: boolean): unknown {
  const axis = { labelAngle: fit ? 0 : -90 };
  return (layers as { encoding: { x: object } }[] | undefined)?.map((layer) => ({
    ...layer,
    encoding: { ...layer.encoding, x: { ...layer.encoding.x, axis } },
  }));
}
