import type { EditField, PageRecord } from "../protocol";
import type { Annotator } from "../state/annotate";
import { cell, quoted } from "../state/edits";
import type { Store } from "../state/store";

type Props = { record: PageRecord; fields: EditField[]; store: Store; annotator: Annotator };

/** What becomes of a change: saving, refused, or contradicted by somebody faster. */
export function Progress({ record, fields, store, annotator }: Props) {
  const conflicts = annotator.conflicts.value;
  const keys = fields.map((field) => cell(record.id, field));
  const key = keys.find((one) => conflicts.has(one)) ?? "";
  const conflict = conflicts.get(key);
  const failure = keys.map((one) => annotator.failures.value.get(one)).find(Boolean);
  if (keys.some((one) => store.saving.value.has(one))) {
    return <span class="saving">{store.life.value === "gone" ? "not saved yet" : "saving…"}</span>;
  }
  if (failure !== undefined) return <p class="failure">Not saved: {failure}</p>;
  if (!conflict) return null;
  return (
    <fieldset class="conflict">
      <legend>Changed meanwhile</legend>
      <dl>
        <dt>theirs</dt>
        <dd>
          <bdi>{quoted(conflict.theirs, conflict.field)}</bdi>
        </dd>
        <dt>mine</dt>
        <dd>
          <bdi>{quoted(conflict.yours, conflict.field)}</bdi>
        </dd>
      </dl>
      <div class="buttons">
        <button type="button" onClick={() => annotator.resolve(key, "theirs")}>
          Keep theirs <kbd>Esc</kbd>
        </button>
        <button type="button" class="strong" onClick={() => annotator.resolve(key, "mine")}>
          Use mine <kbd>↵</kbd>
        </button>
      </div>
    </fieldset>
  );
}
