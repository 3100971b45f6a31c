/**
 * @module Secrets: values of an environment that configurations name as `${secret:NAME}` and nobody reads back.
 *
 * Stored sealed (AES-256-GCM) under a key that has an id, bound to key id, workspace, environment and name: what was sealed
 * for one of them opens for no other. The first key seals; all of them open, so that a key is rotated without a gap.
 */
import * as z from "zod";
import { toPointer } from "./explain-issues.ts";
import { sealer } from "./seal.ts";

/** Longest value, in bytes of UTF-8: a long private key fits. */
export const secretBytesMax = 8_192;
/** What base64 makes of the longest value with nonce and tag. */
const sealedCharactersMax = Math.ceil(((secretBytesMax + 28) * 4) / 3);

export const SecretName = z
  .string()
  .regex(
    /^[A-Z][A-Z0-9_]{0,63}$/,
    "Use 1 to 64 capitals, digits and underscores, beginning with a capital: SHOP_TOKEN.",
  );

/** A secret as compiling sees it: hosts that it may be sent to, in lower case, without port. */
export interface SecretBinding {
  readonly name: string;
  readonly hosts: readonly string[];
}

/** Which secret a value is. */
export interface SecretPlace {
  readonly workspace: string;
  /** Id of the environment. */
  readonly environment: string;
  readonly name: string;
}

export interface SealedSecret {
  /** Id of the key that sealed it. */
  readonly keyId: string;
  readonly sealed: string;
}

/** Seals and opens secrets. Made once an isolate. */
export interface SecretBox {
  /** Id of the key that seals now. */
  readonly keyId: string;
  seal(place: SecretPlace, value: string): Promise<SealedSecret>;
  /** Null for what no key of ours sealed for this place. */
  open(place: SecretPlace, secret: SealedSecret): Promise<string | null>;
}

export interface SecretKey {
  readonly id: string;
  readonly secret: string;
}

/** The first key seals, every one opens. */
export function secretBox(keys: readonly [SecretKey, ...SecretKey[]]): SecretBox {
  const [current] = keys;
  const sealers = new Map(keys.map(({ id, secret }) => [id, sealer(secret, "secret", sealedCharactersMax)]));
  const boundTo = (keyId: string, { workspace, environment, name }: SecretPlace): string =>
    JSON.stringify([keyId, workspace, environment, name]);
  return {
    keyId: current.id,
    async seal(place, value) {
      const sealed = await sealers.get(current.id)?.seal(value, boundTo(current.id, place));
      return { keyId: current.id, sealed: sealed ?? "" };
    },
    async open(place, { keyId, sealed }) {
      return (await sealers.get(keyId)?.open(sealed, boundTo(keyId, place))) ?? null;
    },
  };
}

const reference = /\$\{secret:([^}]*)\}/g;

/** A text in parts: what stands as it is, and names of secrets. Names may be none that can exist: check them first. */
export type SecretText = readonly ({ readonly text: string } | { readonly secret: string })[];

export function parseSecretText(text: string): SecretText {
  const parts: ({ readonly text: string } | { readonly secret: string })[] = [];
  let end = 0;
  for (const match of text.matchAll(reference)) {
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ secret: match[1] ?? "" });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}

/** The names in a text, each as often as it stands there. */
export function secretNames(text: string): string[] {
  return Array.from(text.matchAll(reference), ([, name = ""]) => name);
}

/** Every place of a value, by JSON pointer below `pointer`, at which a secret is named. */
export function findSecrets(value: unknown, pointer = ""): { readonly name: string; readonly pointer: string }[] {
  if (typeof value === "string") return secretNames(value).map((name) => ({ name, pointer }));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => findSecrets(inner, pointer + toPointer([name])));
}
