import { shown } from "../lib/filters";
import { score } from "../lib/format";

type Props = { label: string; value: number; strong?: boolean };

/** A label, its score as a bar and as a number. */
export function Score({ label, value, strong = false }: Props) {
  const part = Math.min(1, Math.max(0, value));
  return (
    <span class="score" data-strong={strong}>
      <bdi class="score-label" title={label}>
        {shown(label)}
      </bdi>
      <span class="bar" aria-hidden="true">
        <span style={{ width: `${100 * part}%` }} />
      </span>
      <span class="number" title={String(value)}>
        {score(value)}
      </span>
    </span>
  );
}
