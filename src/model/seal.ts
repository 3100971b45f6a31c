/**
 * @module Seal: text that travels through other hands and comes back unread and unchanged.
 *
 * AES-256-GCM under a key derived by HKDF-SHA-256 (RFC 5869) from one secret and a purpose, so that what was sealed for one
 * purpose never opens for another. The nonce is random and made here, the only randomness in the model: a nonce chosen by
 * callers is how GCM is broken. Up to 2^32 texts a purpose are safe under one secret (NIST SP 800-38D §8.3).
 */

export interface Sealer {
  /** URL-safe base64 without padding, `ceil((utf-8 bytes + 28) × 4 / 3)` characters. Opens only with the same `boundTo`. */
  seal(text: string, boundTo?: string): Promise<string>;
  /** The text, or null for whatever this sealer did not seal, or sealed bound to something else. Never throws. */
  open(sealed: string, boundTo?: string): Promise<string | null>;
}

const nonceBytes = 12;
const tagBytes = 16;
/** Longer input is refused unread, unless a sealer says that its texts are longer. */
const sealedCharactersMax = 4096;
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A sealer for one purpose, such as `console-session`. Make it once per isolate: the key is derived on first use. */
export function sealer(secret: string, purpose: string, charactersMax = sealedCharactersMax): Sealer {
  let derived: CryptoKey | undefined;
  const key = async (): Promise<CryptoKey> => (derived ??= await deriveKey(secret, purpose));
  return {
    async seal(text, boundTo = "") {
      const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes));
      const sealed = await crypto.subtle.encrypt(algorithm(nonce, boundTo), await key(), encoder.encode(text));
      const bytes = new Uint8Array(nonceBytes + sealed.byteLength);
      bytes.set(nonce);
      bytes.set(new Uint8Array(sealed), nonceBytes);
      return toBase64Url(bytes);
    },
    async open(sealed, boundTo = "") {
      const bytes = sealed.length > charactersMax ? null : fromBase64Url(sealed);
      if (bytes === null || bytes.length < nonceBytes + tagBytes) return null;
      try {
        const nonce = bytes.subarray(0, nonceBytes);
        const text = await crypto.subtle.decrypt(algorithm(nonce, boundTo), await key(), bytes.subarray(nonceBytes));
        return decoder.decode(text);
      } catch {
        return null;
      }
    },
  };
}

async function deriveKey(secret: string, purpose: string): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveKey"]);
  const info = encoder.encode(`gatehouse seal 1: ${purpose}`);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info },
    base,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}

function algorithm(nonce: Uint8Array<ArrayBuffer>, boundTo: string) {
  return { name: "AES-GCM", iv: nonce, additionalData: encoder.encode(boundTo) };
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) return null;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
