import type { Analyses } from "./model";
import { kindOf } from "./registry";

/** Above the records of a row that was chosen: which it is, the next one, and the way back. */
export function PickBar({ analyses }: { analyses: Analyses }) {
  const picked = analyses.pick.value;
  if (!picked || analyses.sight.value === "analysis") return null;
  const { desk, query } = picked;
  const { title } = kindOf(desk);
  const lists = (analyses.work(desk).result?.tables ?? []).map(({ queries }) =>
    queries.flat().filter((one) => one !== null),
  );
  const rows = lists.find((list) => list.includes(query)) ?? [];
  const at = rows.indexOf(query);
  const step = (by: number) => {
    const next = rows[at + by];
    if (next !== undefined) analyses.take(desk, next);
  };
  return (
    <section class="pick-bar" aria-label="Chosen in an analysis">
      <span class="muted">
        {title}
        {at >= 0 && `, ${at + 1} of ${rows.length}`}
      </span>
      <code>
        <bdi>{query}</bdi>
      </code>
      {at >= 0 && rows.length > 1 && (
        <>
          <button type="button" class="plain" disabled={at === 0} onClick={() => step(-1)}>
            ‹ Previous
          </button>
          <button
            type="button"
            class="plain"
            disabled={at === rows.length - 1}
            onClick={() => step(1)}
          >
            Next ›
          </button>
        </>
      )}
      <button type="button" class="plain" onClick={() => analyses.open(desk)}>
        Back to {title}
      </button>
      <button type="button" class="plain" onClick={() => analyses.leave()}>
        Show all again
      </button>
    </section>
  );
}
