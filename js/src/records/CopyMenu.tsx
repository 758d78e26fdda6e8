import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Popover } from "../lib/Popover";
import { type Form, formOf, toClipboard } from "../state/copying";
import type { Store } from "../state/store";

const FORMS: [form: Form, title: string, said: string][] = [
  ["text", "Text", "The text is copied"],
  ["json", "JSON", "The record is copied as JSON"],
  ["python", "Python line", "The Python line that loads the record is copied"],
];

type Props = { store: Store; id: string; anchor: Element };

/** Copies a record; where there is no clipboard, shows what to copy, selected. */
export function CopyMenu({ store, id, anchor }: Props) {
  const [plain, setPlain] = useState<string | null>(null);
  const [fault, setFault] = useState("");
  const box = useRef<HTMLTextAreaElement>(null);
  const close = (back: boolean) => {
    store.box.value = null;
    if (back) store.focusOn("record");
  };
  useLayoutEffect(() => {
    box.current?.focus();
    box.current?.select();
  }, [plain]);

  const copy = async (form: Form, said: string) => {
    const known =
      store.wholes.value.has(id) || form === "python" ? null : await store.fetchWhole(id);
    if (store.box.value?.kind !== "copy") return; // closed meanwhile
    if (known !== null) return setFault(known);
    const record =
      store.wholes.value.get(id)?.record ?? store.records.value.find((one) => one.id === id);
    if (!record) return close(true);
    const text = formOf(form, record, store.config.value.name);
    if (!(await toClipboard(text))) return setPlain(text);
    close(true);
    store.say(said);
  };
  return (
    <Popover anchor={anchor} label="Copy the record" close={close}>
      {plain === null ? (
        <div class="copy">
          <span class="muted">Copy</span>
          {FORMS.map(([form, title, said]) => (
            <button key={form} type="button" onClick={() => void copy(form, said)}>
              {title}
            </button>
          ))}
        </div>
      ) : (
        <div class="copy-plain">
          <label>
            <span>
              The clipboard is out of reach here: copy with <kbd>Ctrl C</kbd>
            </span>
            <textarea ref={box} readOnly rows={6} value={plain} />
          </label>
        </div>
      )}
      {fault !== "" && <p role="alert">Not copied: {fault}</p>}
    </Popover>
  );
}
