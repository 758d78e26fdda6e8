import { useComputed, useSignal } from "@preact/signals";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { Annotator } from "../state/annotate";
import type { Store } from "../state/store";
import { CopyMenu } from "./CopyMenu";
import { columnsOf } from "./columns";
import { useDrawn } from "./drawn";
import { Heading } from "./Heading";
import { Nothing, Skeleton } from "./Nothing";
import { RecordView } from "./RecordView";
import { placed } from "./widths";

type Props = { store: Store; annotator: Annotator; seen: boolean };

/** One page of records, as a table that scrolls by itself under its headings. */
export function RecordsTable({ store, annotator, seen }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  const { config, layout } = store;
  const chosen = layout.columns.value;
  const columns = useMemo(() => columnsOf(config.value, chosen), [config.value, chosen]);
  const place = placed(columns, layout.widths.value, width.value);
  const measure = useComputed(
    () => `${width.value} ${layout.columns.value} ${JSON.stringify(layout.widths.value)}`,
  );
  const table = useMemo(() => ({ store, annotator, measure }), [store, annotator, measure]);
  const { page, shown } = store;
  const hand = store.current.value;
  const { query, dialect, filters, sort, page: at } = shown.value;
  const now = {
    records: store.records.value,
    contents: JSON.stringify([query, dialect, filters, sort, at]),
  };
  const drawing = useRef(now);
  if (seen) drawing.current = now; // what nobody sees is drawn once somebody does
  const { records, contents } = drawing.current;
  const drawn = useDrawn(
    contents,
    records.findIndex(({ id }) => id === hand),
  );

  useLayoutEffect(() => {
    if (!frame.current || !globalThis.ResizeObserver) return;
    const box = frame.current;
    const look = () => {
      width.value = box.clientWidth;
    };
    look();
    const observer = new ResizeObserver(look);
    observer.observe(box);
    return () => observer.disconnect();
  }, [width]);

  useLayoutEffect(() => {
    if (frame.current) frame.current.scrollTop = 0;
  }, [contents]);

  // The focus goes to the record at hand when asked to, and with the hand when it was on a record,
  // which may have left with its page.
  const { on, turn } = store.focus.value;
  const served = useRef(turn);
  const root = frame.current?.getRootNode() as ShadowRoot | undefined;
  const held = frame.current?.contains(root?.activeElement ?? null) ?? false;
  useLayoutEffect(() => {
    const line = frame.current?.querySelector<HTMLElement>("tr[data-record][aria-current]");
    const called = on === "record" && served.current !== turn;
    const active = root?.activeElement;
    const behind = active ? (active.closest("tr[data-record]") ?? line) : null;
    if (!line || !(called || (held && behind !== line))) return;
    served.current = turn;
    line.focus({ preventScroll: true });
    line.scrollIntoView?.({ block: "nearest" });
  });

  const line =
    store.box.value?.kind === "copy" &&
    frame.current?.querySelector("tr[data-record][aria-current] > td:nth-child(2)");
  return (
    <>
      <div class="frame" ref={frame} data-scope={store.scope.value} aria-busy={store.loading.value}>
        {store.loading.value && store.life.value !== "gone" && !store.unanswered.value && (
          <div class="progress" />
        )}
        <table style={{ width: `${place.total}px` }}>
          <caption class="unseen">Records</caption>
          <colgroup>
            <col class="check" />
            {columns.map(({ id }, at) => (
              <col key={id} data-column={id} style={{ width: `${place.widths[at]}px` }} />
            ))}
          </colgroup>
          <Heading store={store} columns={columns} widths={place.widths} />
          <tbody>
            {records.slice(0, drawn).map((record) => (
              <RecordView key={record.id} record={record} columns={columns} table={table} />
            ))}
            {!page.value && !store.problem.value && <Skeleton columns={columns.length + 1} />}
          </tbody>
        </table>
        {page.value && records.length === 0 && <Nothing store={store} />}
      </div>
      {line && hand !== null && <CopyMenu key={hand} store={store} id={hand} anchor={line} />}
    </>
  );
}
