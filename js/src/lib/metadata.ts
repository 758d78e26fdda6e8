/** Metadata by the names that a query has for it: nested keys joined with dots. */
export type Metadata = { [key: string]: unknown };

/** `{source: {site: "a"}}` as `["source.site", "a"]`. */
export function flat(of: Metadata, under = ""): [name: string, of: unknown][] {
  return Object.entries(of).flatMap(([key, one]) =>
    isObject(one) ? flat(one, `${under}${key}.`) : [[under + key, one] as [string, unknown]],
  );
}

/** The value of a name such as `source.site`; all of them where several keys make that name. */
export function valueAt(of: Metadata, name: string): unknown {
  const found = Object.hasOwn(of, name) && !isObject(of[name]) ? [of[name]] : [];
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    const inner = Object.hasOwn(of, name.slice(0, dot)) ? of[name.slice(0, dot)] : undefined;
    if (isObject(inner)) found.push(valueAt(inner, name.slice(dot + 1)));
  }
  const values = found.filter((one) => one !== undefined && one !== null);
  return values.length > 1 ? values.flat() : (values[0] ?? null);
}

function isObject(one: unknown): one is Metadata {
  return one !== null && typeof one === "object" && !Array.isArray(one) && !("$date" in one);
}
