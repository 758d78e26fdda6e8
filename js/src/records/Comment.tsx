import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { PageRecord } from "../protocol";
import type { Annotator } from "../state/annotate";
import { cell, replace } from "../state/edits";
import { MAX_COMMENT } from "../state/limits";
import type { Store } from "../state/store";
import { Progress } from "./Progress";

type Props = { record: PageRecord; store: Store; annotator: Annotator };

/** The comment of a record, to read and to write; what is being written outlives the detail. */
export function RecordComment({ record, store, annotator }: Props) {
  const { id, comment } = record;
  const draft = store.drafts.get(id);
  const [text, setText] = useState(draft ?? comment ?? "");
  const place = useRef<HTMLDivElement>(null);
  const { on, turn } = store.focus.value;
  const served = useRef(store.opened.peek() === id && on === "comment" ? -1 : turn);

  const key = cell(id, "comment");
  const waits = store.saving.value.has(key);
  const contested = annotator.conflicts.value.has(key); // and shown there
  useEffect(() => {
    const saved = !waits && store.drafts.get(id) === (comment ?? "");
    if (saved || contested) store.drafts.delete(id);
    if (!store.drafts.has(id)) setText(comment ?? "");
  }, [id, comment, waits, contested, store]);
  useLayoutEffect(() => {
    if (on !== "comment" || served.current === turn) return;
    served.current = turn;
    place.current?.querySelector("textarea")?.focus();
  }, [on, turn]);

  const write = (now: string) => {
    setText(now);
    store.drafts.set(id, now);
  };
  return (
    <div ref={place}>
      <CommentBox
        text={text}
        write={write}
        changed={text !== (comment ?? "")}
        disabled={!store.editable.value}
        save={(now) => {
          write(now ?? "");
          annotator.act([id], replace("comment", now));
          store.focusOn("record");
        }}
        leave={() => {
          store.drafts.delete(id);
          setText(comment ?? "");
          store.focusOn("record");
        }}
      />
      <Progress record={record} fields={["comment"]} store={store} annotator={annotator} />
    </div>
  );
}

type BoxProps = {
  text: string;
  write: (text: string) => void;
  changed: boolean;
  disabled: boolean;
  save: (comment: string | null) => void;
  leave: () => void;
};

/** Where a comment is written; Ctrl Enter saves it, Escape leaves it as it was. */
export function CommentBox({ text, write, changed, disabled, save, leave }: BoxProps) {
  return (
    <div class="comment-box">
      <textarea
        aria-label="Comment"
        rows={Math.min(8, Math.max(2, text.split("\n").length))}
        maxLength={MAX_COMMENT}
        placeholder="No comment"
        dir="auto"
        data-first
        disabled={disabled}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save(text.trim() || null);
          else if (event.key === "Escape") leave();
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {changed && (
        <div class="buttons">
          <button type="button" class="strong" onClick={() => save(text.trim() || null)}>
            Save <kbd>Ctrl ↵</kbd>
          </button>
          <button type="button" onClick={leave}>
            Cancel <kbd>Esc</kbd>
          </button>
        </div>
      )}
    </div>
  );
}
