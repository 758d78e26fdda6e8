/** The numbers of a bar, with the interval of the share that is right. */
import { count, share } from "../lib/format";

export type Split = { all: number; ok: number; ko: number };
type Row = readonly (number | null)[];

export const HEAD = ["records", "right", "wrong", "share right (95 %)"];

/** Of a bar: right, wrong and neither. */
export function split(row: Row = []): Split {
  const [ok = 0, ko = 0, neither = 0] = row;
  return { all: (ok ?? 0) + (ko ?? 0) + (neither ?? 0), ok: ok ?? 0, ko: ko ?? 0 };
}

/** Of a bin of scores: all and right. */
export function binned(row: Row = []): Split {
  const [all = 0, ok = 0] = row;
  return { all: all ?? 0, ok: ok ?? 0, ko: (all ?? 0) - (ok ?? 0) };
}

export function listed(numbers: Split): string[] {
  return [count(numbers.all), count(numbers.ok), count(numbers.ko), right(numbers)];
}

/** The share right with its interval: 87.5 % (73.9 – 94.5). */
export function right({ ok, ko }: Split): string {
  const n = ok + ko;
  if (n === 0) return "–";
  const [low, high] = wilson(ok, n).map((one) => (100 * one).toFixed(1));
  return `${share(ok, n)} (${low} – ${high})`;
}

/** Wilson's 95 % interval of a share, as `rubrix_widget.metrics.intervals` has it. */
export function wilson(ok: number, n: number): [low: number, high: number] {
  const z = 1.959963984540054;
  const p = ok / n;
  const middle = p + z ** 2 / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  const whole = 1 + z ** 2 / n;
  return [Math.max(0, (middle - half) / whole), Math.min(1, (middle + half) / whole)];
}
