import { useRef, useState } from "preact/hooks";
import { Icon } from "../lib/icons";
import type { Store } from "../state/store";
import { ColumnsMenu } from "./ColumnsMenu";

/** What is done to the table as a whole. */
export function Toolbar({ store }: { store: Store }) {
  const columns = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <div class="toolbar">
      <button
        ref={columns}
        type="button"
        class="plain"
        aria-haspopup="dialog"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        Columns <Icon name="down" />
      </button>
      {open && columns.current && (
        <ColumnsMenu
          store={store}
          anchor={columns.current}
          close={(back) => {
            setOpen(false);
            if (back) columns.current?.focus();
          }}
        />
      )}
    </div>
  );
}
