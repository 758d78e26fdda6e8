import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../lib/icons";
import { Popover } from "../lib/Popover";
import { matching } from "../lib/text";
import { moved } from "../state/layout";
import type { Store } from "../state/store";
import { namesShown, offered, titleOf } from "./columns";

const SEARCHED = 12; // from so many columns on there is a box to find one
const LISTED = 100; // of those not shown; the box finds the others

type Props = { store: Store; anchor: Element; close: (back: boolean) => void };

/** Chooses the columns and their order. */
export function ColumnsMenu({ store, anchor, close }: Props) {
  const { layout, config } = store;
  const list = useRef<HTMLUListElement>(null);
  const [hand, setHand] = useState<string | null>(null);
  const [typed, setTyped] = useState("");
  const all = offered(config.value);
  const shown = namesShown(config.value, layout.columns.value);
  const rest = all.filter((name) => !shown.includes(name));
  const found = new Set(matching(all, typed));
  const wanted = (name: string) => found.has(name) || titleOf(name).includes(typed.trim());
  const others = rest.filter(wanted);

  // A row that moved keeps the focus.
  useLayoutEffect(() => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>("li") ?? [])];
    rows
      .find((row) => row.dataset.name === hand)
      ?.querySelector("input")
      ?.focus();
  }, [hand, shown.join("\n")]);

  const toggle = (name: string) => {
    const without = shown.filter((one) => one !== name);
    if (without.length === 0) return;
    layout.show(without.length < shown.length ? without : [...shown, name]);
    setHand(name);
  };
  const move = (name: string, by: -1 | 1) => {
    layout.show(moved(shown, shown.indexOf(name), by));
    setHand(name);
  };
  const walk = (event: KeyboardEvent, name: string) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    if (event.altKey || event.shiftKey) {
      if (shown.includes(name)) move(name, by);
      return;
    }
    const boxes = [...(list.current?.querySelectorAll<HTMLElement>("input") ?? [])];
    const at = boxes.indexOf(event.currentTarget as HTMLElement);
    boxes[Math.min(Math.max(0, at + by), boxes.length - 1)]?.focus();
  };
  const row = (name: string, at: number) => {
    const title = titleOf(name);
    const on = at >= 0;
    return (
      <li key={name} data-name={name}>
        <label>
          <span class="box">
            <input
              type="checkbox"
              checked={on}
              disabled={on && shown.length === 1}
              aria-keyshortcuts={on ? "Alt+ArrowUp Alt+ArrowDown" : undefined}
              onKeyDown={(event) => walk(event, name)}
              onChange={() => toggle(name)}
            />
          </span>
          <bdi class="choice" title={name}>
            {title}
          </bdi>
        </label>
        {on && (
          <>
            <button
              type="button"
              class="plain"
              aria-label={`Move ${title} up`}
              title="Move up (Alt ↑)"
              disabled={at === 0}
              onClick={() => move(name, -1)}
            >
              <Icon name="up_arrow" />
            </button>
            <button
              type="button"
              class="plain"
              aria-label={`Move ${title} down`}
              title="Move down (Alt ↓)"
              disabled={at === shown.length - 1}
              onClick={() => move(name, 1)}
            >
              <Icon name="down_arrow" />
            </button>
          </>
        )}
      </li>
    );
  };
  return (
    <Popover anchor={anchor} label="Columns" close={close}>
      {all.length > SEARCHED && (
        <input
          type="text"
          class="find"
          aria-label="Find a column"
          placeholder="Find a column…"
          autocomplete="off"
          spellcheck={false}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      )}
      <ul ref={list} class="rows" aria-label="Columns">
        {shown.map((name, at) => wanted(name) && row(name, at))}
        {others.slice(0, LISTED).map((name) => row(name, -1))}
      </ul>
      {others.length > LISTED && (
        <p class="muted none">{others.length - LISTED} more: type to find them.</p>
      )}
      {typed !== "" && !all.some(wanted) && (
        <p class="muted none">No column has that in its name.</p>
      )}
      <div class="menu-foot">
        <span class="muted">
          <kbd>Alt ↑</kbd> <kbd>Alt ↓</kbd> move
        </span>
        <button type="button" class="link" onClick={layout.reset}>
          Reset
        </button>
      </div>
    </Popover>
  );
}
