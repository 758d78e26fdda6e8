import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Annotator } from "../state/annotate";
import type { Store } from "../state/store";
import { columnsOf } from "./columns";
import { Heading } from "./Heading";
import { Nothing, Skeleton } from "./Nothing";
import { RecordView } from "./RecordView";

/** One page of records, as a table that scrolls by itself under its headings. */
export function RecordsTable({ store, annotator }: { store: Store; annotator: Annotator }) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  const columns = columnsOf(store.config.value);
  const records = store.records.value;
  const { asked, page } = store;

  useLayoutEffect(() => {
    if (!frame.current || !globalThis.ResizeObserver) return;
    const observer = new ResizeObserver(([entry]) => {
      width.value = Math.round(entry?.contentRect.width ?? 0);
    });
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, [width]);

  // A record that had the focus may leave with its page: the hand then goes to the current one.
  const root = frame.current?.getRootNode() as ShadowRoot | undefined;
  const held = frame.current?.contains(root?.activeElement ?? null) ?? false;
  useLayoutEffect(() => {
    if (held && !frame.current?.contains(root?.activeElement ?? null)) store.focusOn("record");
  });

  useLayoutEffect(() => {
    if (frame.current) frame.current.scrollTop = 0;
  }, [page.value?.page, page.value?.reading, asked.value.sort]);

  return (
    <div class="frame" ref={frame} aria-busy={store.loading.value}>
      {store.loading.value && store.life.value !== "gone" && <div class="progress" />}
      <table>
        <caption class="unseen">Records</caption>
        <colgroup>
          <col class="check" />
          {columns.map(({ id }) => (
            <col key={id} data-column={id} />
          ))}
        </colgroup>
        <Heading store={store} columns={columns} />
        <tbody>
          {records.map((record) => (
            <RecordView
              key={record.id}
              record={record}
              columns={columns}
              table={{ store, annotator, width }}
            />
          ))}
          {!page.value && !store.problem.value && <Skeleton columns={columns.length + 1} />}
        </tbody>
      </table>
      {page.value && records.length === 0 && <Nothing store={store} />}
    </div>
  );
}
