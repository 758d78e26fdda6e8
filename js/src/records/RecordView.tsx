import { Icon } from "../lib/icons";
import type { PageRecord } from "../protocol";
import type { Column, Table } from "./columns";
import { Detail } from "./Detail";
import { stop } from "./stop";

type Props = { record: PageRecord; columns: Column[]; table: Table };

/** One record of the page; the current one is the one that Tab reaches and keys act on. */
export function RecordView({ record, columns, table }: Props) {
  const { store, annotator } = table;
  const { id, comment } = record;
  const current = store.current.value === id;
  const opened = store.opened.value === id;
  const chosen = store.selected.value.includes(id);

  return (
    <>
      <tr
        tabIndex={stop(store, id)}
        aria-current={current ? "true" : undefined}
        data-record={id}
        data-chosen={chosen}
        data-opened={opened}
        onFocusCapture={() => {
          store.current.value = id;
        }}
        onDblClick={(event) => {
          if (event.target instanceof Element && !event.target.closest("button, input, .text")) {
            store.opened.value = opened ? null : id;
          }
        }}
      >
        <td class="check">
          <label class="box">
            <input
              type="checkbox"
              aria-label="Select the record"
              tabIndex={stop(store, id)}
              checked={chosen}
              onChange={() => store.toggleSelected(id)}
            />
          </label>
          {comment !== null && (
            <span class="commented" title={comment}>
              <Icon name="comment" />
              <span class="unseen">commented</span>
            </span>
          )}
        </td>
        {columns.map((column) => (
          <td key={column.id} data-column={column.id} data-holds={column.holds}>
            {column.cell(record, table)}
          </td>
        ))}
      </tr>
      {opened && (
        <tr class="detail">
          <td colSpan={columns.length + 1}>
            <Detail record={record} store={store} annotator={annotator} />
          </td>
        </tr>
      )}
    </>
  );
}
