import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../lib/icons";
import type { Store } from "../state/store";
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

  const search = (text: string) => {
    draft.value = text;
    void store.search(text);
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
          aria-label="Query"
          aria-describedby="reading"
          aria-invalid={problem.value !== null}
          placeholder="All records. Try  predicted:ko AND score:>0.9"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          dir="auto"
          value={draft.value}
          onInput={(event) => {
            draft.value = event.currentTarget.value;
          }}
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
          type="submit"
          class="plain"
          aria-label="Search"
          title="Search (Enter)"
          data-changed={changed}
        >
          <Icon name="search" />
        </button>
      </div>
      {problem.value && <ErrorPlace problem={problem.value} />}
    </form>
  );
}
