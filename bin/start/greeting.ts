/** @module What `npm start` says when all is up, and the facts that it leaves for the command line and for tools. */

/** The content of `.gatehouse/local.json`, and of the line that `--json` prints. */
export interface LocalFacts {
  readonly gateway: string;
  readonly portal: string;
  readonly console: string;
  readonly management: string;
  readonly adminToken: string;
  readonly consumerKey: string;
  /** One GET that is keyed, cacheable and limited; its address resolves as `localhost` does. */
  readonly sampleRequest: { readonly url: string; readonly headers: Readonly<Record<string, string>> };
}

export function describeFacts(port: number, adminToken: string, consumerKey: string): LocalFacts {
  return {
    gateway: `http://localhost:${port}`,
    portal: `http://portal.localhost:${port}`,
    console: `http://console.localhost:${port}`,
    management: `http://console.localhost:${port}/manage/v1`,
    adminToken,
    consumerKey,
    sampleRequest: { url: `http://localhost:${port}/bookshop/v1/books`, headers: { "X-Api-Key": consumerKey } },
  };
}

/** For when the port at `usual` was taken: the workspace file still names the demo upstream there, and would be refused. */
export function explainMove(config: string, usual: string, host: string): string {
  return `
The demo upstream runs at http://${host}, because another program listens at ${usual}. The gateway calls it
at that address and no other. Change it in the workspace file before you apply that yourself, or it is refused:

  ${config}: http://${usual} → http://${host}

Or end the other program and start again.
`;
}

/** The text for people: where everything is, and three lines to paste. */
export function greet(facts: LocalFacts): string {
  const { url } = facts.sampleRequest;
  const key = `-H 'X-Api-Key: ${facts.consumerKey}'`;
  return `
Gatehouse is ready.

  Gateway      ${facts.gateway}
  Console      ${facts.console}
  Portal       ${facts.portal}
  Management   ${facts.management}

  Admin token  ${facts.adminToken}
  Consumer key ${facts.consumerKey}

Try it. Twice within 30 seconds, and the second answer comes from the cache; without the key it is a 401:

  curl -i ${url} ${key}

A key without a subscription to an API is refused with 403:

  curl -i ${facts.gateway}/royalties/v1/statements ${key}

The plan admits 20 calls a minute, then answers 429:

  for i in $(seq 25); do curl -s -o /dev/null -w '%{http_code} ' ${url} ${key}; done; echo

Ctrl-C ends it; the next start keeps its data.
`;
}
