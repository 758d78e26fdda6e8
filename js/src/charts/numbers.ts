/** The numbers of a bar, with the interval of the share that is right. */
import { count } from "../lib/format";
import { withInterval } from "../lib/shares";

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

/** The share right with its interval. */
export function right({ ok, ko }: Split): string {
  return withInterval(ok, ok + ko);
}
