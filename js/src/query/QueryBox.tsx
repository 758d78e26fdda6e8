import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { Icon } from "../lib/icons";
import type { Store } from "../state/store";
import { Completions } from "./Completions";
import { createCompleting } from "./completion";
import { ErrorPlace } from "./ErrorPlace";

export function QueryBox({ store }: { store: Store }) {
  const input = useRef<HTMLInputElement>(null);
  const { on, turn } = store.focus.value;
  const { problem, draft, asked } = store;

  useLayoutEffect(() => {
    if (on === "query" && turn > 0) {
      input.current?.focus();
      input.current?.select();
    }
  }, [on, turn]);

  const completing = useMemo(() => createCompleting(store), [store]);
  useEffect(() => () => completing.stop(), [completing]);
  const { shown, active } = completing;
  const open = shown.value !== null;
  const search = (text: string) => void completing.search(text);

  const accept = (place: number) => {
    const caret = completing.accept(place);
    const box = input.current;
    if (caret === null || !box) return;
    box.value = draft.value; // before the next painting, so that the caret finds its place
    box.focus();
    box.setSelectionRange(caret, caret);
  };
  const showHistory = () => {
    input.current?.focus();
    if (!completing.showHistory()) store.say("No earlier queries yet");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { key, isComposing, ctrlKey, metaKey, altKey, shiftKey } = event;
    if (isComposing || ctrlKey || metaKey || altKey || shiftKey) return;
    const box = input.current;
    const caret = box?.selectionStart ?? 0;
    if (open && (key === "ArrowDown" || key === "ArrowUp")) {
      completing.move(key === "ArrowDown" ? 1 : -1);
    } else if (open && active.value >= 0 && (key === "Tab" || key === "Enter")) {
      accept(active.value);
    } else if (open && key === "Escape") completing.close();
    else if (key === "ArrowDown" && box) void completing.ask(draft.value, caret);
    else if (key === "ArrowUp" && caret === 0) completing.showHistory();
    else {
      if (key === "Escape") completing.stop();
      else if (/^(Arrow|Home|End|Page)/.test(key)) completing.close();
      return;
    }
    event.preventDefault();
  };
  const changed = draft.value.trim() !== asked.value.query && draft.value !== problem.value?.query;

  return (
    <form
      class="query"
      onSubmit={(event) => {
        event.preventDefault();
        search(draft.value);
      }}
    >
      <div class="query-box" data-bad={problem.value !== null}>
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-label="Query"
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-expanded={open}
          aria-controls={open ? "completions" : undefined}
          aria-activedescendant={active.value >= 0 ? `completion-${active.value}` : undefined}
          aria-describedby="reading"
          aria-invalid={problem.value !== null}
          placeholder="All records. Try  predicted:ko AND score:>0.9"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          dir="auto"
          value={draft.value}
          onInput={(event) => {
            const { value, selectionStart } = event.currentTarget;
            completing.typed(value, selectionStart ?? value.length);
          }}
          onKeyDown={onKeyDown}
          onPointerDown={completing.close}
          onBlur={completing.close}
        />
        {draft.value !== "" && (
          <button
            type="button"
            class="plain"
            aria-label="Clear the query"
            title="Clear the query"
            onClick={() => {
              search("");
              input.current?.focus();
            }}
          >
            <Icon name="close" />
          </button>
        )}
        <button
          type="button"
          class="plain"
          aria-label="Earlier queries"
          title="Earlier queries (↑ at the start of the box)"
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => (shown.value?.what === "history" ? completing.close() : showHistory())}
        >
          <Icon name="history" />
        </button>
        <button
          type="submit"
          class="plain"
          aria-label="Search"
          title="Search (Enter)"
          data-changed={changed}
        >
          <Icon name="search" />
        </button>
      </div>
      <Completions completing={completing} onAccept={accept} />
      {problem.value && <ErrorPlace problem={problem.value} />}
    </form>
  );
}
