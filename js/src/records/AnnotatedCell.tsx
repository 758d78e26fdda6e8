import { shown } from "../lib/filters";
import { Icon } from "../lib/icons";
import type { EditField, PageRecord } from "../protocol";
import type { Annotator } from "../state/annotate";
import { cell, quoted } from "../state/edits";
import type { Store } from "../state/store";
import { NEEDS_KERNEL } from "../state/view";
import { stop } from "./stop";

type Props = { record: PageRecord; store: Store; annotator: Annotator };

export function AnnotatedCell({ record, store, annotator }: Props) {
  const labels = record.annotation ?? [];
  const open = store.menu.value?.ids.length === 1 && store.menu.value.ids[0] === record.id;
  return (
    <>
      <button
        type="button"
        class="annotation"
        tabIndex={stop(store, record.id)}
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-label={
          labels.length > 0 ? `Annotated as ${labels.map(shown).join(", ")}. Change` : "Annotate"
        }
        disabled={!store.editable.value}
        title={store.unanswered.value ? NEEDS_KERNEL : undefined}
        onClick={(event) => {
          store.menu.value = open ? null : { ids: [record.id], anchor: event.currentTarget };
        }}
      >
        <span class="annotation-labels">
          {labels.length === 0 ? (
            <span class="muted">annotate</span>
          ) : (
            labels.map((label) => (
              <bdi key={label} class="label" title={label}>
                {shown(label)}
              </bdi>
            ))
          )}
        </span>
        <Icon name="down" />
      </button>
      <Progress record={record} field="annotation" store={store} annotator={annotator} />
    </>
  );
}

export function StatusCell({ record, store, annotator }: Props) {
  return (
    <>
      <span class="status" data-status={record.status}>
        {record.status}
      </span>
      <Progress record={record} field="status" store={store} annotator={annotator} />
    </>
  );
}

/** What becomes of a change: saving, refused, or contradicted by somebody faster. */
function Progress({ record, field, store, annotator }: Props & { field: EditField }) {
  const key = cell(record.id, field);
  const conflict = annotator.conflicts.value.get(key);
  const failure = annotator.failures.value.get(key);
  if (store.saving.value.has(key)) {
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
          <bdi>{quoted(conflict.theirs)}</bdi>
        </dd>
        <dt>mine</dt>
        <dd>
          <bdi>{quoted(conflict.yours)}</bdi>
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
