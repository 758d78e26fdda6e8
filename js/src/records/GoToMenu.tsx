import { useState } from "preact/hooks";
import { count } from "../lib/format";
import { Popover } from "../lib/Popover";
import type { LocateResult } from "../protocol";
import { goToRecord, showAlone } from "../state/finding";
import type { Store } from "../state/store";

type Props = {
  store: Store;
  anchor: Element;
  /** A record that was looked for already, and is not in the view. */
  absent: string | undefined;
  close: (back: boolean) => void;
};

/** Jumps to a record by its id, or to a page by its number. */
export function GoToMenu({ store, anchor, absent, close }: Props) {
  const [id, setId] = useState(absent ?? "");
  const [found, setFound] = useState<LocateResult | null>(
    absent === undefined ? null : { id: absent, known: true, page: null },
  );
  const [fault, setFault] = useState("");
  const [number, setNumber] = useState("");
  const pages = store.page.value?.pages ?? 1;
  const wanted = Number(number);
  const bad = number !== "" && !(Number.isInteger(wanted) && wanted >= 1 && wanted <= pages);

  const look = async () => {
    if (id.trim() === "") return;
    setFault("");
    try {
      const result = await goToRecord(store, id);
      if (result.page === null) setFound(result);
      else close(false);
    } catch (error) {
      setFault((error as Error).message);
    }
  };
  const turn = async () => {
    if (number === "" || bad) return;
    close(false);
    await store.goTo(wanted);
    store.focusOn("record");
  };
  const onEnter = (does: () => Promise<void>) => (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    void does();
  };
  return (
    <Popover anchor={anchor} label="Go to" close={close}>
      <div class="goto">
        <label>
          <span>Record id</span>
          <input
            type="text"
            data-first
            autocomplete="off"
            spellcheck={false}
            dir="auto"
            value={id}
            onInput={(event) => {
              setId(event.currentTarget.value);
              setFound(null);
            }}
            onKeyDown={onEnter(look)}
          />
        </label>
        <button type="button" onClick={() => void look()}>
          Go
        </button>
        <label>
          <span>Page</span>
          <input
            type="text"
            inputMode="numeric"
            autocomplete="off"
            placeholder={`1 to ${count(pages)}`}
            aria-invalid={bad}
            value={number}
            onInput={(event) => setNumber(event.currentTarget.value.trim())}
            onKeyDown={onEnter(turn)}
          />
        </label>
        <button type="button" onClick={() => void turn()}>
          Go
        </button>
      </div>
      <div role="status" class="goto-said">
        {fault !== "" && <p>{fault}</p>}
        {bad && <p>There are pages 1 to {count(pages)}.</p>}
        {found && !found.known && (
          <p>
            No record has the id <bdi>{found.id}</bdi>.
          </p>
        )}
        {found?.known && (
          <p>
            <bdi>{found.id}</bdi> is not among the records shown.{" "}
            <button
              type="button"
              class="link"
              onClick={() => {
                close(false);
                void showAlone(store, found.id);
              }}
            >
              Show it alone
            </button>
          </p>
        )}
      </div>
    </Popover>
  );
}
