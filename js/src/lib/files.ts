/** Files and texts handed to the person in front of the page. */

/** Offers a file as a download, by a link that is never seen. */
export function download(root: HTMLElement, content: Blob, name: string): void {
  const link = root.ownerDocument.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.hidden = true;
  root.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // a browser may ask first where to
}

/** Says whether it is on the clipboard: pages over plain http may not write there. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
