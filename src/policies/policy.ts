/**
 * @module The policy contract: something that may happen to a request or response: typed, configured, ordered.
 *
 * Refuse by throwing a Problem; answer yourself by returning a Response; change a request by passing a new one to `next`;
 * change a response by returning a new one. `next` never rejects: the engine (gateway/compose) renders refusals where they
 * happen, so that outer policies such as CORS mark them too. Credentials that a policy takes are noted on the call and stay
 * in the request: read and set headers through `taken-headers.ts` where they could be one. Must not import a binding, the
 * gateway or an area.
 */
import type * as z from "zod";
import type { Call, PolicyOrigin } from "../model/call.ts";
import type { Services } from "./services.ts";

/** Carries a request to its answer. The upstream is one; a composed route is one. Never rejects. */
export type Handler = (request: Request, call: Call) => Promise<Response>;

export type Policy = (request: Request, call: Call, next: Handler) => Promise<Response>;

export interface PolicyDefinition<Type extends string = string, Config extends z.ZodType = z.ZodType> {
  /** kebab-case = file name; the export is the same in camelCase. */
  readonly type: Type;
  /** One sentence: console, portal and docs show it. */
  readonly summary: string;
  /** A strict object, every field described: validation, JSON Schema, form and documentation in one. */
  readonly config: Config;
  /**
   * What it is to the rest of the list: `authenticator` may set the principal; `guard` refuses by who is calling; `limiter`
   * only adds to `call.demands`; `pricing` says what the call costs them. Nothing may answer in place of any of them.
   */
  readonly role?: "authenticator" | "guard" | "limiter" | "pricing";
  /** May run in shadow. The engine then runs it on a copy without body and lets the call pass whatever it decides. */
  readonly shadow?: true;
  /** Its configuration may name secrets, all of whose values go to the upstream. In others their names would be plain text. */
  readonly secrets?: true;
  /** Reads the request's body, up to so many bytes. All other policies leave bodies streaming. */
  readonly bodyMaxBytes?: number;
  /** Built once per isolate and binding. May throw: then the revision cannot be published. */
  create(config: z.output<Config>, services: Services, binding: Binding): Policy;
}

/** Which entry of which list this instance is: for ledger keys and explanations. */
export interface Binding {
  readonly id: string;
  readonly origin: PolicyOrigin;
  /** Stable and unique on the platform, such as `revision/<version id>/burst`. */
  readonly key: string;
  /** Grows with each change of the list the entry stands in; the revision of the limits that it defines. */
  readonly revision: number;
}

/** Helps a definition keep the type of its config: `export const cors = definePolicy({ … })`. */
export function definePolicy<Type extends string, Config extends z.ZodType>(
  definition: PolicyDefinition<Type, Config>,
): PolicyDefinition<Type, Config> {
  return definition;
}
