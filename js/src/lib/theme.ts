/** Light or dark, by what is really behind us: hosts name their themes in too many ways. */
export type Theme = "light" | "dark";

function parentAcrossRoots(node: Element): Element | null {
  const parent = node.parentNode;
  return parent instanceof ShadowRoot ? parent.host : (parent as Element | null);
}

/** Perceived lightness 0 to 1 of `rgb(…)` or `rgba(…)`; null when one sees through it. */
export function lightness(color: string): number | null {
  const parts = /^rgba?\(([^)]+)\)$/
    .exec(color)?.[1]
    ?.split(/[\s,/]+/)
    .map(Number);
  if (!parts || parts.length < 3 || parts.some(Number.isNaN)) return null;
  const [r = 0, g = 0, b = 0, alpha = 1] = parts;
  return alpha < 0.5 ? null : (0.299 * r + 0.587 * g + 0.114 * b) / 255;
}

function themeBehind(element: Element): Theme {
  let node: Element | null = element;
  while (node instanceof Element) {
    const found = lightness(getComputedStyle(node).backgroundColor);
    if (found !== null) return found < 0.5 ? "dark" : "light";
    node = parentAcrossRoots(node);
  }
  const scheme = getComputedStyle(element).colorScheme;
  if (scheme === "dark" || scheme === "light") return scheme;
  return globalThis.matchMedia?.("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Calls back now and whenever the host, or the system, changes its mind. */
export function watchTheme(
  element: Element,
  abort: AbortSignal,
  apply: (theme: Theme) => void,
): void {
  const look = () => {
    if (element.isConnected) apply(themeBehind(element));
  };
  const later = () => requestAnimationFrame(look); // themes arrive as stylesheets, a moment after
  const page = element.ownerDocument;
  const observer = new MutationObserver(later);
  for (const node of [page.documentElement, page.body]) {
    if (node) observer.observe(node, { attributes: true });
  }
  const system = globalThis.matchMedia?.("(prefers-color-scheme: dark)");
  system?.addEventListener("change", look, { signal: abort });
  abort.addEventListener("abort", () => observer.disconnect());
  look();
  later();
}
