/** @module What every command takes and answers. */

export interface ServerOptions {
  readonly file: string;
  readonly server?: string;
  readonly token?: string;
}

export interface CommandResult {
  /** 0: done, or nothing to change; 1: refused or failed; 2: the file and the server differ. */
  readonly exitCode: 0 | 1 | 2;
  /** Null where the result is on stdout already. */
  readonly text: string | null;
  /** With --json, printed instead, as one object. */
  readonly json: object | null;
}
