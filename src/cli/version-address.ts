import { failure } from "./failure.ts";

/** Where a version stands in the management API, from `bookshop/v1`. */
export function versionPath(version: string): string {
  const [, api, name] = /^([^/\s]+)\/([^/\s]+)$/.exec(version) ?? [];
  if (api !== undefined && name !== undefined) {
    return `/apis/${encodeURIComponent(api)}/versions/${encodeURIComponent(name)}`;
  }
  throw failure(`“${version}” names no version.`, "Write API and version with a slash between them: bookshop/v1.");
}

/** The number of a revision, as an argument or flag gives it. */
export function revisionNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw failure(`“${text}” is no number of a revision.`, "Write one such as 3; they count from 1.");
}
