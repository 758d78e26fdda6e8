import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../lib/icons";
import { HELP } from "../lib/keys";
import type { Store } from "../state/store";

export function Help({ store }: { store: Store }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = store.help.value;

  useLayoutEffect(() => {
    if (open) dialog.current?.showModal?.();
    else dialog.current?.close?.();
  }, [open]);

  const close = () => {
    store.help.value = false;
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself
    <dialog
      ref={dialog}
      class="help"
      aria-labelledby="help-title"
      onClose={close}
      onClick={(event) => {
        if (event.target === dialog.current) close(); // the backdrop
      }}
    >
      <div class="help-body">
        <div class="help-head">
          <h3 id="help-title">Keys</h3>
          <button type="button" class="plain" aria-label="Close" onClick={close}>
            <Icon name="close" />
          </button>
        </div>
        <div class="help-columns">
          {HELP.map(({ title, keys }) => (
            <section key={title}>
              <h4>{title}</h4>
              <dl>
                {keys.map(([names, does]) => (
                  <div key={does}>
                    <dt>
                      {names.map((name) =>
                        name === "–" ? <span key={name}>–</span> : <kbd key={name}>{name}</kbd>,
                      )}
                    </dt>
                    <dd>{does}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
        <p class="muted">
          The keys work while the explorer has the focus, and never reach the notebook.
        </p>
      </div>
    </dialog>
  );
}
