/** Which columns are shown, in which order and how wide. */
import { batch, signal } from "@preact/signals";
import type { Channel } from "./channel";

export const MIN_WIDTH = 48;
export const MAX_WIDTH = 4_000;
export type Widths = { [column: string]: number };

export function createLayout(channel: Channel) {
  /** Names of columns; none stands for those shown by default. */
  const columns = signal<readonly string[]>([]);
  /** Widths that somebody chose; the others follow from what the columns hold. */
  const widths = signal<Widths>({});

  function read() {
    const names = channel.get("columns") ?? [];
    const sizes = channel.get("column_widths") ?? {};
    if (JSON.stringify(names) !== JSON.stringify(columns.value)) columns.value = names;
    if (JSON.stringify(sizes) !== JSON.stringify(widths.value)) widths.value = sizes;
  }

  function show(names: readonly string[]) {
    columns.value = names;
    channel.set({ columns: [...names] });
  }

  /** Makes a column so wide, or as wide as it is by itself. */
  function resize(column: string, width: number | null, { keep = true } = {}) {
    const { [column]: _, ...others } = widths.value;
    widths.value = width === null ? others : { ...others, [column]: within(width) };
    if (keep) channel.set({ column_widths: widths.value });
  }

  function reset() {
    batch(() => {
      columns.value = [];
      widths.value = {};
    });
    channel.set({ columns: [], column_widths: {} });
  }

  read();
  return { columns, widths, read, show, resize, reset };
}

function within(width: number): number {
  return Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width)));
}

/** One entry of a list a place further up or down, where there is one. */
export function moved<T>(list: readonly T[], from: number, by: -1 | 1): T[] {
  const to = from + by;
  const one = list[from];
  const other = list[to];
  if (one === undefined || other === undefined) return [...list];
  return list.map((it, at) => (at === from ? other : at === to ? one : it));
}
