/** @module Principal: who is making this call. Set once, by the authenticating policy that found its credential. */

export interface Principal {
  /** What proved it: the type of the policy, such as `require-key`. */
  readonly by: string;
  readonly workspace: string;
  readonly organization: string;
  readonly application: string;
  /** Id of the credential; never the credential itself. */
  readonly credential: string;
}
