import type { Keys } from "../actions/context.ts";
import { hashSecret, importKeySecret, keyHint, makeKey } from "../model/credential.ts";

const tokenBytes = 32;

/** Keys and tokens from the runtime's randomness. The secret is imported on first use, once. */
export function randomKeys(keySecret: string): Keys {
  let imported: Promise<CryptoKey> | null = null;
  return {
    async make() {
      imported ??= importKeySecret(keySecret);
      const key = await makeKey(crypto.getRandomValues(new Uint8Array(32)), await imported);
      return { key, hash: await hashSecret(key), hint: keyHint(key) };
    },
    async makeToken() {
      const random = crypto.getRandomValues(new Uint8Array(tokenBytes));
      const token = `gh_admin_${random.toBase64({ alphabet: "base64url", omitPadding: true })}`;
      return { token, hash: await hashSecret(token), hint: keyHint(token) };
    },
  };
}
