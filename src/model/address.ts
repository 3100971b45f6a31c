/** @module What the address of an API is made of: the host, the prefix and the version's name. One rule for all who write it. */
import * as z from "zod";

/** In lower case, without port, by the letters of DNS (RFC 1123 section 2.1); `*` is every host that no environment has. */
export const Host = z
  .string()
  .max(253)
  .regex(
    /^(?:\*|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)$/,
    "Write a host in lower case without port, such as api.example.com, no part of it empty and none beginning or ending with a hyphen; or * for every host that no environment has.",
  );

/** Path below which an API stands. No call has dot segments left when it is matched, so no prefix may have any. */
export const Prefix = z
  .string()
  .max(200)
  .regex(
    /^\/$|^(\/[A-Za-z0-9._~-]+)+$/,
    "Begin with a slash and do not end with one, such as /books; or a single slash.",
  )
  .refine((prefix) => !prefix.split("/").some((segment) => segment === "." || segment === ".."), {
    message: "Leave out the segments . and ..",
  })
  .describe("Path under which the API is served at the environment's hosts.");

/** Never like an id: versions are found by either. */
export const VersionName = z
  .string()
  .regex(
    /^(?!ver_)[A-Za-z0-9][A-Za-z0-9._-]{0,39}$/,
    "Use 1 to 40 letters, digits, dots, underscores and hyphens, such as v1, and do not begin with ver_, as ids do.",
  );

/** Whether a version is named by a date, by which calls may ask for it. */
export const isDated = (name: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(name) && !Number.isNaN(Date.parse(name));

export const undatedMessage = (name: string): string =>
  `Calls of this API choose by a date, so its versions are named by dates, such as 2026-11-01, and not ${name}.`;
