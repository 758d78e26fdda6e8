import type { ComponentChildren } from "preact";
import { records } from "../lib/format";
import { Icon } from "../lib/icons";
import type { Annotator } from "../state/annotate";
import type { Store } from "../state/store";
import { NEEDS_KERNEL } from "../state/view";

type Props = { store: Store; annotator: Annotator; children?: ComponentChildren };

export function Header({ store, annotator, children }: Props) {
  const waits = !store.editable.value;
  return (
    <header>
      <h2>
        <bdi>{store.config.value.title}</bdi>
        <span class="muted"> · {records(store.total.value)}</span>
      </h2>
      <div class="tools">
        {children}
        <button
          type="button"
          class="plain"
          aria-label="Undo"
          title={store.unanswered.value ? NEEDS_KERNEL : "Undo (z)"}
          disabled={waits || !store.canUndo.value}
          onClick={annotator.undo}
        >
          <Icon name="undo" />
        </button>
        <button
          type="button"
          class="plain"
          aria-label="Redo"
          title={store.unanswered.value ? NEEDS_KERNEL : "Redo (Z)"}
          disabled={waits || !store.canRedo.value}
          onClick={annotator.redo}
        >
          <Icon name="redo" />
        </button>
        <button
          type="button"
          class="plain"
          aria-label="Keyboard help"
          title="Keys (?)"
          onClick={() => {
            store.help.value = true;
          }}
        >
          <span aria-hidden="true">?</span>
        </button>
      </div>
    </header>
  );
}
