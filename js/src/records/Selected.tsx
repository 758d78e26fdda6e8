import { useRef, useState } from "preact/hooks";
import { Icon } from "../lib/icons";
import { Popover } from "../lib/Popover";
import type { Status } from "../protocol";
import { type Bulk, scopeWords } from "../state/bulk";
import { replace } from "../state/edits";
import type { ScopeName, Store } from "../state/store";
import { CommentBox } from "./Comment";

const SCOPES: ScopeName[] = ["selected", "page", "all"];
const STATUSES: [status: Status, does: string][] = [
  ["Validated", "Validate"],
  ["Discarded", "Discard"],
  ["Default", "Restore"],
];

/** What can be done to the selected records, to the page, or to all that match. */
export function Selected({ store, bulk }: { store: Store; bulk: Bulk }) {
  const comments = useRef<HTMLButtonElement>(null);
  const [comment, setComment] = useState<string | null>(null);
  const meant = bulk.meant.value;
  const waits = !store.editable.value || meant.count === 0;
  const none = store.selected.value.length === 0;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend on its own line
    <div class="selected" role="group" aria-label="Selected records">
      <select
        aria-label="Records to change"
        value={store.scope.value}
        onChange={(event) => {
          store.scope.value = event.currentTarget.value as ScopeName;
        }}
      >
        {SCOPES.map((name) => (
          <option key={name} value={name} hidden={none && name === "selected"}>
            {scopeWords(name, store)}
          </option>
        ))}
      </select>
      <button
        type="button"
        aria-haspopup="dialog"
        disabled={waits}
        onClick={(event) => {
          store.menu.value = { meant, anchor: event.currentTarget };
        }}
      >
        Annotate as <Icon name="down" />
      </button>
      {STATUSES.map(([status, does]) => (
        <button
          key={does}
          type="button"
          disabled={waits}
          onClick={() => bulk.act(meant, replace("status", status))}
        >
          {does}
        </button>
      ))}
      <button
        ref={comments}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={comment !== null}
        disabled={waits}
        onClick={() => setComment(comment === null ? "" : null)}
      >
        Comment
      </button>
      <button
        type="button"
        class="plain"
        aria-label="Clear"
        title="Select nothing"
        onClick={() => {
          bulk.clear();
          store.focusOn("record");
        }}
      >
        <Icon name="close" />
      </button>
      {comment !== null && comments.current && (
        <Popover anchor={comments.current} label="Comment on them" close={() => setComment(null)}>
          <CommentBox
            text={comment}
            write={setComment}
            changed
            disabled={false}
            save={(now) => {
              setComment(null);
              bulk.act(meant, replace("comment", now));
            }}
            leave={() => {
              setComment(null);
              comments.current?.focus();
            }}
          />
        </Popover>
      )}
    </div>
  );
}
