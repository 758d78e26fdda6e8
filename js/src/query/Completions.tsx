import { useLayoutEffect, useRef } from "preact/hooks";
import type { Completing } from "./completion";

type Props = { completing: Completing; onAccept: (place: number) => void };

export function Completions({ completing, onAccept }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const shown = completing.shown.value;
  const active = completing.active.value;

  useLayoutEffect(() => {
    const option = list.current?.children[active] as HTMLElement | undefined;
    if (!list.current || !option) return;
    const { offsetTop: top, offsetHeight: height } = option;
    if (top < list.current.scrollTop) list.current.scrollTop = top;
    else if (top + height > list.current.scrollTop + list.current.clientHeight) {
      list.current.scrollTop = top + height - list.current.clientHeight;
    }
  }, [active, shown]);

  if (!shown) return null;
  return (
    <div
      ref={list}
      class="completions"
      id="completions"
      role="listbox"
      aria-label={shown.what === "history" ? "Earlier queries" : "Suggestions"}
    >
      {shown.items.map((item, place) => (
        // biome-ignore lint/a11y: the box keeps the focus, hears the keys and names the active option
        <div
          key={`${item.kind} ${item.put}`}
          id={`completion-${place}`}
          role="option"
          aria-selected={place === active}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onAccept(place)}
        >
          <bdi class="completion">{item.label}</bdi>
          <span class="muted">
            {item.kind === "field" || item.kind === "earlier" ? "" : `${item.kind} `}
          </span>
          <bdi class="muted">{item.detail}</bdi>
        </div>
      ))}
    </div>
  );
}
