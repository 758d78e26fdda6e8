import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { records } from "../lib/format";
import { Icon } from "../lib/icons";
import { Popover } from "../lib/Popover";
import type { Annotator } from "../state/annotate";
import type { Store } from "../state/store";
import { NEEDS_KERNEL } from "../state/view";
import { Changes } from "./Changes";

type Props = { store: Store; annotator: Annotator; children?: ComponentChildren };

export function Header({ store, annotator, children }: Props) {
  const history = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
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
          onClick={() => annotator.step("undo")}
        >
          <Icon name="undo" />
        </button>
        <button
          type="button"
          class="plain"
          aria-label="Redo"
          title={store.unanswered.value ? NEEDS_KERNEL : "Redo (Z)"}
          disabled={waits || !store.canRedo.value}
          onClick={() => annotator.step("redo")}
        >
          <Icon name="redo" />
        </button>
        <button
          ref={history}
          type="button"
          class="plain"
          aria-label="History of changes"
          title={store.unanswered.value ? NEEDS_KERNEL : "Changes of everybody"}
          aria-haspopup="dialog"
          aria-expanded={open}
          disabled={waits}
          onClick={() => setOpen(!open)}
        >
          <Icon name="changes" />
        </button>
        {open && history.current && (
          <Popover
            anchor={history.current}
            label="Changes"
            close={(back) => {
              setOpen(false);
              if (back) history.current?.focus();
            }}
          >
            <div class="tool">
              <Changes store={store} annotator={annotator} />
            </div>
          </Popover>
        )}
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
