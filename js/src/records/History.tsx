import { local, moment } from "../lib/format";
import type { HistoryEntry } from "../protocol";
import { quoted } from "../state/edits";

/** What people changed in a record, the newest first. */
export function History({ of }: { of: readonly HistoryEntry[] }) {
  if (of.length === 0) return <p class="muted">as it was logged</p>;
  return (
    <ol class="history">
      {of.map((entry, at) => (
        <li key={at}>
          <span class="muted">
            <time dateTime={entry.at} title={entry.at}>
              {moment(local(entry.at))}
            </time>{" "}
            {entry.agent !== null && <bdi>{entry.agent}</bdi>}
            {entry.kind === "undo" ? " undid" : entry.kind === "redo" ? " redid" : ""}
          </span>
          {entry.kind === "logged" ? (
            <span>logged anew</span>
          ) : (
            <span>
              {entry.field} <bdi>{quoted(entry.old, entry.field)}</bdi> →{" "}
              <bdi>{quoted(entry.new, entry.field)}</bdi>
            </span>
          )}
          {entry.query && (
            <span class="muted">
              found by <code dir="auto">{entry.query}</code>
            </span>
          )}
          {entry.reason && <span class="muted">{entry.reason}</span>}
        </li>
      ))}
    </ol>
  );
}
