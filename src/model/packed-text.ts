/** A long text for a database: gzip, then base64, since D1 hands blobs over as arrays of numbers, ten times as large. */
export async function packText(text: string): Promise<string> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer()).toBase64();
}

/** The text that was packed. Rejects what was not. */
export async function unpackText(packed: string): Promise<string> {
  const stream = new Blob([Uint8Array.fromBase64(packed)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}
