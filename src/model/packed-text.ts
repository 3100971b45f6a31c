/** A long text for a database: gzip, then base64, since D1 hands blobs over as arrays of numbers, ten times as large. */
export async function packText(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer()).toBase64();
}

/** The text that was packed. Rejects what was not. */
export async function unpackText(packed: string): Promise<string> {
  return unpackBytes(Uint8Array.fromBase64(packed));
}

/** The same for bytes that are no longer base64: Node 24, which scripts run on, has no `fromBase64`. */
export async function unpackBytes(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}
