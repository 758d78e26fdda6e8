/** Calls back once with an element's width, as soon as it has one: hosts attach it when they like. */
export function whenSized(element: Element, abort: AbortSignal, tell: (width: number) => void) {
  if (!globalThis.ResizeObserver) return;
  const observer = new ResizeObserver(() => {
    if (element.clientWidth === 0) return;
    observer.disconnect();
    tell(element.clientWidth);
  });
  observer.observe(element);
  abort.addEventListener("abort", () => observer.disconnect());
}
