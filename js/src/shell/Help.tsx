import { Dialog } from "../lib/Dialog";
import { HELP } from "../lib/keys";
import type { Store } from "../state/store";

export function Help({ store }: { store: Store }) {
  if (!store.help.value) return null;
  const close = () => {
    store.help.value = false;
  };
  return (
    <Dialog title="Keys" close={close}>
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
    </Dialog>
  );
}
