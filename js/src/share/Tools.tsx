import { useRef, useState } from "preact/hooks";
import { Icon } from "../lib/icons";
import { Popover } from "../lib/Popover";
import type { Exporting } from "../state/exporting";
import type { Sharing } from "../state/sharing";
import type { Store } from "../state/store";
import { NEEDS_KERNEL } from "../state/view";
import { CodePanel } from "./CodePanel";
import { ExportMenu } from "./ExportMenu";
import { SharePanel } from "./SharePanel";
import { ViewsMenu } from "./ViewsMenu";

type Tool = "Views" | "Share" | "Export" | "Code";
type Props = { store: Store; sharing: Sharing; exporting: Exporting };

/** Views, Share, Export and Code: what leaves the explorer, or comes back. */
export function Tools({ store, sharing, exporting }: Props) {
  const buttons = useRef<{ [tool in Tool]?: HTMLButtonElement | null }>({});
  const [open, setOpen] = useState<Tool | null>(null);
  const anchor = open && buttons.current[open];
  const running = exporting.running.value;
  const percent = running && Math.floor((100 * running.written) / Math.max(1, running.total));

  const close = (back: boolean) => {
    setOpen(null);
    if (back && open) buttons.current[open]?.focus();
  };
  const toggle = (tool: Tool) => {
    if (open === tool) return close(false);
    sharing.error.value = null;
    if (tool === "Share" || tool === "Code") void sharing.share();
    if (tool === "Views") void sharing.change(null);
    setOpen(tool);
  };
  const button = (tool: Tool, menu = false) => (
    <button
      ref={(element) => {
        buttons.current[tool] = element;
      }}
      type="button"
      class="plain worded"
      aria-haspopup="dialog"
      aria-expanded={open === tool}
      disabled={!store.editable.value}
      title={store.unanswered.value ? NEEDS_KERNEL : undefined}
      onClick={() => toggle(tool)}
    >
      {tool}
      {tool === "Export" && percent !== null && <span class="number"> {percent} %</span>}
      {menu && <Icon name="down" />}
    </button>
  );
  return (
    <>
      {button("Views", true)}
      {button("Share")}
      {button("Export", true)}
      {button("Code")}
      {open && anchor && (
        <Popover key={open} anchor={anchor} label={open} close={close}>
          <div class="tool">
            {open === "Views" && <ViewsMenu store={store} sharing={sharing} close={close} />}
            {open === "Share" && <SharePanel store={store} sharing={sharing} />}
            {open === "Export" && <ExportMenu store={store} exporting={exporting} />}
            {open === "Code" && <CodePanel store={store} sharing={sharing} />}
          </div>
        </Popover>
      )}
    </>
  );
}
