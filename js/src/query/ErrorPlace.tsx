import type { Problem } from "../state/problem";

/** The refused query again, with a caret under the place that is wrong. */
export function ErrorPlace({ problem }: { problem: Problem }) {
  const { query, message, start, end } = problem;
  const placed = start !== null && start <= query.length;
  const stop = Math.max(end ?? 0, (start ?? 0) + 1);
  return (
    <div class="query-error" role="alert">
      {placed && (
        <div class="query-place" dir="ltr" aria-hidden="true">
          {query.slice(0, start)}
          <span class="caret">{query.slice(start, stop) || "\u00a0"}</span>
          {query.slice(stop)}
        </div>
      )}
      <p>
        {message}
        {placed && <span class="unseen"> (at character {start + 1})</span>}
      </p>
    </div>
  );
}
