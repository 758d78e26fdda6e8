import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Drawing, PlotProps } from "../../src/lib/drawing";
import { draw } from "./draw";
import { Layer } from "./Layer";
import { sized } from "./sized";

/** The picture, and over it what can be pointed at; the old one stays until the new one is there. */
export function Plot({ sent, look, width, legend = false, ...marked }: PlotProps) {
  const picture = useRef<HTMLDivElement>(null);
  const drawn = useSignal<Drawing | null>(null);
  const wrong = useSignal("");
  const read = useSignal("");

  useLayoutEffect(() => {
    const room = picture.current;
    if (!room) return;
    const el = room.ownerDocument.createElement("div");
    let left = false;
    let drawing: Drawing | null = null;
    draw(el, sent.spec, look, sized(sent, width), legend).then(
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
  }, [sent.spec, look, width]);

  return (
    <>
      {wrong.value && (
        <p role="alert" class="bad">
          Not drawn: {wrong.value}
        </p>
      )}
      <div class="plot">
        <div ref={picture} class="picture" aria-hidden="true" />
        {drawn.value && <Layer at={drawn.value} read={read} {...marked} />}
      </div>
      <p class="readout muted" aria-hidden="true">
        <bdi>{read.value}</bdi>
      </p>
    </>
  );
}
