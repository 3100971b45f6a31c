import type { Settings } from "../env.ts";
import { secretBox, type SecretBox } from "../model/secret.ts";

/** The id of the key that KEY_SECRET makes, which opens what was sealed before SECRET_KEYS was set. */
const ownKeyId = "0";

/** Seals with the first of SECRET_KEYS, and without any with a key made of KEY_SECRET. */
export function secretBoxOf({ KEY_SECRET, SECRET_KEYS }: Pick<Settings, "KEY_SECRET" | "SECRET_KEYS">): SecretBox {
  const own = { id: ownKeyId, secret: KEY_SECRET };
  const [first, ...others] = SECRET_KEYS;
  return first === undefined ? secretBox([own]) : secretBox([first, ...others, own]);
}
