import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { shown } from "../lib/filters";
import { count, records } from "../lib/format";
import { useBeside } from "../lib/Popover";
import { matching } from "../lib/text";
import type { Action } from "../protocol";
import type { Bulk } from "../state/bulk";
import { replace } from "../state/edits";
import {
  actionOf,
  having,
  havingOf,
  type Labelling,
  markOf,
  toggled,
  type Wanted,
} from "../state/labelling";
import type { Menu, Store } from "../state/store";

type Props = { store: Store; bulk: Bulk };

export function LabelMenu({ store, bulk }: Props) {
  const menu = store.menu.value;
  if (!menu) return null;
  return <OpenMenu key={JSON.stringify(menu.meant)} menu={menu} store={store} bulk={bulk} />;
}

const MOST = 400; // labels in the list at once; typing finds the others
const TICKS = { all: "✓", some: "–", none: "" };
const CHECKED = { all: "true", some: "mixed", none: "false" } as const;

/** One line of the list: a label of the dataset, or the one being made. */
type Choice = { label: string; fresh: boolean };

function OpenMenu({ menu, store, bulk }: Props & { menu: Menu }) {
  const panel = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const { meant } = menu;
  const { ids } = meant.scope;
  const multi = store.config.value.multi_label;
  const one = meant.count === 1;
  const [counted, setCounted] = useState(() =>
    meant.inSight ? havingOf(store.records.value.filter(({ id }) => ids?.includes(id))) : null,
  );
  const [wanted, setWanted] = useState<Wanted>(new Map());
  const [replacing, setReplacing] = useState(false);
  const [typed, setTyped] = useState("");
  const now: Labelling = { count: meant.count, having: counted, wanted, replacing };
  const [first] = counted?.keys() ?? [];
  const [active, setActive] = useState(() =>
    one && first !== undefined ? Math.max(0, store.labels.value.indexOf(first)) : 0,
  );
  useEffect(() => {
    if (meant.inSight) return;
    let open = true;
    void bulk.tally(meant.scope).then((found) => {
      if (open && found) setCounted(having(found.labels));
    });
    return () => {
      open = false;
    };
  }, []);

  const labels = [
    ...new Set([...store.labels.value, ...(counted?.keys() ?? []), ...wanted.keys()]),
  ];
  const name = typed.trim();
  const found = matching(labels, typed);
  const choices: Choice[] = found.slice(0, MOST).map((label) => ({ label, fresh: false }));
  if (name !== "" && !labels.includes(name)) choices.push({ label: name, fresh: true });
  const at = Math.min(active, choices.length - 1);
  const overall = new Map((store.page.value?.labels ?? []).map((told) => [told.name, told]));

  useBeside(panel, menu.anchor, () => {
    store.menu.value = null;
  });

  useLayoutEffect(() => {
    const list = panel.current?.querySelector<HTMLElement>(".choices");
    const option = list?.children[at] as HTMLElement | undefined;
    if (!list || !option) return;
    const { offsetTop: top, offsetHeight: height } = option;
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top + height > list.scrollTop + list.clientHeight) {
      list.scrollTop = top + height - list.clientHeight;
    }
  }, [at, typed]);

  const close = () => {
    store.menu.value = null;
    store.focusOn("record");
  };
  const apply = (action: Action) => {
    close();
    bulk.act(meant, action);
  };
  const choose = (choice: Choice | undefined) => {
    if (!choice) return;
    const { label } = choice;
    if (!multi) return apply(replace("annotation", [label]));
    setWanted(toggled(now, label));
    setTyped("");
    if (choice.fresh) setActive(labels.length);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { key } = event;
    const last = choices.length - 1;
    if (key === "ArrowDown") setActive(at >= last ? 0 : at + 1);
    else if (key === "ArrowUp") setActive(at <= 0 ? last : at - 1);
    else if (key === "Escape") close();
    else if (key === "Enter" && event.target === input.current && !event.isComposing) {
      if (multi && (event.ctrlKey || event.metaKey)) apply(actionOf(now));
      else choose(choices[at]);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={panel}
      class="menu"
      popover="manual"
      role="dialog"
      aria-label={one ? "Annotate the record" : `Annotate ${records(meant.count)}`}
      onKeyDown={onKeyDown}
    >
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="labels"
        aria-autocomplete="list"
        aria-activedescendant={at >= 0 ? `label-${at}` : undefined}
        aria-label="Label"
        placeholder={labels.length > 0 ? "Find or make a label…" : "New label…"}
        autocomplete="off"
        spellcheck={false}
        dir="auto"
        value={typed}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setActive(0);
        }}
      />
      <div
        class="choices"
        id="labels"
        role="listbox"
        aria-label="Labels"
        aria-multiselectable={multi}
      >
        {choices.map((choice, place) => {
          const of = overall.get(choice.label);
          const told = of?.description;
          return (
            // biome-ignore lint/a11y: the box keeps the focus, hears the keys and names the active option
            <div
              key={choice.fresh ? "fresh" : choice.label}
              id={`label-${place}`}
              role="option"
              aria-selected={multi ? undefined : markOf(now, choice.label) === "all"}
              aria-checked={multi ? CHECKED[markOf(now, choice.label)] : undefined}
              data-active={place === at}
              onPointerMove={() => setActive(place)}
              onClick={() => choose(choice)}
            >
              <span class="tick" data-multi={multi} aria-hidden="true">
                {TICKS[markOf(now, choice.label)]}
              </span>
              {choice.fresh ? (
                <span class="choice">
                  New label <b dir="auto">{choice.label}</b>
                </span>
              ) : (
                <span class="choice" title={[shown(choice.label), told].filter(Boolean).join(": ")}>
                  <bdi>{shown(choice.label)}</bdi>
                  {told && <span class="muted"> {told}</span>}
                </span>
              )}
              {!choice.fresh && (
                <span class="muted number">
                  {count((one ? of?.count : counted?.get(choice.label)) ?? 0)}
                </span>
              )}
              <Digit place={store.labels.value.indexOf(choice.label)} />
            </div>
          );
        })}
      </div>
      {found.length > MOST && (
        <p class="muted none">{count(found.length - MOST)} more: type some of the name.</p>
      )}
      {choices.length === 0 && <p class="muted none">Type a name to make the first label.</p>}
      {multi && !one && (
        <label class="replacing">
          <input type="checkbox" checked={replacing} onChange={() => setReplacing(!replacing)} />
          Replace all labels by those ticked
        </label>
      )}
      {(multi || counted?.size !== 0) && (
        <div class="menu-foot">
          {counted?.size !== 0 && (
            <button
              type="button"
              class="link"
              onClick={() => apply(replace("annotation", multi ? [] : null))}
            >
              {multi ? "No label" : `Remove the annotation${one ? "" : "s"}`}
            </button>
          )}
          {multi && (
            <button type="button" class="strong" onClick={() => apply(actionOf(now))}>
              Apply <kbd>Ctrl ↵</kbd>
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** The key that gives this label without the list. */
function Digit({ place }: { place: number }) {
  if (place < 0 || place > 8) return null;
  return <kbd aria-hidden="true">{place + 1}</kbd>;
}
