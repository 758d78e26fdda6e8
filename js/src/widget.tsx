/** The widget: one shadow root, one store and one tree of components for each view of the model. */
import type { AnyModel, RenderProps } from "@anywidget/types";
import { render as mount } from "preact";
import { lookOf } from "./charts/look";
import { Analysis, Pane } from "./charts/Pane";
import { Chips } from "./facets/Chips";
import { Panel } from "./facets/Panel";
import { download } from "./lib/files";
import { belongsToHost, moveForKey, OFF_RECORDS, type Place } from "./lib/keys";
import { whenSized } from "./lib/size";
import { watchTheme } from "./lib/theme";
import type { Traits } from "./protocol";
import { QueryBox } from "./query/QueryBox";
import { Reading } from "./query/Reading";
import { Footer } from "./records/Footer";
import { LabelMenu } from "./records/LabelMenu";
import { Preview } from "./records/Preview";
import { RecordsTable } from "./records/RecordsTable";
import { Toolbar } from "./records/Toolbar";
import { Proposal } from "./share/Proposal";
import { Tools } from "./share/Tools";
import { Banner } from "./shell/Banner";
import { Header } from "./shell/Header";
import { Help } from "./shell/Help";
import { Saved } from "./shell/Saved";
import { Tabs } from "./shell/Tabs";
import { type Annotator, createAnnotator } from "./state/annotate";
import { type Bulk, createBulk } from "./state/bulk";
import { openChannel } from "./state/channel";
import { type Charts, createCharts } from "./state/charts";
import { createExporting, type Exporting } from "./state/exporting";
import { createFacets, type Facets } from "./state/facets";
import { perform } from "./state/moves";
import { createSharing, type Sharing } from "./state/sharing";
import { createStore, type Store } from "./state/store";
import { followTab } from "./state/tab";
import { STYLES } from "./styles";

const WIDE = 1100; // pixels at which facets leave the texts room

type Parts = {
  store: Store;
  annotator: Annotator;
  facets: Facets;
  charts: Charts;
  sharing: Sharing;
  exporting: Exporting;
  bulk: Bulk;
};

function Explorer({ store, annotator, facets, charts, sharing, exporting, bulk }: Parts) {
  const sight = charts.sight.value;
  return (
    <>
      <Header store={store} annotator={annotator}>
        <Tools store={store} sharing={sharing} exporting={exporting} />
      </Header>
      <QueryBox store={store} />
      <Reading store={store} />
      <Banner store={store} />
      <Proposal sharing={sharing} />
      <Saved store={store} />
      <Chips store={store} facets={facets} />
      <div class="body">
        <Panel store={store} facets={facets} />
        <div class="results">
          <div class="results-bar">
            <Tabs store={store} charts={charts} />
            {sight === "records" && <Toolbar store={store} />}
          </div>
          <Analysis store={store} charts={charts} annotator={annotator} />
          <div
            role="tabpanel"
            id="panel-records"
            aria-labelledby="tab-records"
            hidden={sight !== "records"}
          >
            <RecordsTable store={store} annotator={annotator} seen={sight === "records"} />
          </div>
          <div
            role="tabpanel"
            id="panel-charts"
            aria-labelledby="tab-charts"
            hidden={sight !== "charts"}
          >
            {sight === "charts" && <Pane store={store} charts={charts} />}
          </div>
        </div>
      </div>
      <Footer store={store} annotator={annotator} bulk={bulk} charts={charts} />
      <LabelMenu store={store} bulk={bulk} />
      <Preview bulk={bulk} store={store} />
      <Help store={store} />
    </>
  );
}

function placeOf(target: EventTarget | null): Place {
  if (!(target instanceof Element)) return "elsewhere";
  if (target.matches("input[type=text], textarea, select")) return "text";
  if (target.closest("button, input, dialog")) return "control";
  return target.closest("tr[data-record]") ? "record" : "elsewhere";
}

/** Makes the moves of keys, and keeps every key from the notebook around us. */
function listen(root: HTMLElement, { store, annotator, charts, bulk }: Parts, signal: AbortSignal) {
  const keep = (event: KeyboardEvent) => {
    if (!belongsToHost(event)) event.stopPropagation();
  };
  const host = (root.getRootNode() as ShadowRoot).host;
  // Notebook 7 hears keys before they reach us; it leaves those alone whose target says so.
  root.ownerDocument.defaultView?.addEventListener(
    "keydown",
    (event) => host.toggleAttribute("data-lm-suppress-shortcuts", !belongsToHost(event)),
    { capture: true, signal },
  );
  root.addEventListener("keyup", keep, { signal });
  root.addEventListener("keypress", keep, { signal });
  root.addEventListener(
    "keydown",
    (event) => {
      keep(event);
      const within = event.target instanceof Element && event.target.closest("dialog");
      if (event.defaultPrevented || within) return;
      const move = moveForKey(event, placeOf(event.target));
      if (!move) return;
      event.preventDefault();
      if (charts.sight.value !== "records" && !OFF_RECORDS.has(move)) return; // what is not seen is not changed
      if (move === "escape") charts.tab.value = "records";
      perform(move, store, annotator, bulk);
    },
    { signal },
  );
}

function attach(el: HTMLElement): HTMLElement {
  const host = el.ownerDocument.createElement("div");
  host.className = "rubrix-widget";
  const shadow = host.attachShadow({ mode: "open" });
  const style = el.ownerDocument.createElement("style");
  style.textContent = STYLES;
  if ("adoptedStyleSheets" in shadow) {
    const sheet = new CSSStyleSheet(); // a strict content security policy refuses style elements
    sheet.replaceSync(STYLES);
    shadow.adoptedStyleSheets = [sheet];
  } else (shadow as ShadowRoot).append(style);
  // a section, so that our header and footer are not the notebook's
  const root = el.ownerDocument.createElement("section");
  root.className = "explorer";
  root.lang = "en";
  root.dir = "ltr";
  shadow.append(root);
  el.append(host);
  return root;
}

function render({ model, el, signal }: RenderProps<Traits>) {
  const root = attach(el);
  const channel = openChannel(model as AnyModel<Traits>, signal);
  const store = createStore(channel);
  const annotator = createAnnotator(channel, store, signal);
  const bulk = createBulk(channel, store, annotator);
  const facets = createFacets(channel, store, signal);
  const charts = createCharts(channel, store, signal);
  followTab(channel, charts, signal);
  const sharing = createSharing(channel, store, signal, charts);
  const exporting = createExporting(channel, store, signal, (content, name) =>
    download(root, content, name),
  );
  const parts = { store, annotator, facets, charts, sharing, exporting, bulk };
  whenSized(el, signal, (width) => {
    facets.visible.value ||= width >= WIDE;
  });
  /** Reads the page's colours, while there are charts to put them on. */
  const dress = () => {
    const look = charts.tab.value !== "records" ? lookOf(root) : charts.look.value;
    if (JSON.stringify(look) !== JSON.stringify(charts.look.value)) charts.look.value = look;
  };
  charts.tab.subscribe(dress);
  watchTheme(el, signal, (theme) => {
    root.dataset.theme = theme;
    dress();
  });
  listen(root, parts, signal);
  mount(<Explorer {...parts} />, root);
  void store.load(store.asked.value).then(() => sharing.look(window));
  return () => {
    mount(null, root);
    (root.getRootNode() as ShadowRoot).host.remove();
  };
}

export default { render };
