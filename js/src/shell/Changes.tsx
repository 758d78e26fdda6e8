import { useEffect, useRef, useState } from "preact/hooks";
import { local, moment, records } from "../lib/format";
import type { ChangeGroup, ChangesResult } from "../protocol";
import type { Annotator } from "../state/annotate";
import { inWords, quoted, replace } from "../state/edits";
import type { Store } from "../state/store";

type Props = { store: Store; annotator: Annotator };

const DID = { edit: "Changed", undo: "Undid", redo: "Redid", logged: "Logged anew", lost: "Lost" };

/** Everybody's changes in groups as they were made, the newest first, each to be undone by itself. */
export function Changes({ store, annotator }: Props) {
  const [known, setKnown] = useState<ChangesResult | null>(null);
  const [fault, setFault] = useState("");
  const [depth, setDepth] = useState(1);
  const list = useRef<HTMLOListElement>(null);
  /** How many were shown when older ones were asked for. */
  const shown = useRef(0);
  const { page } = store;
  useEffect(() => {
    let outdated = false;
    newest(store, depth).then(
      (found) => {
        if (outdated) return;
        setFault("");
        setKnown(found);
      },
      (error: Error) => outdated || setFault(error.message),
    );
    return () => {
      outdated = true;
    };
  }, [page.value?.version, depth]);
  useEffect(() => {
    const first = shown.current > 0 ? list.current?.children[shown.current] : undefined;
    if (!(first instanceof HTMLElement)) return;
    shown.current = 0;
    first.focus(); // the button may leave
  }, [known]);
  const older = () => {
    shown.current = known?.groups.length ?? 0;
    setDepth(depth + 1);
  };

  return (
    <>
      <ol ref={list} class="changes" aria-busy={!known && !fault}>
        {known?.groups.map((group) => (
          <Group key={group.id} group={group} store={store} annotator={annotator} />
        ))}
      </ol>
      {fault && <p class="problem">{fault}</p>}
      {known?.groups.length === 0 && <p class="muted">Nothing was changed yet.</p>}
      {known?.more && (
        <button type="button" class="link" onClick={older}>
          Older changes
        </button>
      )}
    </>
  );
}

/** Fetches the newest groups: as many answers of the kernel as were asked for, one after another. */
async function newest({ call }: Store, depth: number): Promise<ChangesResult> {
  let { groups, more } = await call("changes", { before: null });
  for (let fetched = 1; more && fetched < depth; fetched += 1) {
    const older = await call("changes", { before: groups.at(-1)?.id ?? null });
    groups = [...groups, ...older.groups];
    more = older.more;
  }
  return { groups, more };
}

function Group({ group, store, annotator }: Props & { group: ChangeGroup }) {
  const { id, kind, field, becoming, undone } = group;
  /** How many could not be taken back, and how many could. */
  const [left, setLeft] = useState<[refused: number, changed: number] | null>(null);
  const [asking, setAsking] = useState(false);
  const line = useRef<HTMLLIElement>(null);
  const go = () => {
    annotator.step("undo", id);
    line.current?.focus(); // the button leaves
  };
  const ask = () => {
    if (asking) return;
    setAsking(true);
    store.call("undo", { group: id, dry_run: true }).then(
      ({ refused = 0, changed = 0 }) => {
        setAsking(false);
        if (refused === 0) return go();
        setLeft([refused, changed]);
        line.current?.focus();
      },
      (error: Error) => {
        setAsking(false);
        store.say(error.message, { tone: "bad" });
      },
    );
  };
  const [first] = becoming;
  const said =
    first && field && kind === "edit"
      ? becoming.length === 1
        ? inWords(replace(field, first.new), group.count, true)
        : `Changed the ${field} of ${records(group.count)}`
      : kind === "edit" && group.count === 0
        ? "Changed the list of labels"
        : `${DID[kind]} ${records(group.count)}`;
  return (
    <li ref={line} tabIndex={-1} data-undone={undone}>
      <div>
        <p>{said}</p>
        <p class="muted">
          <time dateTime={group.at} title={group.at}>
            {moment(local(group.at))}
          </time>{" "}
          <bdi>{group.agent}</bdi>
          {undone && " · undone"}
        </p>
        {field &&
          becoming.map((one, at) => (
            <p key={at} class="muted">
              <bdi>{quoted(one.old, field)}</bdi> → <bdi>{quoted(one.new, field)}</bdi>
              {becoming.length > 1 && ` · ${records(one.count)}`}
            </p>
          ))}
        {group.query && (
          <p class="muted">
            found by <code dir="auto">{group.query}</code>
          </p>
        )}
        {group.reason && <p dir="auto">{group.reason}</p>}
        {left && (
          <p role="alert">
            {records(left[0])} changed since and would stay as now.{" "}
            {left[1] > 0 && (
              <button type="button" class="link" onClick={go}>
                Undo the other {records(left[1])}
              </button>
            )}
          </p>
        )}
      </div>
      {kind === "edit" && !undone && !left && (
        <button type="button" disabled={!store.editable.value} onClick={ask}>
          {asking ? "Looking…" : "Undo this"}
        </button>
      )}
    </li>
  );
}
