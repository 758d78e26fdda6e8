import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../lib/icons";
import type { Store } from "../state/store";
import { NEEDS_KERNEL } from "../state/view";
import type { Column } from "./columns";
import { Resizer } from "./Resizer";

const SPOKEN = { asc: "ascending", desc: "descending" } as const;

type Props = { store: Store; columns: Column[]; widths: readonly number[] };

export function Heading({ store, columns, widths }: Props) {
  const head = useRef<HTMLTableSectionElement>(null);
  const { on, turn } = store.focus.value;

  useLayoutEffect(() => {
    if (on === "sort" && turn > 0) head.current?.querySelector<HTMLElement>(".sort")?.focus();
  }, [on, turn]);

  const ids = store.records.value.map((record) => record.id);
  const chosen = ids.filter((id) => store.selected.value.includes(id)).length;
  const { sort } = store.asked.value;
  return (
    <thead ref={head}>
      <tr>
        <th scope="col" class="check">
          <label class="box">
            <input
              type="checkbox"
              aria-label="Select the page"
              checked={chosen > 0 && chosen === ids.length}
              indeterminate={chosen > 0 && chosen < ids.length}
              onClick={(event) => {
                event.preventDefault(); // the answer to the click is in `selected`, not in the box
                queueMicrotask(store.toggleSelectedPage);
              }}
            />
          </label>
        </th>
        {columns.map((column, at) => {
          const lead = sort.find(([field]) => column.sorts.some((one) => one.field === field));
          return (
            <th
              key={column.id}
              scope="col"
              data-column={column.id}
              data-holds={column.holds}
              aria-sort={lead ? SPOKEN[lead[1]] : "none"}
            >
              {column.sorts.length === 0 && <span class="title">{column.title}</span>}
              {column.sorts.map(({ field, title }) => (
                <SortButton key={field} store={store} field={field} title={title} />
              ))}
              <Resizer store={store} column={column} width={widths[at] ?? 0} />
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

function SortButton({ store, field, title }: { store: Store; field: string; title: string }) {
  const { sort } = store.asked.value;
  const at = sort.findIndex(([name]) => name === field);
  const direction = sort[at]?.[1];
  return (
    <button
      type="button"
      class="sort"
      data-on={direction !== undefined}
      disabled={store.unanswered.value}
      title={
        store.unanswered.value ? NEEDS_KERNEL : `Sort by ${title}; with Shift as a further key`
      }
      onClick={(event) => void store.sortBy(field, event.shiftKey)}
      onKeyDown={(event) => {
        if (!event.shiftKey || (event.key !== "Enter" && event.key !== " ")) return;
        event.preventDefault(); // not every browser tells a click by Shift and a key from another
        void store.sortBy(field, true);
      }}
    >
      <bdi>{title}</bdi>
      <Icon
        name={
          direction === "asc" ? "up_arrow" : direction === "desc" ? "down_arrow" : "both_arrows"
        }
      />
      {direction && sort.length > 1 && (
        <span class="sort-place" title={`Sort key ${at + 1}`}>
          {at + 1}
        </span>
      )}
      {direction && <span class="unseen">, sorted {SPOKEN[direction]}</span>}
    </button>
  );
}
