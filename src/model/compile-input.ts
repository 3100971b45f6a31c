/** @module What is compiled: a revision's content with all that it meets where it is served. gateway/compile.ts takes it. */
import type { PolicyEntry } from "./policy-entry.ts";
import type { PolicySets } from "./policy-set.ts";
import type { Style, VersionSelector } from "./program.ts";
import type { RevisionContent } from "./revision.ts";
import type { SecretBinding } from "./secret.ts";
import type { Target } from "./upstream.ts";

export interface CompileInput {
  readonly workspace: string;
  readonly api: {
    readonly id: string;
    readonly slug: string;
    readonly name: string;
    readonly style: Style;
    readonly prefix: string;
    readonly selector: VersionSelector;
  };
  /** Id of the version. */
  readonly version: string;
  /** Content address of the revision. */
  readonly revision: string;
  readonly content: RevisionContent;
  readonly globalPolicies: readonly PolicyEntry[];
  readonly workspacePolicies: readonly PolicyEntry[];
  /** The workspace's, which its list and the revision's own may name. */
  readonly policySets: PolicySets;
  readonly products: readonly string[];
  readonly targets: readonly Target[];
  /** Secrets of the environment; null where nobody knows them, as offline. */
  readonly secrets: readonly SecretBinding[] | null;
  readonly ownHosts: readonly string[];
  readonly privateUpstreams: readonly string[];
}
