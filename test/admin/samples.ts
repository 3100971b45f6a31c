/** Inputs that are well-formed, by the action or query that takes them: so that what is refused is the rest of the request. */
export const samples: Readonly<
  Record<string, { readonly body?: unknown; readonly query?: Readonly<Record<string, string>> }>
> = {
  "create-api": { body: { slug: "books", name: "Books", prefix: "/books" } },
  "create-version": { body: { name: "v1" } },
  "import-document": { body: { openapi: "3.1.0", info: { title: "Books", version: "1" }, paths: {} } },
  "promote-version": { body: { from: "staging", environment: "production" } },
  "create-upstream": { body: { slug: "shop" } },
  "set-workspace-policies": { body: { policies: [] } },
  "set-global-policies": { body: { policies: [] } },
  "apply-platform-file": { body: { file: { format: 1 } }, query: { plan: "true" } },
  "create-workspace": { body: { id: "acme", name: "Acme" } },
  "create-admin-token": { body: { name: "Pipeline", scopes: ["catalog:read"] } },
  "create-admin": { body: { email: "ada@example.com", name: "Ada", role: "publisher" } },
  "create-member": { body: { email: "grace@example.com", name: "Grace", role: "developer" } },
  "set-secret": { body: { value: "s3cret" } },
  "bind-secret": { body: { hosts: [] } },
  "list-usage": { query: { from: "0", to: "60000" } },
  "create-environment": { body: { slug: "staging", name: "Staging" } },
  "create-product": { body: { slug: "reading", name: "Reading" } },
  "create-plan": { body: { slug: "free", name: "Free" } },
  "create-organization": { body: { slug: "acme", name: "Acme" } },
  "create-application": { body: { organization: "acme", slug: "reader", name: "Reader" } },
  "create-subscription": { body: { application: "reader", product: "reading", plan: "free" } },
  "update-subscription": { body: { plan: "free" } },
  "purge-cache": { body: { scope: "tag", value: "books" } },
  "explain-refusal": { body: { instance: "urn:gatehouse:call:none" } },
};
