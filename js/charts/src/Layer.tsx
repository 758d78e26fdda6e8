import { type Signal, useSignal } from "@preact/signals";
import { useMemo, useRef } from "preact/hooks";
import type { Drawing, Mark, PlotProps } from "../../src/lib/drawing";

type Props = Pick<PlotProps, "marks" | "brush" | "label" | "choose"> & {
  at: Drawing;
  /** What the mark under the pointer, or with the focus, says. */
  read: Signal<string>;
};

const ARROWS: { [key: string]: [rows: number, columns: number] } = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** A button on each mark: one stop for Tab, arrows move, Enter filters; bars can be brushed. */
export function Layer({ at, marks, brush, label, choose, read }: Props) {
  const layer = useRef<HTMLDivElement>(null);
  const hand = useSignal(0);
  const start = useSignal<number | null>(null);
  const places = useMemo(() => placesOf(marks), [marks]);
  const shows = marks.some(({ idle }) => !idle);
  const now = () => Math.min(hand.value, marks.length - 1);
  const here = now();
  const lit = (index: number) =>
    start.value === null
      ? (marks[index]?.lit ?? true)
      : index >= Math.min(start.value, here) && index <= Math.max(start.value, here);

  const apply = () => {
    const to = now(); // what was drawn last may be a mark behind
    const from = start.value ?? to;
    start.value = null;
    if (marks[from]) choose(from, brush ? to : undefined);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = ARROWS[event.key];
    if (event.key === "Escape" && start.value !== null) start.value = null;
    else if (by) {
      const to = stepped(places, marks[here], by) ?? here;
      start.value = brush && event.shiftKey ? (start.value ?? here) : null;
      hand.value = to;
      (layer.current?.children[to] as HTMLElement | undefined)?.focus();
    } else return;
    event.preventDefault();
  };
  const barAt = (event: PointerEvent) => {
    const x = event.clientX - (layer.current?.getBoundingClientRect().left ?? 0);
    const found = marks.findIndex((mark) => {
      const { left, width } = mark.box(at);
      return x < left + width;
    });
    return found < 0 ? marks.length - 1 : found;
  };
  const brushing = {
    onPointerDown: (event: PointerEvent) => {
      hand.value = barAt(event);
      start.value = hand.value;
      layer.current?.setPointerCapture?.(event.pointerId);
    },
    onPointerMove: (event: PointerEvent) => {
      const index = barAt(event);
      read.value = marks[index]?.words ?? "";
      if (event.buttons && start.value !== null) hand.value = index;
    },
    onPointerUp: () => start.value !== null && apply(),
    onPointerCancel: () => {
      start.value = null;
    },
  };
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has a look and a legend */}
      <div
        ref={layer}
        class="layer"
        role="group"
        aria-label={`${label}: arrows move${shows ? ", Enter filters" : ""}${brush ? ", Shift extends" : ""}`}
        data-brush={brush}
        onKeyDown={onKeyDown}
        onPointerLeave={() => {
          read.value = "";
        }}
        {...(brush ? brushing : {})}
      >
        {marks.map((mark, index) => (
          <button
            key={`${mark.row} ${mark.column}`}
            type="button"
            class="mark"
            style={pixels(mark, at)}
            tabIndex={index === here ? 0 : -1}
            aria-label={mark.words}
            aria-pressed={mark.idle ? undefined : mark.pressed}
            aria-disabled={mark.idle}
            data-lit={lit(index)}
            onFocus={() => {
              hand.value = index;
              read.value = mark.words;
            }}
            onPointerEnter={() => {
              read.value = mark.words;
            }}
            onClick={(event) => {
              if (brush && event.detail > 0) return; // the pointer has brushed it already
              if (!brush) hand.value = index;
              apply();
            }}
          />
        ))}
      </div>
    </>
  );
}

function pixels(mark: Mark, at: Drawing) {
  const { left, top, width, height } = mark.box(at);
  return { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` };
}

function placesOf(marks: readonly Mark[]): ReadonlyMap<string, number> {
  return new Map(marks.map(({ row, column }, index) => [`${row} ${column}`, index]));
}

function stepped(
  places: ReadonlyMap<string, number>,
  from: Mark | undefined,
  [rows, columns]: [number, number],
): number | undefined {
  return from && places.get(`${from.row + rows} ${from.column + columns}`);
}
