import { count, duration, share } from "../lib/format";
import type { Store } from "../state/store";

/** How the query was understood, and what it found; in words when nobody answers. */
export function Reading({ store }: { store: Store }) {
  const page = store.page.value;
  const life = store.life.value;
  const refused = store.problem.value !== null;
  return (
    <div class="reading" id="reading">
      <p role="status">
        {page ? (
          <>
            <span class="muted">{refused ? "still showing:" : "read as:"}</span>{" "}
            <bdi class="words">{page.reading || "all records"}</bdi>
            <span class="dot"> · </span>
            <span class="number">
              {count(page.count)} of {count(page.total)} ({share(page.count, page.total)})
            </span>
            {store.source.value === "kernel" && life !== "busy" && (
              <span class="muted">
                <span class="dot"> · </span>
                {duration(page.took_ms)}
              </span>
            )}
          </>
        ) : (
          life !== "busy" && !refused && <span class="muted">Loading records…</span>
        )}
        {life === "busy" && !store.unanswered.value && (
          <span class="busy">
            {page && <span class="dot"> · </span>}
            <span class="spinner" aria-hidden="true" />
            The kernel is busy. Waiting for it; nothing is lost.
          </span>
        )}
      </p>
      {page && !refused && page.notes.length > 0 && (
        <ul class="notes">
          {page.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
