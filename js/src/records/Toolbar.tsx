import { useRef } from "preact/hooks";
import { Icon } from "../lib/icons";
import type { Box, Store } from "../state/store";
import { ColumnsMenu } from "./ColumnsMenu";
import { GoToMenu } from "./GoToMenu";
import { SortMenu } from "./SortMenu";

/** What is done to the table as a whole, each in a box of its own. */
export function Toolbar({ store }: { store: Store }) {
  const bar = useRef<HTMLDivElement>(null);
  const { box } = store;
  const open = box.value;
  const keys = store.asked.value.sort.length;
  const button = (kind: Box["kind"], title: string) => (
    <button
      type="button"
      class="plain"
      data-kind={kind}
      aria-haspopup="dialog"
      aria-expanded={open?.kind === kind}
      disabled={store.source.value !== "kernel" && kind !== "columns"}
      onClick={() => {
        box.value = open?.kind === kind ? null : ({ kind } as Box);
      }}
    >
      {title} <Icon name="down" />
    </button>
  );
  const own = (kind: string) =>
    bar.current?.querySelector<HTMLElement>(`button[data-kind=${kind}]`) ?? undefined;
  const anchor = open ? own(open.kind) : undefined;
  const close = (back: boolean) => {
    box.value = null;
    if (back) anchor?.focus();
  };
  return (
    <div class="toolbar" ref={bar}>
      {button("goto", "Go to")}
      {button("sort", keys > 1 ? `Sort (${keys})` : "Sort")}
      {button("columns", "Columns")}
      {anchor && open?.kind === "columns" && (
        <ColumnsMenu store={store} anchor={anchor} close={close} />
      )}
      {anchor && open?.kind === "sort" && <SortMenu store={store} anchor={anchor} close={close} />}
      {anchor && open?.kind === "goto" && (
        <GoToMenu
          key={open.absent}
          store={store}
          anchor={anchor}
          absent={open.absent}
          close={(back) => {
            box.value = null;
            if (back) store.focusOn("record");
          }}
        />
      )}
    </div>
  );
}
