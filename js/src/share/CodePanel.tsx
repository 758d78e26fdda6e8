import type { Sharing } from "../state/sharing";
import type { Store } from "../state/store";
import { Copyable } from "./Copyable";

/** What is shown, and what was done last, as Python. */
export function CodePanel({ store, sharing }: { store: Store; sharing: Sharing }) {
  const { shared, error, gesture } = sharing;
  if (error.value) return <p class="problem">{error.value}</p>;
  if (!shared.value) return <p class="muted none">Asking the kernel…</p>;
  const { code, load } = shared.value;
  const chosen = store.selected.value.length > 0;
  return (
    <>
      <Copyable first label="This view" text={`ex = ${code}`} />
      <Copyable label="Its records as a DataFrame" text="ex.to_pandas()" />
      {chosen && <Copyable label="The selected ones" text="ex.selected_records.to_pandas()" />}
      {load && <Copyable label="The same records without an explorer" text={load} />}
      {gesture.value.length > 0 && (
        <Copyable label="The last gesture" text={gesture.value.join("\n")} />
      )}
    </>
  );
}
