import type { Guide } from "./guide.ts";

/** Problems of calls to an API. */
export const callGuides = {
  "route-not-found": {
    means: "An API stands at the beginning of the path, and it has no operation at the rest of it.",
    act: "Compare your path with the operations on the API's page. A missing version or a closing slash is enough.",
    handling: "mend",
    detail: "There is no operation at /bookshop/v1/boks. Compare the path with the API's operations in the portal.",
  },
  "method-not-allowed": {
    means: "The path exists, with other methods than yours. The header Allow names them.",
    act: "Send one of the methods that Allow names.",
    handling: "mend",
    detail: "/bookshop/v1/books takes GET and POST. Use one of them.",
  },
  "version-unknown": {
    means: "The API exists, and a version of this name does not, or your call names none and the API has no default.",
    act: "Name one of the versions on the API's page, in the place that the page shows.",
    handling: "mend",
    detail: "bookshop has no version v9. Use one of those that the portal lists.",
  },
  "version-retired": {
    means: "This version has ended. It was announced with Deprecation and Sunset headers, and it does not come back.",
    act: "Move your program to the version that the answer names as successor.",
    handling: "move",
    detail: "bookshop v1 has been retired. Move to v2.",
    members: { successor: "v2" },
  },
  "version-brownout": {
    means:
      "This version will end. Its operator has it refuse calls for a while, so that nobody is surprised on that day.",
    act: "Move your program to the version that follows. Until then, try again after the time in Retry-After.",
    handling: "move",
    detail:
      "bookshop v1 will be retired on 2027-03-01, and pauses until 2027-01-12T10:00:00.000Z so that its callers notice. Move to v2 before it ends.",
    members: { successor: "v2" },
  },
  "path-malformed": {
    means:
      "The path holds something that programs read in different ways: a broken escape, an encoded slash or dot segment.",
    act: "Encode each segment of the path once, and leave “..” and “//” out.",
    handling: "mend",
    detail:
      "The path holds an encoded slash (%2F), which servers read in different ways. Send it as a query parameter.",
  },
  "request-malformed": {
    means: "The request breaks the rules of HTTP or of the API's style, so it was not passed on.",
    act: "Mend what the detail names. Most HTTP libraries cannot produce such a request by themselves.",
    handling: "mend",
    detail: "The request has two different Content-Length headers. Send one.",
  },
  "uri-too-long": {
    means: "Path and query together are longer than the gateway reads.",
    act: "Send less in the query: fewer ids at a time, or the values in a body where the API takes one.",
    handling: "mend",
    detail: "The address has 17,204 characters; 16,384 are read. Send less in the query.",
  },
  "headers-too-large": {
    means: "The headers together are larger than the gateway reads. Cookies or a large token are the usual reason.",
    act: "Leave out headers that the API does not need, cookies first.",
    handling: "mend",
    detail: "The headers have 70,112 bytes; 32,768 are read. Leave out what the API does not need.",
  },
  "body-too-large": {
    means: "The body is larger than this operation takes. Nothing of it reached the API.",
    act: "Send it in smaller parts, or ask the API's operator for a higher limit.",
    handling: "mend",
    detail: "The body has more than 1,048,576 bytes. Send it in smaller parts.",
  },
  "loop-detected": {
    means: "The API's server passed the call back to the gateway, which would have gone on for ever.",
    act: "The API's operator must change the address of the upstream. Quote the instance to them.",
    handling: "report",
    detail: "The call came back to the gateway that sent it. The API's operator must change the upstream's address.",
  },
  "credential-missing": {
    means:
      "This API wants to know who calls, and the request carries no credential. The header WWW-Authenticate says which.",
    act: "Send your key as the API's page shows, such as Authorization: Bearer gh_live_….",
    handling: "renew",
    detail: "This API needs a key. Send it as “Authorization: Bearer <key>”.",
  },
  "credential-invalid": {
    means: "The credential was not issued here, has been revoked, or has ended. The answer does not say which of them.",
    act: "Check that the whole key was copied and is of this environment. Otherwise ask for a new one.",
    handling: "renew",
    detail: "The key is not valid here. Check that all of it was copied, or ask for a new one.",
  },
  "credential-lookups-exceeded": {
    means: "Many unknown keys came from your address in a short time, so new ones are not looked up for a while.",
    act: "Stop the program that sends wrong keys, then wait a minute.",
    handling: "wait",
    detail: "Too many unknown keys came from your address. Try again in 60 seconds.",
  },
  "address-not-allowed": {
    means: "The API answers only certain network addresses, and yours is not among them.",
    act: "Call from the network that was agreed, or ask the API's operator to add your address.",
    handling: "mend",
    detail: "Calls from 203.0.113.7 are not allowed. Ask the API's operator to add your address.",
  },
  "application-suspended": {
    means: "The operator has stopped the application that this key belongs to. All of its keys are refused.",
    act: "Ask the API's operator why, and what would lift it.",
    handling: "renew",
    detail: "This application is suspended. Ask the API's operator to lift it.",
  },
  "payment-overdue": {
    means:
      "The operator waits for a payment by the organization that this key's application belongs to. All of its keys are refused until then.",
    act: "Have your organization's open invoice paid, or ask the API's operator which it is.",
    handling: "pay",
    detail: "A payment for this application is overdue. Pay the open invoice, or ask the API's operator about it.",
  },
  "subscription-missing": {
    means: "The key is valid, and its application has no subscription to a product that holds this API.",
    act: "Ask for a subscription to one of the products on the API's page.",
    handling: "renew",
    detail: "This application has no subscription to bookshop. Ask for one of its products.",
  },
  "quota-exceeded": {
    means:
      "Your application has made all the calls that a limit of its plan allows for now. This call was not counted.",
    act: "Wait as long as Retry-After says, spread your calls, or ask for a larger plan.",
    handling: "wait",
    detail: "The plan allows 100 calls an hour, and all are used. Try again in 1,260 seconds.",
    members: { "violated-policies": ["per-hour"] },
  },
  "credit-exhausted": {
    means:
      "Calls under your plan are paid from prepaid credit, and what is left of it does not pay for this one. It was not charged.",
    act: "Buy more credit from the API's provider; it counts within seconds. /.well-known/limits says what you have.",
    handling: "pay",
    detail: "What is left of the subscription's prepaid credit does not pay for this call. Buy more, then try again.",
  },
  "limits-unavailable": {
    means: "The gateway could not learn in time whether your plan still has room, and refuses rather than guess.",
    act: "Nothing is wrong with your request. Try again a moment later.",
    handling: "retry",
    detail: "The call could not be counted in time and was not passed on. Try again in a moment.",
  },
  "permit-lost": {
    means:
      "Your plan limits how many calls may be in flight. The gateway lost touch with the ledger that counts them for so long that another call may have your place.",
    act: "Nothing is wrong with your request. Try again a moment later; what the API has done by then is done.",
    handling: "retry",
    detail: "The gateway could not reach its ledger for so long that this call lost its place among those in flight.",
  },
  "upstream-unreachable": {
    means: "No connection to the API's own server came about, or it broke before an answer began.",
    act: "Try again later. The API's operator sees the same and must bring the server back.",
    handling: "retry",
    detail: "The API's server could not be reached. Try again later.",
  },
  "not-cached": {
    means:
      "Your call allowed stored answers only (Cache-Control: only-if-cached), and none is stored that may be used.",
    act: "Leave only-if-cached out, and the API itself is asked.",
    handling: "mend",
    detail: "No stored answer can be used. Leave only-if-cached out to ask the API itself.",
  },
  "upstream-timeout": {
    means: "The API's own server took longer than the operator allows. Whether it did the work is unknown.",
    act: "Try again if repeating does no harm. Ask for less at a time if it stays.",
    handling: "retry",
    detail: "The API's server did not answer within 30 seconds. Try again, or ask for less at a time.",
  },
  "upstream-refused": {
    means:
      "The address that the operator gave for the API's server is one that the gateway never calls, such as a private one.",
    act: "The API's operator must change the upstream's address. Quote the instance to them.",
    handling: "report",
    detail: "The upstream's address may not be called. The API's operator must change it.",
  },
  "revision-unusable": {
    means: "What the operator published cannot be run by this gateway. Other versions go on answering.",
    act: "The API's operator must publish again or roll back. Quote the instance to them.",
    handling: "report",
    detail: "This version cannot be served at the moment. The API's operator must publish it again.",
  },
  "secret-unavailable": {
    means: "The gateway proves itself to the API's server with a secret, and has none that it may send there.",
    act: "The API's operator must set the secret, or allow the server's host. Quote the instance to them.",
    handling: "report",
    detail: "The gateway is not set up to call this API at the moment. Only the API's operator can mend that.",
  },
  "registry-unavailable": {
    means: "The gateway could not read what is published or who you are. Nothing was decided about your call.",
    act: "Nothing is wrong with your request. Try again a moment later.",
    handling: "retry",
    detail: "The gateway cannot read its registry at the moment. Try again in a moment.",
  },
  "internal-error": {
    means: "Something failed inside the gateway. It has been recorded together with the instance.",
    act: "Try again. If it stays, quote the instance to the API's operator.",
    handling: "retry",
    detail: "The call failed inside the gateway. Try again; if it stays, quote the instance to the API's operator.",
  },
} as const satisfies Record<string, Guide>;
