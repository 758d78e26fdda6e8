import { shown } from "../lib/filters";
import { Icon } from "../lib/icons";
import type { PageRecord } from "../protocol";
import type { Annotator } from "../state/annotate";
import { these } from "../state/edits";
import type { Store } from "../state/store";
import { NEEDS_KERNEL } from "../state/view";
import { Progress } from "./Progress";
import { stop } from "./stop";

type Props = { record: PageRecord; store: Store; annotator: Annotator };

export function AnnotatedCell({ record, store, annotator }: Props) {
  const labels = record.annotation ?? [];
  const ids = store.menu.value?.meant.scope.ids;
  const open = ids?.length === 1 && ids[0] === record.id;
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
          store.menu.value = open
            ? null
            : { meant: these([record.id]), anchor: event.currentTarget };
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
      <Progress
        record={record}
        fields={["annotation", "verdict"]}
        store={store}
        annotator={annotator}
      />
    </>
  );
}

export function StatusCell({ record, store, annotator }: Props) {
  return (
    <>
      <span class="status" data-status={record.status}>
        {record.status}
      </span>
      <Progress record={record} fields={["status"]} store={store} annotator={annotator} />
    </>
  );
}
