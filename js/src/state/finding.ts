/** Getting to records by what they are, not where: by id, by likeness. */
import type { LocateResult, SimilarRecord } from "../protocol";
import type { Store } from "./store";

/** Goes to a record where the view shows it; tells where it was found in any case. */
export async function goToRecord(store: Store, id: string): Promise<LocateResult> {
  const found = await store.call("locate", { id, view: store.asked.value });
  if (found.page !== null) await store.showRecord(found.id, found.page);
  return found;
}

/** A query for one record. */
function queryFor(id: string): string {
  return `id:"${id.replace(/[\\"]/g, "\\$&")}"`;
}

export async function showAlone(store: Store, id: string): Promise<void> {
  const query = queryFor(id);
  store.draft.value = query;
  if (await store.load({ ...store.asked.value, query, filters: {}, page: 1 })) {
    store.focusOn("record");
  }
}

export async function similarTo(store: Store, id: string): Promise<SimilarRecord[]> {
  return (await store.call("similar", { id })).records;
}
