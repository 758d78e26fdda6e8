import type { Store } from "../state/store";
import { NEEDS_KERNEL } from "../state/view";

/** Lines of the table's usual height while the first page is on its way. */
const SKELETON_LINES = 12;

export function Skeleton({ columns }: { columns: number }) {
  return (
    <>
      {Array.from({ length: SKELETON_LINES }, (_, line) => (
        <tr key={line} class="skeleton" aria-hidden="true">
          {Array.from({ length: columns }, (_, at) => (
            <td key={at}>
              <span />
            </td>
          ))}
        </tr>
      ))}
    </>
  );
}

/** No record to show: why, and what to do. */
export function Nothing({ store }: { store: Store }) {
  const { query, filters } = store.asked.value;
  const narrowed = query !== "" || Object.keys(filters).length > 0;
  if (!narrowed) {
    return (
      <div class="nothing">
        <p>This dataset has no records yet.</p>
        <p class="muted">
          Log some with <code>rb.log(records, "{store.config.value.name}")</code>.
        </p>
      </div>
    );
  }
  return (
    <div class="nothing">
      <p>No record matches {query !== "" ? <code dir="auto">{query}</code> : "these filters"}.</p>
      <button
        type="button"
        disabled={store.unanswered.value}
        title={store.unanswered.value ? NEEDS_KERNEL : undefined}
        onClick={() => {
          store.draft.value = "";
          void store.load({ ...store.asked.value, query: "", filters: {}, page: 1 });
          store.focusOn("query");
        }}
      >
        Clear the query
      </button>
    </div>
  );
}
