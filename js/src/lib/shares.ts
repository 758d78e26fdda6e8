/** Shares of records with their uncertainty. */
import { share } from "./format";

/** A share with its 95 % interval: 87.5 % (73.9 – 94.5). */
export function withInterval(part: number, n: number): string {
  if (n === 0) return "–";
  const [low, high] = wilson(part, n).map((one) => (100 * one).toFixed(1));
  return `${share(part, n)} (${low} – ${high})`;
}

/** Wilson's 95 % interval of a share, as `rubrix_widget.metrics.intervals` has it. */
export function wilson(part: number, n: number): [low: number, high: number] {
  const z = 1.959963984540054;
  const p = part / n;
  const middle = p + z ** 2 / (2 * n);
  const half = z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  const whole = 1 + z ** 2 / n;
  return [Math.max(0, (middle - half) / whole), Math.min(1, (middle + half) / whole)];
}
