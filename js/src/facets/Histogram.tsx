import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import {
  between,
  boundsOf,
  keepsMissing,
  meets,
  type Range,
  rangeOf,
  shown,
  spoken,
  toggled,
} from "../lib/filters";
import { count } from "../lib/format";
import { Icon } from "../lib/icons";
import type { FacetResult } from "../protocol";
import type { Room } from "./Panel";
import { split } from "./Values";

/** Bars to brush by dragging, or by arrows, Shift and Enter; and the two limits to type. */
export function Histogram({ result, store, facets }: Room & { result: FacetResult }) {
  const { name, kind, edges, missing } = result;
  const { filters } = store.asked.value;
  const range = rangeOf(filters[name]);
  const plot = useRef<HTMLDivElement>(null);
  const missed = keepsMissing(filters[name]);
  const onlyMissing = missed && !range;
  const brush = useSignal<[from: number, to: number] | null>(null);
  const hand = useSignal(0);
  const wrong = useSignal("");
  const bars = result.count.map((all, at) => ({
    count: all,
    ok: result.ok[at] ?? 0,
    ko: result.ko[at] ?? 0,
  }));
  const most = Math.max(1, ...result.count);
  const last = bars.length - 1;
  const [first, end] = ordered(brush.value ?? [hand.value, hand.value]);

  const set = (bounds: Range) => void facets.filter(between(filters, name, bounds));
  const apply = () => {
    set(boundsOf(edges, kind, first, end));
    brush.value = null;
  };
  const barAt = (event: PointerEvent) => {
    const box = plot.current?.getBoundingClientRect();
    const at = box?.width ? Math.floor(((event.clientX - box.left) / box.width) * bars.length) : 0;
    return Math.min(Math.max(0, at), last);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (by !== undefined) {
      const to = Math.min(Math.max(0, hand.value + by), last);
      brush.value = event.shiftKey ? [brush.value?.[0] ?? hand.value, to] : null;
      hand.value = to;
    } else if (event.key === "Enter" || event.key === " ") apply();
    else return;
    event.preventDefault();
  };
  const inside = (at: number) => {
    if (brush.value) return at >= first && at <= end;
    return range ? meets(range, boundsOf(edges, kind, at, at)) : !onlyMissing;
  };
  const typed = (side: "from" | "to") => (event: { currentTarget: HTMLInputElement }) => {
    const text = event.currentTarget.value.trim();
    const value = text === "" ? null : kind === "date" ? text : Number(text);
    wrong.value = Number.isNaN(value) ? `${text} is no number` : "";
    if (wrong.value) return;
    const { from = null, to = null, below = null } = range ?? {};
    set(side === "from" ? { from: value, to, below } : { from, to: value });
  };
  const words = `${shown(edges[first])} to ${shown(edges[end + 1])}: ${split(summed(bars.slice(first, end + 1)))}`;

  return (
    <>
      <div
        ref={plot}
        class="histogram"
        role="slider"
        tabIndex={0}
        aria-label={`${spoken(name)}: arrows move, Shift extends, Enter filters`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={hand.value}
        aria-valuetext={words}
        title={words}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          hand.value = barAt(event);
          brush.value = [hand.value, hand.value];
          plot.current?.setPointerCapture?.(event.pointerId);
        }}
        onPointerMove={(event) => {
          const at = barAt(event);
          if (event.buttons && brush.value) brush.value = [brush.value[0], at];
          hand.value = at;
        }}
        onPointerUp={() => brush.value && apply()}
        onPointerCancel={() => {
          brush.value = null;
        }}
      >
        {bars.map((bar, at) => (
          <span key={at} class="column" data-inside={inside(at)} data-hand={at === hand.value}>
            <span style={{ height: `${(100 * (bar.count - bar.ok - bar.ko)) / most}%` }} />
            <span class="ko" style={{ height: `${(100 * bar.ko) / most}%` }} />
            <span class="ok" style={{ height: `${(100 * bar.ok) / most}%` }} />
          </span>
        ))}
      </div>
      <p class="scale muted number" aria-hidden="true">
        <span>{shown(edges[0])}</span>
        <span>{shown(edges.at(-1))}</span>
      </p>
      <div class="limits">
        {(["from", "to"] as const).map((side) => {
          const bound = side === "to" ? (range?.to ?? range?.below) : range?.from;
          const word = side === "to" && range?.below != null ? "below" : side;
          return (
            <label key={side}>
              {word}
              <input
                type="text"
                aria-label={`${spoken(name)} ${word}`}
                value={bound == null ? "" : shown(bound)}
                onChange={typed(side)}
              />
            </label>
          );
        })}
      </div>
      {wrong.value && (
        <p role="alert" class="bad">
          {wrong.value}
        </p>
      )}
      {(missing > 0 || missed) && (
        <button
          type="button"
          class="value"
          aria-pressed={missed}
          onClick={() => void facets.filter(toggled(filters, name, null))}
        >
          <span class="tick">{missed && <Icon name="ok" />}</span>
          <span class="name muted">nothing</span>
          <span class="number">{count(missing)}</span>
        </button>
      )}
    </>
  );
}

function ordered([a, b]: [number, number]): [number, number] {
  return a < b ? [a, b] : [b, a];
}

function summed(bars: { count: number; ok: number; ko: number }[]) {
  const sum = { count: 0, ok: 0, ko: 0 };
  for (const bar of bars) {
    sum.count += bar.count;
    sum.ok += bar.ok;
    sum.ko += bar.ko;
  }
  return sum;
}
