import { count } from "../../../src/lib/format";
import type { ReviewResult } from "../../../src/protocol/reviewing";

const SIZE = { width: 300, height: 132 };
const ROOM = { left: 38, right: 10, top: 8, bottom: 26 };

/** Label errors found by records reviewed, and how many there are likely in all. */
export function Yield({ curve, estimate }: ReviewResult) {
  const [reviewed, found] = curve.at(-1) ?? [0, 0];
  const { remaining, low, high } = estimate;
  const likely = found + (remaining ?? 0);
  const fits = likely <= 2 * found; // what was found stays legible
  const top = Math.max(1, 1.1 * (fits ? likely : found));
  const width = SIZE.width - ROOM.left - ROOM.right;
  const height = SIZE.height - ROOM.top - ROOM.bottom;
  const x = (value: number) => ROOM.left + (width * value) / Math.max(1, reviewed);
  const y = (value: number) => ROOM.top + height * (1 - Math.min(1, value / top));
  const points: [number, number][] = [[0, 0], ...curve];
  const path = points.map(([a, b], at) =>
    at === 0 ? `M${x(a)} ${y(b)}` : `H${x(a).toFixed(1)}V${y(b).toFixed(1)}`,
  );
  return (
    <svg
      class="yield"
      role="img"
      aria-label={`Label errors found by records reviewed: ${count(found)} in ${count(reviewed)}`}
      viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
    >
      {low !== null && high !== null && high > 0 && found + low < top && (
        <rect
          class="yield-band"
          x={ROOM.left}
          width={width}
          y={y(found + high)}
          height={Math.max(1, y(found + low) - y(found + high))}
        />
      )}
      <path
        class="yield-axes"
        d={`M${ROOM.left} ${ROOM.top}V${ROOM.top + height}H${x(reviewed || 1)}`}
      />
      {remaining !== null && fits && (
        <path class="yield-likely" d={`M${ROOM.left} ${y(likely)}h${width}`} />
      )}
      <path class="yield-line" d={path.join("")} />
      <g class="yield-words" aria-hidden="true">
        <text x={ROOM.left - 6} y={y(found) + 4} text-anchor="end">
          {count(found)}
        </text>
        {found > 0 && (
          <text x={ROOM.left - 6} y={y(0) + 4} text-anchor="end">
            0
          </text>
        )}
        <text x={x(reviewed || 1)} y={SIZE.height - 10} text-anchor="end">
          {count(reviewed)} reviewed
        </text>
      </g>
    </svg>
  );
}
