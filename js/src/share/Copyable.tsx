import { useId, useRef, useState } from "preact/hooks";
import { copied } from "../lib/files";

type Props = { label: string; text: string; first?: boolean; note?: string; done?: () => void };

/** A line to copy; where the clipboard is closed to us the line is selected to be copied by hand. */
export function Copyable({ label, text, first, note, done }: Props) {
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const [said, setSaid] = useState("");
  return (
    <div class="copyable">
      <label for={id}>{label}</label>
      <div>
        <textarea
          ref={box}
          id={id}
          readOnly
          rows={Math.min(4, Math.max(1, Math.ceil(text.length / 38), text.split("\n").length))}
          spellcheck={false}
          dir="ltr"
          value={text}
          onFocus={(event) => event.currentTarget.select()}
        />
        <button
          type="button"
          data-first={first || undefined}
          aria-label={`Copy: ${label}`}
          onClick={async () => {
            done?.();
            if (await copied(text)) return setSaid("Copied");
            box.current?.focus();
            box.current?.select();
            setSaid("Press Ctrl C");
          }}
        >
          Copy
        </button>
      </div>
      <p class="muted">
        {note} <span role="status">{said}</span>
      </p>
    </div>
  );
}
