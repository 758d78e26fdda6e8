/** The page's colours as a picture needs them: plain numbers, whatever a theme says them in. */
import type { Look } from "../lib/drawing";

const COLORS = ["--fg", "--muted", "--line", "--bg", "--ok", "--ko", "--edge", "--tint"] as const;

export function lookOf(root: HTMLElement): Look {
  const probe = root.ownerDocument.createElement("span");
  const dot = root.ownerDocument.createElement("canvas");
  dot.width = dot.height = 1;
  const ink = dot.getContext("2d", { willReadFrequently: true });
  root.append(probe);
  const plain = (name: string): string => {
    probe.style.color = `var(${name})`;
    const color = getComputedStyle(probe).color;
    if (!ink) return color;
    ink.fillStyle = color;
    ink.fillRect(0, 0, 1, 1);
    const [red, green, blue] = ink.getImageData(0, 0, 1, 1).data;
    return `rgb(${red}, ${green}, ${blue})`;
  };
  const [fg, muted, line, bg, ok, ko, edge, tint] = COLORS.map(plain) as [string, ...string[]];
  probe.style.fontFamily = "var(--sans)";
  const font = getComputedStyle(probe).fontFamily;
  probe.remove();
  const dark = root.dataset.theme === "dark";
  return {
    color: fg,
    muted: muted ?? fg,
    line: line ?? fg,
    background: bg ?? "white",
    font,
    named: {
      right_color: ok ?? fg,
      wrong_color: ko ?? fg,
      neither_color: edge ?? fg,
      paper_color: tint ?? fg,
      ink_color: fg,
      on_color: bg ?? "white",
      on_shade: dark ? 0.5 : 0.8, // where the ink of a cell has to change to stay legible
    },
  };
}
