/** A shared view in the fragment of an address: `#rbx=rbx1.…`, beside whatever else is there. */
const KEY = "rbx=";

export function tokenIn(url: string): string | null {
  const fragment = url.split("#").slice(1).join("#");
  const found = fragment.split("&").find((part) => /^rbx=rbx\d+\./.test(part));
  return found ? found.slice(KEY.length) : null;
}

export function withToken(url: string, token: string): string {
  const [address = "", ...rest] = url.split("#");
  const kept = rest
    .join("#")
    .split("&")
    .filter((part) => part !== "" && !part.startsWith(KEY));
  return `${address}#${[...kept, KEY + token].join("&")}`;
}

/** Jupyter lets in whoever has the address's `token`, so a link to send goes without. */
export function withoutSecret(url: string): string {
  const [address = "", ...rest] = url.split("#");
  const [path = "", ...search] = address.split("?");
  const kept = search
    .join("?")
    .split("&")
    .filter((part) => part !== "" && !part.startsWith("token="));
  return [kept.length > 0 ? `${path}?${kept.join("&")}` : path, ...rest].join("#");
}

/** The address of the page where people see one: not in the frame of a webview. */
export function addressOf(window: Window): string | null {
  const { href, protocol } = window.location;
  return window.top === window && /^https?:$/.test(protocol) ? href : null;
}

/** Where a link's token may be: JupyterLab takes it out of the address before we are shown. */
export function tokensAt(window: Window): string[] {
  const opened = window.performance.getEntriesByType?.("navigation")[0]?.name ?? "";
  const found = [opened, window.location.href].map(tokenIn).filter((one) => one !== null);
  return [...new Set(found)];
}

const TAKEN = Symbol.for("rubrix_widget.taken");

/** The tokens of this page that somebody decided on; every explorer in the page sees them. */
export function takenIn(window: Window): Set<string> {
  const page = window as unknown as { [TAKEN]?: Set<string> };
  page[TAKEN] ??= new Set();
  return page[TAKEN];
}
