/**
 * @module Consumer keys: `gh_live_<random>_<check>`.
 *
 * `random` is 32 random bytes in base62, `check` eight characters of HMAC-SHA-256(KEY_SECRET, the part before it): only keys that
 * this installation issued cost a look-up, and scanners recognise a leaked one. Stored is only SHA-256 of the whole key:
 * 256 bits of entropy need no slow hash. A key is shown once.
 */

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const shape = /^gh_live_[0-9A-Za-z]{43}_[0-9A-Za-z]{8}$/;
const encoder = new TextEncoder();

/** `bytes` as base62, most significant digit first, padded to `length`. */
function base62(bytes: Uint8Array, length: number): string {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  let text = "";
  while (text.length < length) {
    text = (alphabet[Number(value % 62n)] ?? "") + text;
    value /= 62n;
  }
  return text;
}

async function checkOf(body: string, secret: CryptoKey): Promise<string> {
  const mac = await crypto.subtle.sign("HMAC", secret, encoder.encode(body));
  return base62(new Uint8Array(mac, 0, 8), 8);
}

/** KEY_SECRET as a key for the check. Import it once per isolate. */
export function importKeySecret(secret: string): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
}

/** A new key from 32 random bytes. */
export async function makeKey(random: Uint8Array, secret: CryptoKey): Promise<string> {
  const body = `gh_live_${base62(random, 43)}`;
  return `${body}_${await checkOf(body, secret)}`;
}

/** Whether this installation can have issued the key: shape and check. Says nothing about whether it still counts. */
export async function isIssuedKey(key: string, secret: CryptoKey): Promise<boolean> {
  if (!shape.test(key)) return false;
  const body = key.slice(0, -9);
  return timingSafeEqual(await checkOf(body, secret), key.slice(-8));
}

/** SHA-256 of a secret of high entropy, in hex: the only form in which keys and tokens are stored. */
export async function hashSecret(secret: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", encoder.encode(secret));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What may be shown of a key afterwards: its first characters, enough to tell one's keys apart. */
export function keyHint(key: string): string {
  return `${key.slice(0, 12)}…`;
}

/** Compares in time that depends on the lengths only. */
export function timingSafeEqual(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let index = 0; index < a.length; index += 1) difference |= a.charCodeAt(index) ^ b.charCodeAt(index);
  return difference === 0;
}
