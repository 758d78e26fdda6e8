import { useEffect, useRef } from "preact/hooks";
import type { Analyses } from "./model";
import { kindOf } from "./registry";

/** Above the records of a row that was chosen: which it is, the next one, and the way back. */
export function PickBar({ analyses }: { analyses: Analyses }) {
  const bar = useRef<HTMLElement>(null);
  const picked = analyses.sight.value === "analysis" ? null : analyses.pick.value;
  const shown = picked && `${picked.desk} ${picked.query}`;
  useEffect(() => bar.current?.scrollIntoView?.({ block: "nearest" }), [shown]);
  if (!picked) return null;
  const { desk, query, by } = picked;
  const { title } = kindOf(desk);
  const lists = (analyses.work(desk).result?.tables ?? []).map(({ queries }) =>
    queries.flat().filter((one) => one !== null),
  );
  const rows = lists.find((list) => list.includes(query)) ?? [];
  const at = rows.indexOf(query);
  // not disabled: a button that has the focus keeps it, at the end of the list too
  const step = (to: number, words: string) => (
    <button
      type="button"
      class="plain"
      aria-disabled={rows[to] === undefined}
      onClick={() => {
        const next = rows[to];
        if (next !== undefined) analyses.take(desk, next, by, true);
      }}
    >
      {words}
    </button>
  );
  return (
    <section ref={bar} class="pick-bar" aria-label="Chosen in an analysis">
      <span class="muted">
        {title}
        {at >= 0 && `, ${at + 1} of ${rows.length}`}
      </span>
      <code>
        <bdi>{query}</bdi>
      </code>
      {at >= 0 && rows.length > 1 && (
        <>
          {step(at - 1, "‹ Previous")}
          {step(at + 1, "Next ›")}
        </>
      )}
      <button type="button" class="plain" onClick={() => analyses.back()}>
        Back to {title}
      </button>
      <button type="button" class="plain" onClick={() => analyses.leave()}>
        Show all again
      </button>
    </section>
  );
}
