import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { belongsToHost } from "./keys";

type Props = {
  anchor: Element;
  label: string;
  /** `back`: the focus has to go somewhere, as the box that had it is gone. */
  close: (back: boolean) => void;
  children: ComponentChildren;
};

/** A box beside what opened it: Escape and a click elsewhere close it, and its keys stay its own. */
export function Popover({ anchor, label, close, children }: Props) {
  const panel = useRef<HTMLDivElement>(null);
  useBeside(panel, anchor, () => close(false));
  return (
    <div
      ref={panel}
      class="menu popover"
      popover="manual"
      role="dialog"
      aria-label={label}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.preventDefault();
          close(true);
        }
        if (!belongsToHost(event)) event.stopPropagation();
      }}
    >
      {children}
    </div>
  );
}

/** Shows a box beside an element, with the focus in it, and keeps it there. */
export function useBeside(
  panel: { current: HTMLElement | null },
  anchor: Element,
  leave: () => void,
): void {
  const left = useRef(leave);
  left.current = leave;
  useLayoutEffect(() => {
    const box = panel.current;
    if (!box) return;
    box.showPopover?.();
    const put = () => place(box, anchor);
    put();
    const first = box.querySelector<HTMLElement>("[data-first]");
    (first ?? box.querySelector<HTMLElement>("input, button"))?.focus({ preventScroll: true });
    const closing = new AbortController();
    const { signal } = closing;
    const page = box.ownerDocument;
    page.addEventListener("scroll", put, { capture: true, passive: true, signal });
    page.defaultView?.addEventListener("resize", put, { signal });
    page.addEventListener(
      "pointerdown",
      (event) => {
        const path = event.composedPath();
        if (!path.includes(box) && !path.includes(anchor)) left.current();
      },
      { capture: true, signal },
    );
    return () => closing.abort();
  }, [panel, anchor]);
}

/** Under its anchor, or above it where there is more room; never outside the window. */
function place(box: HTMLElement, anchor: Element): void {
  const from = anchor.getBoundingClientRect();
  const { innerWidth, innerHeight } = box.ownerDocument.defaultView ?? window;
  const below = innerHeight - from.bottom - 12;
  const above = from.top - 12;
  const up = below < Math.min(box.scrollHeight, 240) && above > below;
  box.style.maxHeight = `${Math.max(140, Math.min(380, up ? above : below))}px`;
  const { width, height } = box.getBoundingClientRect();
  box.style.left = `${Math.max(8, Math.min(from.left, innerWidth - width - 8))}px`;
  box.style.top = `${up ? from.top - height - 4 : from.bottom + 4}px`;
}
