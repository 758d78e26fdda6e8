// A model and a kernel in one page: the front end's only stand-in, spoken to by the real protocol.
// `createKernel(options)` gives { model, kernel }; `kernel` has switches for silence, death, errors.

const WORDS =
  "a an the film movie plot acting script quietly moving dull clever uneven charming overlong sharp warm flat funny tender loud hollow bright ending cast director story scene".split(
    " ",
  );

/** The same records every time: a small linear congruential generator. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
}

export function makeRecords(n, { labels = ["negative", "positive"], multi = false } = {}) {
  const next = random(7);
  const pick = (list) => list[Math.floor(next() * list.length)];
  return Array.from({ length: n }, (_, at) => {
    const length = 3 + Math.floor(next() * (at % 9 === 0 ? 90 : 18));
    const text = Array.from({ length }, () => pick(WORDS)).join(" ");
    const truth = pick(labels);
    const guess = next() < 0.85 ? truth : pick(labels);
    const top = 0.5 + next() * 0.5;
    const others = labels.filter((label) => label !== guess);
    const prediction = [
      [guess, top],
      ...others.map((label) => [label, (1 - top) / Math.max(1, others.length)]),
    ];
    const annotation = at % 11 === 5 ? null : multi ? [...new Set([truth, guess])] : [truth];
    return {
      id: `r${at}`,
      version: 1,
      inputs: { text },
      prediction,
      predicted: annotation
        ? annotation.includes(guess) && annotation.length === 1
          ? "ok"
          : "ko"
        : null,
      by_agent: [],
      annotation,
      status: annotation ? "Validated" : "Default",
      prediction_agent: "model-a",
      annotation_agent: annotation ? "gold" : null,
      comment: null,
      metadata: { split: pick(["train", "test"]), words: length, source: { site: "reviews" } },
      event_timestamp: "2024-03-01T12:00:00",
      last_updated: null,
      text_length: text.length,
    };
  });
}

/** A specification of the shapes that rubrix_widget.charts makes. */
function drawnChart({ kind, values, edges, rows, title }) {
  const named = (name) => ({ expr: `${name}_color` });
  const kinds = ["right", "wrong", "neither"];
  const params = [...kinds, "paper", "ink", "on"].map((name) => ({
    name: `${name}_color`,
    value: "#777",
  }));
  const head = { title, params };
  if (kind === "matrix") {
    const most = Math.max(1, ...rows.flat());
    const data = values.flatMap((annotated, row) =>
      values.map((predicted, column) => {
        const n = rows[row][column];
        return { annotated, predicted, records: n, shade: n / most, right: row === column };
      }),
    );
    const axis = (field) => ({ field, type: "nominal", sort: null, scale: { domain: values } });
    const encoding = { x: axis("predicted"), y: axis("annotated") };
    const color = {
      condition: { test: "datum.right", value: named("right") },
      value: named("wrong"),
    };
    const scale = { domain: [0, 1], range: [0, 1] };
    const opacity = { field: "shade", type: "quantitative", legend: null, scale };
    const text = { field: "records", type: "quantitative" };
    const ink = {
      condition: { test: "datum.shade > on_shade", value: named("on") },
      value: named("ink"),
    };
    const layer = [
      { mark: { type: "rect", color: named("paper") }, encoding },
      { mark: "rect", encoding: { ...encoding, color, opacity } },
      { mark: "text", encoding: { ...encoding, text, color: ink } },
    ];
    const shade = { name: "on_shade", value: 0.8 };
    return { ...head, params: [...params, shade], data: { values: data }, layer };
  }
  if (kind === "words") {
    const data = rows.map(([, , odds, low, high], at) => ({ word: values[at], odds, low, high }));
    const y = { field: "word", type: "nominal", sort: null, scale: { domain: values } };
    const axis = (field) => ({ field, type: "quantitative" });
    const layer = [
      { mark: "rule", encoding: { y, x: axis("low"), x2: { field: "high" } } },
      { mark: "circle", encoding: { y, x: axis("odds") } },
    ];
    return { ...head, data: { values: data }, layer };
  }
  if (kind === "reliability") {
    const data = rows
      .filter(([n]) => n > 0)
      .map(([n, right, score, low, high]) => ({ score, share: right / n, low, high }));
    const axis = (field) => ({ field, type: "quantitative", scale: { domain: [0, 1] } });
    const [x, y] = [axis("score"), axis("share")];
    const layer = [
      { mark: "rule", encoding: { x, y: axis("low"), y2: { field: "high" } } },
      { mark: { type: "circle", color: named("right") }, encoding: { x, y } },
    ];
    return { ...head, data: { values: data }, layer };
  }
  const data = rows.flatMap((row, at) =>
    row.map((records, order) => ({
      value: String(values[at]),
      start: edges[at],
      end: edges[at + 1],
      predicted: kinds[order],
      records,
      order,
    })),
  );
  const scale = { domain: kinds, range: kinds.map(named) };
  const fill = { field: "predicted", type: "nominal", scale };
  const amount = { field: "records", type: "quantitative" };
  const places =
    kind === "values"
      ? { x: amount, y: { field: "value", type: "nominal", sort: null, scale: { domain: values } } }
      : {
          x: { field: "start", type: "quantitative", bin: "binned", scale: { zero: false } },
          x2: { field: "end" },
          y: amount,
        };
  const encoding = { ...places, fill, order: { field: "order", type: "quantitative" } };
  return { ...head, data: { values: data }, mark: "bar", encoding };
}

const CHARTED = {
  confusion_matrix: ["annotated_as", "predicted_as"],
  scores: ["score"],
  reliability: ["predicted", "score"],
  labels: ["annotated_as"],
  text_length: ["metadata.words"],
  words: ["predicted"],
};

function createModel(state, receive) {
  const listeners = new Map();
  const model = {
    dead: false,
    sent: [],
    saved: 0,
    get: (name) => state[name],
    set(name, value) {
      if (JSON.stringify(state[name]) === JSON.stringify(value)) return;
      state[name] = value;
      model.trigger(`change:${name}`);
    },
    save_changes() {
      if (model.dead) throw new Error("Cannot send");
      model.saved += 1;
    },
    send(content) {
      if (model.dead) throw new Error("Cannot send");
      model.sent.push(structuredClone(content));
      receive(structuredClone(content));
    },
    on(name, listener) {
      if (!listeners.has(name)) listeners.set(name, new Set());
      listeners.get(name).add(listener);
    },
    off(name, listener) {
      listeners.get(name)?.delete(listener);
    },
    trigger(name, ...values) {
      for (const listener of [...(listeners.get(name) ?? [])]) listener(...values);
    },
    listening: () => [...listeners.values()].reduce((sum, set) => sum + set.size, 0),
    widget_manager: {},
  };
  return model;
}

/** A token as the fake kernel reads it; the page never looks into one. */
export function fakeToken(state, fingerprint) {
  return `rbx1.${btoa(encodeURIComponent(JSON.stringify({ state, fingerprint })))}`;
}

export function createKernel({
  records = makeRecords(1204),
  labels = ["negative", "positive"],
  descriptions = {},
  multi_label = false,
  total,
  traits = {},
  config = {},
  cut = 5000,
} = {}) {
  const byId = new Map(records.map((record) => [record.id, record]));
  const inputs = Object.keys(records[0]?.inputs ?? { text: "" });
  const known = [...labels];
  const answers = new Map();
  const undone = [];
  const done = [];
  const groups = [];
  let lastQuery = "";
  let version = 1;

  const kernel = {
    /** Ids that were too many for a trait, and their name. */
    selected: { name: "", ids: [] },
    /** Views saved with the dataset. */
    views: [],
    /** The lines of files being written. */
    files: new Map(),
    /** Requests wait here while `silent`; `speak()` answers them in their order. */
    silent: false,
    /** Methods whose answers are held until released, for answers out of order. */
    held: [],
    hold: null,
    delay: 0,
    refuse: null,
    waiting: [],
    requests: [],
    applied: 0,
    /** How many records are told with an answer. */
    told: 200,
    records: byId,
    speak() {
      kernel.silent = false;
      for (const request of kernel.waiting.splice(0)) answer(request);
    },
    release(order) {
      const held = kernel.held.splice(0);
      for (const at of order ?? held.keys()) deliver(held[at]);
    },
    die() {
      model.dead = true;
      model.trigger("comm_live_update");
    },
    revive() {
      model.dead = false;
      model.trigger("comm_live_update");
    },
    /** Somebody else changes a record; `quietly` without telling this page. */
    changeElsewhere(id, change, { quietly = false } = {}) {
      const record = byId.get(id);
      Object.assign(record, change, { version: record.version + 1 });
      version += 1;
      if (!quietly) model.trigger("msg:custom", { kind: "event", event: "changed", version }, []);
    },
  };

  const state = {
    query: "",
    dialect: "notebook",
    filters: {},
    sort: [],
    page: 1,
    page_size: 50,
    selected: [],
    clamp: 3,
    columns: [],
    column_widths: {},
    tab: "records",
    analysis: "scores",
    analysis_options: {},
    snapshot: {},
    config: {
      name: "sst2",
      title: "sst2",
      total: total ?? records.length,
      labels,
      multi_label,
      fields: [
        ["text", "text"],
        ["predicted", "keyword"],
        ["predicted_as", "label"],
        ["annotated_as", "label"],
        ["score", "number"],
        ["status", "keyword"],
        ["metadata.split", "keyword"],
        ["metadata.words", "integer"],
        ["metadata.source.site", "keyword"],
        ["comment", "keyword"],
        ["event_timestamp", "date"],
      ].map(([name, kind]) => ({ name, kind })),
      columns: [
        ..."text predicted_as annotated_as status predicted score id predicted_by".split(" "),
        ..."annotated_by comment event_timestamp last_updated metrics.text_length".split(" "),
        ..."metadata.split metadata.words metadata.source.site".split(" "),
      ],
      inputs,
      protocol: 2,
      token: "fake",
      runtime: "fake",
      ...config,
    },
    ...traits,
  };
  const model = createModel(state, (request) => {
    kernel.requests.push(request);
    if (kernel.silent) kernel.waiting.push(request);
    else if (kernel.delay > 0) setTimeout(() => answer(request), kernel.delay);
    else queueMicrotask(() => answer(request));
  });

  function deliver(message) {
    const { packedRuntime } = globalThis; // put there by a test, as the kernel would send it
    const { buffers = [], ...result } = message.result ?? {};
    if (result.encoding && packedRuntime) buffers.push(new DataView(packedRuntime));
    const sent = message.result ? { ...message, result } : message;
    if (!model.dead) model.trigger("msg:custom", sent, buffers);
  }

  function answer({ id, method, params }) {
    let message;
    try {
      if (kernel.refuse?.[method]) throw kernel.refuse[method];
      message = { kind: "response", id, result: structuredClone(METHODS[method](params, id)) };
    } catch (error) {
      const { type = "Error", message: text, start = null, end = null } = error;
      message = { kind: "response", id, error: { type, message: text, start, end } };
    }
    if (kernel.hold?.includes(method)) kernel.held.push(message);
    else deliver(message);
  }

  function matches(record, query) {
    if (query === "") return true;
    if (query.startsWith('id:"')) return record.id === query.slice(4, -1);
    if (/^predicted:(ok|ko)$/.test(query)) return record.predicted === query.slice(10);
    const needle = query.toLowerCase();
    return Object.values(record.inputs).some((text) => String(text).toLowerCase().includes(needle));
  }

  function marks(record, query) {
    const found = {};
    if (query === "" || query.includes(":")) return found;
    for (const [name, text] of Object.entries(record.inputs)) {
      const spans = [];
      const lower = String(text).toLowerCase();
      for (let at = lower.indexOf(query); at >= 0; at = lower.indexOf(query, at + query.length)) {
        spans.push([at, at + query.length]);
      }
      found[name] = spans;
    }
    return found;
  }

  function sortValue(record, field) {
    if (field === "score") return record.prediction?.[0]?.[1] ?? -1;
    if (field === "predicted_as") return record.prediction?.[0]?.[0] ?? "";
    if (field === "annotated_as") return record.annotation?.join() ?? "";
    return record[field] ?? String(record.inputs.text);
  }

  function judge(record) {
    const top = record.prediction?.[0]?.[0];
    if (top === undefined || record.annotation === null) record.predicted = null;
    else record.predicted = record.annotation.join() === top ? "ok" : "ko";
  }

  function fieldOf(record, name) {
    if (name === "predicted") return record.predicted;
    if (name === "predicted_as") return record.prediction?.[0]?.[0] ?? null;
    if (name === "annotated_as") return record.annotation?.[0] ?? null;
    if (name === "score") return record.prediction?.[0]?.[1] ?? null;
    if (name.startsWith("metadata.")) return record.metadata[name.slice(9)] ?? null;
    return record[name];
  }

  function passes(record, filters) {
    return Object.entries(filters).every(([name, filter]) => {
      const value = fieldOf(record, name);
      if (Array.isArray(filter)) return filter.includes(value);
      if (value === null) return filter.missing === true;
      const { from = -Infinity, to = Infinity, below = Infinity } = filter;
      return value >= from && value <= to && value < below;
    });
  }

  function counted(some) {
    const of = (right) => some.filter(({ predicted }) => predicted === right).length;
    return { count: some.length, ok: of("ok"), ko: of("ko") };
  }

  /** Records under the query and the filters but those of some fields. */
  function counting(query, filters, own) {
    const others = Object.entries(filters).filter(([name]) => !own.includes(name));
    return records.filter(
      (record) => matches(record, query) && passes(record, Object.fromEntries(others)),
    );
  }

  function facet(name, { query, filters, search }) {
    const kind = state.config.fields.find((field) => field.name === name).kind;
    const some = counting(query, filters, [name]);
    const missing = some.filter((record) => fieldOf(record, name) === null).length;
    const empty = { name, kind, missing, values: [], distinct: 0, found: 0 };
    const none = { edges: [], count: [], ok: [], ko: [] };
    if (kind === "number" || kind === "integer") {
      const all = records.map((record) => fieldOf(record, name));
      const [low, high] = [Math.min(...all), Math.max(...all)];
      const edges = Array.from({ length: 21 }, (_, at) => low + ((high - low) * at) / 20);
      const bars = edges.slice(1).map((to, at) => {
        const inside = (value) => value >= edges[at] && (value < to || (at === 19 && value <= to));
        return counted(some.filter((record) => inside(fieldOf(record, name))));
      });
      const column = (key) => bars.map((bar) => bar[key]);
      return { ...empty, edges, count: column("count"), ok: column("ok"), ko: column("ko") };
    }
    const distinct = [...new Set(some.map((record) => fieldOf(record, name)))].filter(
      (value) => value !== null,
    );
    const found = distinct.filter((value) => String(value).includes(search[name] ?? ""));
    const values = found
      .map((value) => ({
        value,
        ...counted(some.filter((record) => fieldOf(record, name) === value)),
      }))
      .sort((a, b) => b.count - a.count)
      .slice(0, 50);
    return { ...empty, ...none, values, distinct: distinct.length, found: found.length };
  }

  function facets(params) {
    return {
      facets: params.facets.map((name) => facet(name, params)),
      confusion: params.confusion ? confusion(params) : null,
      version,
    };
  }

  function chart({ chart: name, field, query, filters }) {
    const fields = name === "field" ? [field] : CHARTED[name];
    const some = counting(query, filters, fields);
    const shared = {
      chart: name,
      python: name === "field" ? `ex.charts.field('${field}')` : `ex.charts.${name}()`,
      fields,
      field_kind: state.config.fields.find((one) => one.name === fields.at(-1))?.kind ?? "",
      missing: 0,
      left_out: 0,
      error: null,
      runtime: "fake",
      version,
    };
    const nothing = { kind: "", spec: null, values: [], edges: [], rows: [] };
    const single = name === "confusion_matrix" || name === "reliability";
    if (multi_label && single) {
      return { ...shared, ...nothing, why: "multi-label: a record has several labels" };
    }
    const given = some.filter(({ prediction }) => prediction);
    if (given.length === 0) return { ...shared, ...nothing, why: "no predictions here" };
    const title = `${name} of ${some.length} records`;
    const drawn = (rest) => {
      const parts = { values: [], edges: [], ...rest };
      return { ...shared, ...parts, why: null, spec: drawnChart({ ...parts, title }) };
    };
    if (name === "words") {
      const having = (word, judged) =>
        given.filter(
          ({ inputs: { text }, predicted }) => predicted === judged && text?.includes(word),
        ).length;
      const counted = WORDS.map((word) => [word, having(word, "ko"), having(word, "ok")])
        .map(([word, wrong, right]) => [word, wrong, right, Math.log((wrong + 1) / (right + 1))])
        .sort((a, b) => b[3] - a[3])
        .slice(0, 6);
      return drawn({
        kind: "words",
        values: counted.map(([word]) => word),
        rows: counted.map(([, wrong, right, odds]) => [wrong, right, odds, odds - 0.5, odds + 0.5]),
      });
    }
    if (name === "confusion_matrix") {
      const { labels: values, counts: rows } = facets({
        query,
        filters,
        facets: [],
        confusion: true,
      }).confusion;
      return drawn({ kind: "matrix", values, rows });
    }
    if (name === "reliability") {
      const edges = Array.from({ length: 11 }, (_, at) => at / 10);
      const rows = edges.slice(1).map((to, at) => {
        const inside = given.filter(({ predicted, prediction: [[, score]] }) => {
          return predicted && score >= edges[at] && (score < to || (to === 1 && score === 1));
        });
        const n = inside.length;
        const right = inside.filter(({ predicted }) => predicted === "ok").length;
        const mean = inside.reduce((sum, { prediction }) => sum + prediction[0][1], 0) / n;
        return n ? [n, right, mean, right / n - 0.05, right / n + 0.05] : [0, 0, null, null, null];
      });
      return { ...drawn({ kind: "reliability", edges, rows }), error: 0.034 };
    }
    const counts = facet(fields[0], { query, filters, search: {} });
    const split = ({ count, ok, ko }) => [ok, ko, count - ok - ko];
    const result = counts.edges.length
      ? drawn({
          kind: "bars",
          edges: counts.edges,
          rows: counts.count.map((count, at) =>
            split({ count, ok: counts.ok[at], ko: counts.ko[at] }),
          ),
        })
      : drawn({
          kind: "values",
          values: counts.values.map(({ value }) => value),
          rows: counts.values.map(split),
        });
    return { ...result, missing: counts.missing };
  }

  function confusion({ query, filters }) {
    const judged = counting(query, filters, ["annotated_as", "predicted_as"])
      .filter(({ annotation, prediction }) => annotation && prediction)
      .map(({ annotation, prediction: [[best]] }) => ({ annotation, best }));
    const kept = labels.slice(0, 30);
    const number = (wanted) => judged.filter(wanted).length;
    const has = (one, label) => one.annotation.includes(label);
    const counts = kept.map((row) =>
      multi_label
        ? [false, true].map((annotated) =>
            [false, true].map((predicted) =>
              number((one) => has(one, row) === annotated && (one.best === row) === predicted),
            ),
          )
        : kept.map((column) => number((one) => has(one, row) && one.best === column)),
    );
    const left_out = labels.length - kept.length;
    return { labels: kept, counts, multi_label, left_out, total: judged.length };
  }

  function ordered({ query, filters, sort }) {
    const found = records.filter(
      (record) => matches(record, query) && passes(record, filters ?? {}),
    );
    for (const [field, direction] of [...sort].reverse()) {
      const sign = direction === "asc" ? 1 : -1;
      found.sort((a, b) => {
        const [x, y] = [sortValue(a, field), sortValue(b, field)];
        return x < y ? -sign : x > y ? sign : 0;
      });
    }
    return found;
  }

  function page({ query, filters, sort, page: wanted, page_size }) {
    const open = query.lastIndexOf("(");
    if (open >= 0 && !query.includes(")", open)) {
      throw {
        type: "QuerySyntaxError",
        message: "this bracket is never closed",
        start: open,
        end: open + 1,
      };
    }
    lastQuery = query;
    const found = ordered({ query, filters, sort });
    const pages = Math.max(1, Math.ceil(found.length / page_size));
    const at = Math.min(Math.max(1, wanted), pages);
    const ok = found.filter((record) => record.predicted === "ok").length;
    const ko = found.filter((record) => record.predicted === "ko").length;
    const n = ok + ko;
    const half = n ? 1.96 * Math.sqrt((ok / n) * (ko / n) * (1 / n)) : 0;
    return {
      records: found.slice((at - 1) * page_size, at * page_size).map((record) => {
        const texts = {};
        const truncated = {};
        for (const [name, text] of Object.entries(record.inputs)) {
          texts[name] = String(text).slice(0, cut);
          if (String(text).length > cut) truncated[name] = String(text).length;
        }
        const some = marks({ inputs: texts }, query.toLowerCase());
        return { ...record, inputs: texts, marks: some, truncated };
      }),
      count: found.length,
      total: total ?? records.length,
      page: at,
      pages,
      reading:
        query === "" ? "" : query.includes(":") ? query.replace(":", " is ") : `text has ${query}`,
      notes: query.includes(" and ")
        ? ['`and` was read as AND; write "and" to search the word']
        : [],
      took_ms: 12,
      version,
      summary: {
        n: found.length,
        annotated: found.filter((record) => record.annotation).length,
        predicted: found.length,
        ok,
        ko,
        accuracy: n ? ok / n : null,
        low: n ? ok / n - half : null,
        high: n ? ok / n + half : null,
      },
      overall: overall(),
      labels: counts(),
      can_undo: done.length > 0,
      can_redo: undone.length > 0,
    };
  }

  function overall() {
    const judged = records.filter(({ predicted }) => predicted !== null);
    const ok = judged.filter(({ predicted }) => predicted === "ok").length;
    return judged.length ? ok / judged.length : null;
  }

  function counts() {
    return known.map((name) => ({
      name,
      description: descriptions[name] ?? "",
      count: records.filter((record) => record.annotation?.includes(name)).length,
    }));
  }

  function tail({ applied, conflicts = [], ...rest }) {
    return {
      applied: applied.slice(0, kernel.told),
      changed: applied.length,
      conflicts: conflicts.slice(0, 200),
      refused: conflicts.length,
      ...rest,
      can_undo: done.length > 0,
      can_redo: undone.length > 0,
      version,
      labels: counts(),
    };
  }

  const state_of = ({ annotation, status, comment }) => ({ annotation, status, comment });

  /** Gives a field of a record a value, with all that follows. */
  function put(record, field, value) {
    record[field] = value;
    if (field === "annotation") {
      record.status = value === null ? "Default" : "Validated";
      for (const label of value ?? []) if (!known.includes(label)) known.push(label);
    }
    record.version += 1;
    judge(record);
  }

  /** Writes down what was done together: `lines` have id, and the state before and after. */
  function written(field, lines, more = {}) {
    version += 1;
    kernel.applied += 1;
    const group = { id: groups.length + 1, kind: "edit", field, lines, undone: false, ...more };
    groups.push({ at: "2026-11-28T18:00:00+00:00", agent: "ann", query: null, ...group });
    done.push(groups.at(-1));
    undone.length = 0;
  }

  function edit({ edit_id, edits }) {
    if (answers.has(edit_id)) return answers.get(edit_id);
    const applied = [];
    const conflicts = [];
    const lines = [];
    const versions = new Map(edits.map(({ id }) => [id, byId.get(id).version]));
    for (const { id, field, version: seen, new: value } of edits) {
      const record = byId.get(id);
      if (seen !== versions.get(id)) {
        conflicts.push({ id, field, yours: value, theirs: record[field], version: record.version });
        continue;
      }
      const before = state_of(record);
      put(record, field, value);
      lines.push({ id, before, after: state_of(record) });
      applied.push(record);
    }
    if (applied.length > 0) written(edits[0].field, lines, { query: lastQuery || null });
    const result = tail({ applied, conflicts });
    answers.set(edit_id, structuredClone(result));
    return result;
  }

  function step(id, kind, { group: number = null, dry_run = false }) {
    const from = kind === "undo" ? done : undone;
    const to = kind === "undo" ? undone : done;
    if (answers.has(id)) return answers.get(id);
    const group = number === null ? from.at(-1) : groups.find((one) => one.id === number);
    if (!group) return tail({ applied: [], said: `Nothing to ${kind}` });
    const applied = [];
    const conflicts = [];
    for (const line of group.lines) {
      const record = byId.get(line.id);
      const [source, target] =
        kind === "undo" ? [line.after, line.before] : [line.before, line.after];
      if (JSON.stringify(state_of(record)) !== JSON.stringify(source)) {
        const [yours, theirs] = [target[group.field], record[group.field]];
        conflicts.push({ id: line.id, field: group.field, yours, theirs, version: record.version });
        continue;
      }
      applied.push(record);
      if (dry_run) continue;
      Object.assign(record, target, { version: record.version + 1 });
      judge(record);
    }
    if (!dry_run) {
      if (from.includes(group)) from.splice(from.indexOf(group), 1);
      to.push(group);
      group.undone = kind === "undo";
      version += 1;
    }
    const what = kind === "undo" ? "Undid" : "Redid";
    const many = `${applied.length} record${applied.length === 1 ? "" : "s"}`;
    const result = tail({ applied, conflicts, said: `${what}: ${many}` });
    if (!dry_run) answers.set(id, structuredClone(result));
    return result;
  }

  function meant({ ids, view }) {
    return ids ? ids.map((id) => byId.get(id)) : ordered(view);
  }

  function becoming(pairs, most) {
    const found = new Map();
    for (const [old, value] of pairs) {
      const key = JSON.stringify([old, value]);
      found.set(key, { old, new: value, count: (found.get(key)?.count ?? 0) + 1 });
    }
    return [...found.values()].sort((a, b) => b.count - a.count).slice(0, most);
  }

  function wanted({ field, how, new: value, without }, record) {
    if (how === "replace") return value;
    const had = record[field] ?? [];
    const added = value.filter((label) => !had.includes(label));
    return [...had.filter((label) => !without.includes(label)), ...added];
  }

  function plan({ scope, action }) {
    const some = meant(scope);
    const pairs = some.map((record) => [record[action.field], wanted(action, record)]);
    const told = becoming(pairs, 12);
    return {
      count: some.length,
      changes: pairs.filter(([old, value]) => JSON.stringify(old) !== JSON.stringify(value)).length,
      becoming: told,
      left_out: some.length - told.reduce((sum, { count }) => sum + count, 0),
      digest: JSON.stringify(some.map(({ id, version: at }) => [id, at])),
    };
  }

  function change({ change_id, scope, action, digest, reason }) {
    if (answers.has(change_id)) return answers.get(change_id);
    if (digest !== plan({ scope, action }).digest) {
      throw { type: "PlanOutdatedError", message: "records changed since this was planned" };
    }
    const lines = [];
    const applied = [];
    for (const record of meant(scope)) {
      const value = wanted(action, record);
      if (JSON.stringify(value) === JSON.stringify(record[action.field])) continue;
      const before = state_of(record);
      put(record, action.field, value);
      lines.push({ id: record.id, before, after: state_of(record) });
      applied.push(record);
    }
    const query = scope.view?.query ?? lastQuery;
    if (applied.length > 0) written(action.field, lines, { query: query || null, reason });
    const result = { ...tail({ applied }), applied: [] };
    answers.set(change_id, structuredClone(result));
    return result;
  }

  function changes({ before }) {
    const older = groups.filter(({ id }) => before === null || id < before).reverse();
    return {
      groups: older.slice(0, 50).map(({ lines, ...group }) => ({
        reason: null,
        ...group,
        count: lines.length,
        becoming: becoming(
          lines.map((line) => [line.before[group.field], line.after[group.field]]),
          3,
        ),
      })),
      more: older.length > 50,
    };
  }

  const METHODS = {
    page,
    record({ id, query }) {
      const record = byId.get(id);
      return {
        record: { ...record, explanation: undefined },
        marks: marks(record, query.toLowerCase()),
        explanation: record.explanation ?? null,
        history: record.history ?? [],
      };
    },
    locate({ id, view }) {
      const at = ordered(view).findIndex((record) => record.id === id);
      const page = at < 0 ? null : Math.floor(at / view.page_size) + 1;
      return { id, known: byId.has(id), page };
    },
    similar({ id }) {
      const others = records.filter((record) => record.id !== id).slice(-10);
      return {
        records: others.map((record, at) => ({
          id: record.id,
          similarity: 1 - at / 20,
          text: String(Object.values(record.inputs)[0]).slice(0, 240),
          prediction: record.prediction?.[0] ?? null,
          annotation: record.annotation,
        })),
      };
    },
    ids(view) {
      const ids = ordered(view).map((record) => record.id);
      return { ids: ids.slice(0, 1000), count: ids.length };
    },
    edit,
    complete({ query, caret }) {
      const start = /[\w.]*$/.exec(query.slice(0, caret))?.index ?? caret;
      const typed = query.slice(start, caret);
      const values = query[start - 1] === ":";
      const all = values
        ? [
            { put: "ko", kind: "value" },
            { put: "ok", kind: "value" },
          ]
        : ["predicted:", "predicted_as:", "score:"].map((put) => ({ put, kind: "field" }));
      const items = all
        .filter(({ put }) => put.startsWith(typed))
        .map(({ put, kind }) => ({ put, label: put, kind, detail: values ? "3 records" : "text" }));
      return { start, end: caret, items: typed || values ? items : [] };
    },
    facets,
    chart,
    runtime: () => ({ sha256: "fake", encoding: "gzip" }),
    share: ({ state }) => ({
      token: fakeToken(state, "fake"),
      code: `rb.explore("sst2", query=${JSON.stringify(state.query)})`,
      load: Object.keys(state.filters).length > 0 ? null : 'rb.load("sst2")',
    }),
    propose({ token }) {
      const { state, fingerprint } = JSON.parse(decodeURIComponent(atob(token.slice(5))));
      const { query = "" } = state;
      const reading =
        query && page({ query, filters: {}, sort: [], page: 1, page_size: 1 }).reading;
      return { mine: fingerprint === "fake", state, reading, missing: [] };
    },
    select({ name, ids }) {
      if (ids) kernel.selected = { name, ids };
      else if (kernel.selected.name !== name) throw { message: "other records are selected" };
      return { ids: kernel.selected.ids };
    },
    views({ change }) {
      const at = kernel.views.findIndex(({ name }) => name === change?.name);
      if (!change || answers.has(change.id)) return { views: kernel.views };
      if (change.do === "save") {
        if (at >= 0 && !change.replace) throw { message: `there is a view ${change.name} already` };
        const view = { name: change.name, state: change.state, missing: [] };
        kernel.views.splice(at < 0 ? kernel.views.length : at, 1, view);
      } else if (change.do === "rename") kernel.views[at].name = change.to;
      else kernel.views.splice(at, 1);
      answers.set(change.id, true);
      return { views: kernel.views };
    },
    export({ do: what, file, piece, format, view, ids }) {
      const told = { file, name: `sst2.${format}`, media: "text/csv", total: 0, written: 0 };
      if (what === "close") {
        kernel.files.delete(file);
        return told;
      }
      if (what === "begin") {
        const all = page({ ...view, page: 1, page_size: records.length }).records;
        const lines = all.map(({ id }) => id).filter((id) => !ids || ids.includes(id));
        kernel.files.set(file, lines);
        return { ...told, total: lines.length };
      }
      const lines = kernel.files.get(file);
      const written = Math.min(lines.length, 500 * (piece + 1));
      const text = `${lines.slice(500 * piece, written).join("\n")}\n`;
      const buffers = [new DataView(new TextEncoder().encode(text).buffer)];
      return { ...told, total: lines.length, written, buffers };
    },
    undo: (params, id) => step(id, "undo", params),
    redo: (params, id) => step(id, "redo", params),
    tally({ scope }) {
      const some = meant(scope);
      const labels = known.map((name) => ({
        name,
        description: "",
        count: some.filter(({ annotation }) => annotation?.includes(name)).length,
      }));
      return { count: some.length, labels };
    },
    plan,
    change,
    changes,
  };

  return { model, kernel };
}

/** Renders one view of a model into an element, as anywidget does; gives the way to close it. */
export function show(widget, model, el) {
  const closing = new AbortController();
  const view = { model, el, signal: closing.signal, host: {}, experimental: {} };
  const cleanup = Promise.resolve(widget.render(view));
  return () => {
    closing.abort();
    void cleanup.then((clean) => clean?.());
  };
}
