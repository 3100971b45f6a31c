/**
 * @module Secrets as an isolate holds them: opened once, kept while the sealed text is the same. What a call may be told is
 * decided for each: a secret goes only where it is bound to, whatever became of the upstream since the version was published.
 */
import type { Call } from "../model/call.ts";
import { Problem } from "../model/problem.ts";
import { recent } from "../model/recent.ts";
import type { SecretRecord } from "../model/records.ts";
import type { SecretBox } from "../model/secret.ts";
import type { Target } from "../model/upstream.ts";
import type { Warm } from "../model/warm.ts";

const openedMax = 1_000;

export interface Secrets {
  /** The value of a record, for a call that goes to these targets. */
  valueFor(record: SecretRecord | null, name: string, targets: Call["match"]["targets"]): Warm<string>;
}

export function createSecrets(box: SecretBox): Secrets {
  /** By sealed text, which is another for every sealing. */
  const opened = recent<string>(openedMax);

  async function open(record: SecretRecord): Promise<string> {
    const value = await box.open(record, record);
    if (value === null) throw unavailable(`secret ${record.name} was sealed by key ${record.keyId}, which is not set`);
    opened.set(record.sealed, value);
    return value;
  }

  return {
    valueFor(record, name, targets) {
      if (record === null) return Promise.reject(unavailable(`there is no secret ${name} in the environment`));
      const host = hostsOf(targets).find((one) => !record.hosts.includes(one));
      if (host !== undefined) return Promise.reject(unavailable(`secret ${name} is not bound to ${host}`));
      return opened.get(record.sealed) ?? open(record);
    },
  };
}

const hosts = new WeakMap<readonly Target[], readonly string[]>();

/** Hosts of targets, in lower case, without port. */
function hostsOf(targets: readonly Target[]): readonly string[] {
  const known = hosts.get(targets);
  if (known !== undefined) return known;
  const found = [...new Set(targets.map(({ url }) => new URL(url).hostname))];
  hosts.set(targets, found);
  return found;
}

/** `why` is for the operator's log: callers are not told what an API's secrets are called. */
export function unavailable(why: string): Problem {
  return new Problem("secret-unavailable", {
    detail: "The gateway is not set up to call this API at the moment. Only the API's operator can mend that.",
    cause: why,
  });
}
