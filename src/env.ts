/**
 * @module Settings: the Worker's vars, parsed once an isolate. A wrong value refuses every request with the name of the var:
 * better than a gateway that is half configured.
 */
import * as z from "zod";

const host = z
  .string()
  .regex(/^[a-z0-9.-]+$/, "Write a host without scheme and port, in lower case: console.example.com.");
const flag = z.enum(["true", "false"]).transform((text) => text === "true");

export const Settings = z.object({
  /** Host of the console and the management API. */
  ADMIN_HOST: host,
  /** Host of the portal. */
  PORTAL_HOST: host,
  /** Origin of the portal where it is not `https://PORTAL_HOST`, such as `http://portal.localhost:8787`. */
  PORTAL_ORIGIN: z.url().optional(),
  /** One host for everything, for trials: console under /console, portal under /portal, proxied answers sandboxed. */
  SHARED_HOST: flag,
  /** Whether /manage/v1 answers bearer tokens on gateway hosts too. */
  MANAGE_ON_GATEWAY: flag,
  /** Comma-separated `host:port` of private addresses that may be upstreams. */
  UPSTREAM_PRIVATE: z.string().transform((text) => text.split(",").flatMap((part) => part.trim() || [])),
  ADMIN_TOKEN: z.string().min(24, "Use at least 24 characters."),
  KEY_SECRET: z.string().min(32, "Use at least 32 random characters."),
  /**
   * Keys that seal secrets, as `id:value`, separated by commas: the first seals, all open. To rotate, put a new one in front,
   * deploy, run `gatehouse secrets reseal`, then take the old one out. Without any, secrets are sealed by KEY_SECRET.
   */
  SECRET_KEYS: z
    .string()
    .default("")
    .transform((text) => text.split(",").flatMap((part) => part.trim() || []))
    .pipe(
      z.array(
        z
          .string()
          .regex(
            /^[a-z1-9][a-z0-9-]{0,19}:\S{32,}$/,
            "Write keys as id:value, each value of at least 32 random characters.",
          )
          .transform((part) => ({ id: part.slice(0, part.indexOf(":")), secret: part.slice(part.indexOf(":") + 1) })),
      ),
    )
    .refine((keys) => new Set(keys.map(({ id }) => id)).size === keys.length, "Two keys have the same id."),
});
export type Settings = z.output<typeof Settings>;

/** Throws an error that names each wrong variable, never its value. */
export function parseSettings(env: Record<string, unknown>): Settings {
  const parsed = Settings.safeParse(env);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new Error(`The Worker is not configured. ${wrong.join(" ")}`);
}
