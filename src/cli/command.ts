/** @module What every command takes and answers. */

/** Which server and by which token, as flags say it. */
export interface LoginOptions {
  readonly server?: string;
  readonly token?: string;
}

/** Of commands about a file, which names its workspace itself. */
export interface ServerOptions extends LoginOptions {
  readonly file: string;
}

/** Of commands about what is on the server. */
export interface RemoteOptions extends LoginOptions {
  readonly workspace?: string;
}

export interface CommandResult {
  /** 0: done, or nothing to change; 1: refused or failed; 2: the file and the server differ. */
  readonly exitCode: 0 | 1 | 2;
  /** Null where the result is on stdout already. */
  readonly text: string | null;
  /** With --json, printed instead, as one object. */
  readonly json: object | null;
}
