import { count, records } from "../lib/format";
import { literal } from "../lib/python";
import type { Format } from "../protocol";
import type { Exporting } from "../state/exporting";
import type { Store } from "../state/store";

const FORMATS: [format: Format, title: string][] = [
  ["csv", "CSV"],
  ["jsonl", "JSON Lines"],
  ["parquet", "Parquet"],
];

/** Files of all records of the view, or of the selected ones. */
export function ExportMenu({ store, exporting }: { store: Store; exporting: Exporting }) {
  const { running, error, changes } = exporting;
  const all = store.page.value?.count ?? 0;
  const selected = store.selected.value;
  if (running.value) return <Running exporting={exporting} />;
  const row = (title: string, ids: readonly string[] | null) => (
    <fieldset class="formats">
      <legend>{title}</legend>
      {FORMATS.map(([format, name], at) => (
        <button
          key={format}
          type="button"
          data-first={(at === 0 && ids === null) || undefined}
          onClick={() => void exporting.write(format, ids)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
  return (
    <>
      {row(`${all === 1 ? "The" : "All"} ${records(all)} of this view`, null)}
      {selected.length > 0 && row(`The ${count(selected.length)} selected`, selected)}
      <label class="replacing">
        <input
          type="checkbox"
          checked={changes.value}
          onChange={() => {
            changes.value = !changes.value;
          }}
        />
        With changes: annotation before, author, time and comment
      </label>
      <fieldset class="formats">
        <legend>A page to read and to send</legend>
        <button type="button" onClick={() => void exporting.write("html", null)}>
          HTML report
        </button>
      </fieldset>
      {error.value && <p class="problem">{error.value}</p>}
      <p class="muted">
        In CSV, texts that a spreadsheet would compute (= + - @) get an apostrophe before them. JSON
        Lines and Parquet are exact. A report has the counts, charts and first 1,000 records.
      </p>
      <p class="muted">
        In Python:{" "}
        <code>
          ex.to_csv({literal(`${store.config.value.name}.csv`)}
          {changes.value && ", changes=True"})
        </code>
      </p>
    </>
  );
}

function Running({ exporting }: { exporting: Exporting }) {
  const now = exporting.running.value;
  if (!now) return null;
  const { name, total, written } = now;
  return (
    <div class="running">
      <label>
        {name || "Asking the kernel…"}
        <progress max={Math.max(1, total)} value={written} />
      </label>
      <span class="number muted">
        {count(written)} of {records(total)}
      </span>
      <button type="button" data-first onClick={exporting.cancel}>
        Cancel
      </button>
    </div>
  );
}
