import * as fake from "/kernel.js";
import widget from "/widget.js";

/** What the tests drive: start(options) makes a kernel and shows one view of it. */
window.fake = fake;
window.notebookKeys = [];
document.addEventListener("keydown", (event) => window.notebookKeys.push(event.key));
const cell = document.getElementById("cell");
window.start = (options = {}, { before } = {}) => {
  Object.assign(window, fake.createKernel(options));
  before?.(window.kernel);
  window.close1 = fake.show(widget, window.model, cell);
};
window.another = () => {
  const el = document.createElement("div");
  cell.append(el);
  return fake.show(widget, window.model, el);
};
document.documentElement.dataset.ready = "true";
