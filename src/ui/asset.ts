/**
 * @module Assets: the stylesheet and the scripts of both apps. They live in the Worker and are served under a name that holds
 * a hash of their content, so that browsers keep them for good and a deployment never meets an old one.
 */

export interface Asset {
  /** File name with the hash of its content, such as `gatehouse-1f0c2a9b7d31e.css`. */
  readonly name: string;
  readonly type: string;
  readonly body: string;
}

const types = { css: "text/css; charset=utf-8", js: "text/javascript; charset=utf-8" } as const;

export function asset(stem: string, kind: keyof typeof types, body: string): Asset {
  return { name: `${stem}-${fingerprint(body)}.${kind}`, type: types[kind], body };
}

/** 53 bits, enough to tell one's own builds apart; not a defence against anybody (cyrb53, public domain). */
function fingerprint(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    high = Math.imul(high ^ code, 2654435761);
    low = Math.imul(low ^ code, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return (4294967296 * (2097151 & low) + (high >>> 0)).toString(16).padStart(14, "0");
}
