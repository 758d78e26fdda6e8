import { useRef, useState } from "preact/hooks";
import { Icon } from "../lib/icons";
import type { SavedView } from "../protocol";
import type { Sharing } from "../state/sharing";
import type { Store } from "../state/store";

type Props = { store: Store; sharing: Sharing; close: (back: boolean) => void };

/** The views saved with the dataset, and a way to save this one. */
export function ViewsMenu({ store, sharing, close }: Props) {
  const { views, error, change } = sharing;
  const [typed, setTyped] = useState("");
  const [renaming, setRenaming] = useState<string | null>(null);
  const [deleted, setDeleted] = useState<SavedView | null>(null);
  const box = useRef<HTMLInputElement>(null);
  const listed = views.value ?? [];
  const name = typed.trim();
  const taken = listed.some((view) => view.name === name);

  const save = async (event: Event) => {
    event.preventDefault();
    if (name === "") return box.current?.focus();
    const state = sharing.state();
    if (await change({ do: "save", name, state, replace: taken })) {
      setTyped("");
      store.say(`Saved the view ${name}`);
      close(true);
    }
  };
  const show = async ({ name, state }: SavedView) => {
    close(false);
    if (await sharing.show(state)) store.say(`Shown: ${name}`);
    store.focusOn("record");
  };
  const remove = async (view: SavedView) => {
    if (!(await change({ do: "delete", name: view.name }))) return;
    setDeleted(view);
    box.current?.focus();
  };
  const restore = async ({ name, state }: SavedView) => {
    if (!(await change({ do: "save", name, state, replace: false }))) return;
    setDeleted(null);
    box.current?.focus();
  };

  return (
    <>
      {views.value === null && !error.value && <p class="muted none">Asking the kernel…</p>}
      {views.value && listed.length === 0 && (
        <p class="muted none">No views yet. Name this one to come back to it.</p>
      )}
      <ul class="rows" aria-label="Saved views">
        {listed.map((view) =>
          renaming === view.name ? (
            <Rename
              key={view.name}
              name={view.name}
              done={async (to) => {
                if (to !== null && to !== view.name) {
                  if (!(await change({ do: "rename", name: view.name, to }))) return;
                }
                setRenaming(null);
                box.current?.focus();
              }}
            />
          ) : (
            <li key={view.name}>
              <button
                type="button"
                class="plain choice"
                disabled={view.missing.length > 0}
                onClick={() => void show(view)}
              >
                <bdi>{view.name}</bdi>
              </button>
              <button
                type="button"
                class="plain"
                aria-label={`Rename ${view.name}`}
                title="Rename"
                onClick={() => setRenaming(view.name)}
              >
                <Icon name="pen" />
              </button>
              <button
                type="button"
                class="plain"
                aria-label={`Delete ${view.name}`}
                title="Delete"
                onClick={() => void remove(view)}
              >
                <Icon name="close" />
              </button>
              {view.missing.length > 0 && (
                <p class="muted">The dataset lacks {view.missing.join("; ")}</p>
              )}
            </li>
          ),
        )}
      </ul>
      {deleted && (
        <p class="deleted" role="status">
          Deleted <bdi>{deleted.name}</bdi>
          <button type="button" class="link" onClick={() => void restore(deleted)}>
            Undo
          </button>
        </p>
      )}
      {error.value && (
        <p class="problem" role="alert">
          {error.value}
        </p>
      )}
      <form class="save" onSubmit={save}>
        <input
          ref={box}
          data-first
          type="text"
          aria-label="Name of this view"
          placeholder="Save this view as…"
          maxLength={80}
          autocomplete="off"
          dir="auto"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <button type="submit" class={taken ? "" : "strong"} disabled={name === ""}>
          {taken ? "Replace" : "Save"}
        </button>
      </form>
      {taken && <p class="muted">There is a view of that name: Replace puts this one there.</p>}
    </>
  );
}

function Rename({ name, done }: { name: string; done: (to: string | null) => void }) {
  const [typed, setTyped] = useState(name);
  return (
    <li>
      <form
        class="save"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() !== "") done(typed.trim());
        }}
      >
        <input
          ref={(box) => {
            if (box && !box.matches(":focus")) box.select();
          }}
          type="text"
          aria-label={`New name of ${name}`}
          maxLength={80}
          dir="auto"
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.stopPropagation();
            event.preventDefault();
            done(null);
          }}
        />
        <button type="submit">Rename</button>
      </form>
    </li>
  );
}
