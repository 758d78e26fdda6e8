import { useRef } from "preact/hooks";
import { MAX_WIDTH, MIN_WIDTH } from "../state/layout";
import type { Store } from "../state/store";
import type { Column } from "./columns";

const STEP = 16;
const LEAP = 80;

/** The edge of a heading: dragged, or moved by arrows; a double click, or Delete, undoes it. */
export function Resizer({ store, column, width }: { store: Store; column: Column; width: number }) {
  const from = useRef<{ x: number; width: number } | null>(null);
  const { resize } = store.layout;
  const steps: { [key: string]: number } = { ArrowLeft: -1, ArrowRight: 1 };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a line of hr cannot be moved
    <div
      class="resizer"
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${column.title}`}
      aria-valuemin={MIN_WIDTH}
      aria-valuemax={MAX_WIDTH}
      aria-valuenow={Math.round(width)}
      tabIndex={0}
      title="Drag, or ← →, to resize; double click resets"
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        from.current = { x: event.clientX, width };
      }}
      onPointerMove={(event) => {
        if (!from.current) return;
        resize(column.id, from.current.width + event.clientX - from.current.x, { keep: false });
      }}
      onLostPointerCapture={(event) => {
        const start = from.current;
        from.current = null;
        if (start && event.clientX !== start.x) {
          resize(column.id, store.layout.widths.value[column.id] ?? width);
        }
      }}
      onDblClick={() => resize(column.id, null)}
      onKeyDown={(event) => {
        const step = steps[event.key];
        if (step) resize(column.id, width + step * (event.shiftKey ? LEAP : STEP));
        else if (event.key === "Delete" || event.key === "Backspace") resize(column.id, null);
        else return;
        event.preventDefault();
      }}
    />
  );
}
