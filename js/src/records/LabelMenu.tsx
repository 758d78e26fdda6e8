import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { shown } from "../lib/filters";
import { count, records } from "../lib/format";
import { useBeside } from "../lib/Popover";
import { matching } from "../lib/text";
import type { Annotator } from "../state/annotate";
import type { Menu, Store } from "../state/store";

type Props = { store: Store; annotator: Annotator };

export function LabelMenu({ store, annotator }: Props) {
  const menu = store.menu.value;
  if (!menu) return null;
  return <OpenMenu key={menu.ids.join(" ")} menu={menu} store={store} annotator={annotator} />;
}

const MOST = 400; // labels in the list at once; typing finds the others

/** One line of the list: a label of the dataset, or the one being made. */
type Choice = { label: string; fresh: boolean };

function OpenMenu({ menu, store, annotator }: Props & { menu: Menu }) {
  const panel = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const multi = store.config.value.multi_label;
  const single = menu.ids.length === 1;
  const now = single
    ? (store.records.value.find(({ id }) => id === menu.ids[0])?.annotation ?? [])
    : [];
  const [typed, setTyped] = useState("");
  const [active, setActive] = useState(() =>
    now[0] === undefined ? 0 : Math.max(0, store.labels.value.indexOf(now[0])),
  );
  const [chosen, setChosen] = useState<readonly string[]>(now);

  const labels = [...new Set([...store.labels.value, ...chosen])];
  const wanted = typed.trim();
  const found = matching(labels, typed);
  const choices: Choice[] = found.slice(0, MOST).map((label) => ({ label, fresh: false }));
  if (wanted !== "" && !labels.includes(wanted)) choices.push({ label: wanted, fresh: true });
  const at = Math.min(active, choices.length - 1);

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
  const apply = (value: readonly string[]) => {
    close();
    annotator.annotate(menu.ids, value.length > 0 || multi ? [...value] : null);
  };
  const choose = (choice: Choice | undefined) => {
    if (!choice) return;
    if (!multi) return apply([choice.label]);
    const { label } = choice;
    setChosen(chosen.includes(label) ? chosen.filter((one) => one !== label) : [...chosen, label]);
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
      if (multi && (event.ctrlKey || event.metaKey)) apply(chosen);
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
      aria-label={single ? "Annotate the record" : `Annotate ${records(menu.ids.length)}`}
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
        {choices.map((choice, place) => (
          // biome-ignore lint/a11y: the box keeps the focus, hears the keys and names the active option
          <div
            key={choice.fresh ? "fresh" : choice.label}
            id={`label-${place}`}
            role="option"
            aria-selected={chosen.includes(choice.label)}
            data-active={place === at}
            onPointerMove={() => setActive(place)}
            onClick={() => choose(choice)}
          >
            <span class="tick" data-multi={multi} aria-hidden="true">
              {chosen.includes(choice.label) ? "✓" : ""}
            </span>
            {choice.fresh ? (
              <span class="choice">
                New label <b dir="auto">{choice.label}</b>
              </span>
            ) : (
              <bdi class="choice" title={shown(choice.label)}>
                {shown(choice.label)}
              </bdi>
            )}
            <Digit place={store.labels.value.indexOf(choice.label)} />
          </div>
        ))}
      </div>
      {found.length > MOST && (
        <p class="muted none">{count(found.length - MOST)} more: type some of the name.</p>
      )}
      {choices.length === 0 && <p class="muted none">Type a name to make the first label.</p>}
      {(multi || now.length > 0) && (
        <div class="menu-foot">
          {now.length > 0 && (
            <button type="button" class="link" onClick={() => apply([])}>
              {multi ? "No label" : "Remove the annotation"}
            </button>
          )}
          {multi && (
            <button type="button" class="strong" onClick={() => apply(chosen)}>
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
