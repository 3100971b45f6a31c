import type { Guide } from "./guide.ts";

/** Problems of the management API and its command line. */
export const managementGuides = {
  "input-invalid": {
    means: "A field is missing, unknown or of the wrong form. Nothing was changed.",
    act: "Mend the fields that the findings name, each with its JSON pointer.",
    handling: "mend",
    detail: "1 field is not valid. rate-limit has no field “callMax”: did you mean callsMax?",
    members: { findings: [{ pointer: "/policies/0/config/callMax", message: "Unknown field", severity: "error" }] },
  },
  "token-missing": {
    means: "The management API needs to know who asks, and the request carries no token.",
    act: "Send an admin token as Authorization: Bearer <token>.",
    handling: "renew",
    detail: "This call needs an admin token. Send it as “Authorization: Bearer <token>”.",
  },
  "token-invalid": {
    means: "The token was not issued here, has been revoked, or has ended. The answer does not say which of them.",
    act: "Check that the whole token was copied. Otherwise ask for a new one.",
    handling: "renew",
    detail: "The admin token is not valid. Check that all of it was copied, or ask for a new one.",
  },
  "scope-missing": {
    means: "The token is valid, and it does not hold the scope that this needs. The member scope names it.",
    act: "Use a token that has the scope, or ask somebody who may give you one.",
    handling: "renew",
    detail: "publish-version needs the scope lifecycle:write. Use a token that has it.",
    members: { scope: "lifecycle:write" },
  },
  "resource-not-found": {
    means:
      "There is nothing at this address, or it belongs to a workspace that you cannot see. The two are not told apart.",
    act: "Check the id or the name, and the workspace that your token is for.",
    handling: "mend",
    detail: "There is no API “bookshop”. It may have been deleted, or it belongs to a workspace that you cannot see.",
  },
  "already-exists": {
    means: "Something of this kind already has this name, or this host or path.",
    act: "Choose another name, or change what is there.",
    handling: "mend",
    detail: "“bookshop” is taken. Give this API another name.",
  },
  "state-conflict": {
    means: "The thing is in a state in which this cannot be done, such as publishing a retired version.",
    act: "Bring it into the state that the detail names, then try again.",
    handling: "reread",
    detail: "bookshop v1 is retired and cannot be published. Create a new version.",
  },
  "has-dependents": {
    means: "It cannot be deleted while something needs it. The member dependents lists what does. Nothing was changed.",
    act: "Delete, end or change what is listed, then try again.",
    handling: "reread",
    detail: "The upstream books is still needed by version bookshop/v1. Point the versions to another upstream.",
    members: { dependents: [{ kind: "version", id: "ver_01J", name: "bookshop/v1" }], dependentCount: 1 },
  },
  "version-in-use": {
    means: "Applications called this version lately, and all of their calls would be refused. Nothing was changed.",
    act: "Ask those that the member callers names to move on, or give a reason to retire it all the same.",
    handling: "reread",
    detail:
      "v1 was called within 30 days by Storefront (Corner Books), last on 2026-11-25. Move them on first, or give a reason to retire it all the same.",
  },
  "plan-outdated": {
    means: "Somebody changed the workspace after you looked at the plan, so applying it could undo their change.",
    act: "Make the plan again, look at the difference, and apply that.",
    handling: "reread",
    detail: "The workspace has changed since this plan was made. Run the plan again.",
  },
  "precondition-required": {
    means: "This workspace takes changes only from callers who say which edition they saw, so that none is lost.",
    act: "Read the resource, and send its ETag as If-Match. For something that is not there yet, send If-None-Match: *.",
    handling: "reread",
    detail: "This workspace takes changes only with If-Match. Read the resource and send its ETag.",
  },
  "idempotency-key-reused": {
    means: "An Idempotency-Key stands for one change. This one was used within a day, for another change.",
    act: "Make a new key, such as a UUID, for each change, and send the same only to repeat that one.",
    handling: "mend",
    detail: "Another request was made under this Idempotency-Key within a day. Make a new key for each change.",
  },
  "version-conflict": {
    means:
      "You named the edition that you saw, and there is a newer one. Your change was not made; the member changes says what others did.",
    act: "Read it again, make your change on top of what is there now, and send it again.",
    handling: "reread",
    detail:
      "You saw edition 7 of this api; it is at 8 now. tok_01J changed it last, by update-api. Read it again and decide anew.",
    members: {
      edition: 8,
      changes: [
        {
          edition: 8,
          actor: "tok_01J",
          action: "update-api",
          fields: { name: { before: "Books", after: "Bookshop" } },
        },
      ],
    },
  },
  "media-type-unsupported": {
    means: "The body is in a form that this address does not read.",
    act: "Send application/json, or what the detail names.",
    handling: "mend",
    detail: "text/plain is not read here. Send application/json.",
  },
  "document-invalid": {
    means: "The API description cannot be read, or holds nothing that could be served.",
    act: "Mend the places that the findings name. Very large documents are imported by the command line.",
    handling: "mend",
    detail: "The document is not OpenAPI 3.0 or 3.1. Convert it first.",
    members: { findings: [{ pointer: "/openapi", message: "Version 2.0 is not read", severity: "error" }] },
  },
  "revision-invalid": {
    means: "What would be published does not compile. The revision that is live goes on answering.",
    act: "Mend the places that the findings name, then publish again.",
    handling: "mend",
    detail: "The revision does not compile: 1 finding.",
    members: {
      findings: [{ pointer: "/policies/1/type", message: "No policy “cros”: did you mean cors?", severity: "error" }],
    },
  },
} as const satisfies Record<string, Guide>;
