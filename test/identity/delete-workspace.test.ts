import { eq } from "drizzle-orm";
import { beforeEach, describe, expect, it } from "vitest";
import { policyLists } from "../../schema/catalog.ts";
import { adminTokens, environmentHosts, people } from "../../schema/workspaces.ts";
import { ask, perform } from "../../src/actions/action.ts";
import { catalog } from "../../src/catalog/index.ts";
import { consumers } from "../../src/consumers/index.ts";
import { identity } from "../../src/identity/index.ts";
import { lifecycle } from "../../src/lifecycle/index.ts";
import { registry, type Registry } from "../support/registry.ts";

let above: Registry;
let id: string;
let inside: Registry;
beforeEach(async () => {
  above = await registry();
  id = `${above.workspace}-x`;
  await perform(identity.createWorkspace, above, { id, name: "Made" });
  inside = above.as(above.actor, id);
});

const remove = () => perform(identity.deleteWorkspace, above, { workspace: id });
const create = () => perform(identity.createWorkspace, above, { id, name: "Again" });

describe("delete-workspace", () => {
  it("is refused while the workspace holds anything, and says what", async () => {
    await perform(catalog.createApi, inside, { slug: "books", name: "Books", prefix: "/books" });
    await perform(consumers.createOrganization, inside, { slug: "acme", name: "Acme" });
    await perform(catalog.setSecret, inside, { environment: "production", secret: "TOKEN", value: "s3cret" });
    await expect(remove()).rejects.toMatchObject({
      code: "has-dependents",
      members: {
        dependents: [
          { kind: "API", name: "books" },
          { kind: "organization", name: "acme" },
          { kind: "secret", name: "TOKEN" },
        ],
        dependentCount: 3,
      },
    });
    await perform(catalog.deleteApi, inside, { api: "books" });
    await perform(consumers.deleteOrganization, inside, { organization: "acme" });
    await perform(catalog.deleteSecret, inside, { environment: "production", secret: "TOKEN" });
    await remove();
  });

  it("takes environments with their hosts, admins, tokens and the policy list with it, at the edge as well", async () => {
    const host = `${id}.test`;
    await perform(catalog.updateEnvironment, inside, { environment: "production", hosts: [host] });
    const email = `ada@${id}.example`;
    await perform(identity.createAdmin, inside, { email, name: "Ada", role: "owner" });
    await perform(identity.createAdminToken, inside, { name: "CI", role: "publisher" });
    await perform(lifecycle.setWorkspacePolicies, inside, { policies: [{ id: "cors", type: "cors" } as never] });
    await remove();
    await expect(ask(identity.getWorkspace, inside, {})).rejects.toMatchObject({
      code: "resource-not-found",
    });
    const left = await above.db.batch([
      above.db.select().from(adminTokens).where(eq(adminTokens.workspace, id)),
      above.db.select().from(policyLists).where(eq(policyLists.workspace, id)),
      above.db.select().from(environmentHosts).where(eq(environmentHosts.host, host)),
      above.db.select().from(people).where(eq(people.email, email)),
    ]);
    expect(left).toEqual([[], [], [], []]);
    const { root } = above.edge.announced.at(-1) ?? {};
    const global = above.edge.puts.get(`program:${root?.global}`) as { workspaces: Record<string, string> };
    expect(Object.keys(global.workspaces)).not.toContain(id);
  });

  it("keeps what was recorded of it, and so its id from whoever comes next", async () => {
    await remove();
    await expect(create()).rejects.toMatchObject({ code: "input-invalid", members: { errors: [{ pointer: "/id" }] } });
  });

  it("is none of whoever has a workspace alone, and leaves the installation's own", async () => {
    const owner = inside.as({ workspace: id, scopes: ["*"] }, id);
    await expect(perform(identity.deleteWorkspace, owner, { workspace: id })).rejects.toMatchObject({
      code: "scope-missing",
    });
    const own = perform(identity.deleteWorkspace, above, { workspace: "platform" });
    await expect(own).rejects.toMatchObject({ code: "resource-not-found" });
  });
});
