/** @module What a file wants of organizations, their applications, and what these subscribe to. Keys are never in a file. */
import { applications, organizations, subscriptions } from "../../schema/consumers.ts";
import { stamp } from "../actions/revise.ts";
import { next, pick, type Wanted } from "./platform-file-catalog.ts";
import { idOf, namesOf } from "./platform-file-ids.ts";
import { pair } from "./platform-file-index.ts";
import { rowOf, type Wish } from "./platform-file-wish.ts";

export function organizationWishes({ ctx, file, known, ids }: Wanted): Wish[] {
  return Object.entries(file.organizations).map(([slug, { name }]) => {
    const row = known.organizations.get(slug);
    const id = idOf(ids.organizations, slug);
    const made = { id, workspace: ctx.workspace, slug, name, ...stamp(ctx.now()) };
    return {
      resource: `organizations/${slug}`,
      before: row === undefined ? null : { name: row.name },
      after: { name },
      rows: [rowOf(organizations, row === undefined ? made : next(row, { name }, ctx.now()))],
    };
  });
}

export function applicationWishes({ ctx, file, known, ids }: Wanted): Wish[] {
  return Object.entries(file.organizations).flatMap(([organization, { applications: all }]) =>
    Object.entries(all).map(([slug, { name }]): Wish => {
      const id = idOf(ids.applications, `${organization}/${slug}`);
      const row = known.applications.get(id);
      const made = {
        id,
        workspace: ctx.workspace,
        organization: idOf(ids.organizations, organization),
        slug,
        name,
        state: "active" as const,
        ...stamp(ctx.now()),
      };
      return {
        resource: `organizations/${organization}/applications/${slug}`,
        before: row === undefined ? null : pick(row, { ...row, name }) && { name: row.name },
        after: { name },
        rows: [rowOf(applications, row === undefined ? made : next(row, { name }, ctx.now()))],
        touched: { records: [{ kind: "application", id }] },
      };
    }),
  );
}

export function subscriptionWishes({ ctx, file, known, ids }: Wanted): Wish[] {
  const planNames = namesOf(ids.plans);
  return Object.entries(file.organizations).flatMap(([organization, { applications: all }]) =>
    Object.entries(all).flatMap(([slug, { subscriptions: wanted }]) =>
      Object.entries(wanted).map(([product, plan]): Wish => {
        const application = idOf(ids.applications, `${organization}/${slug}`);
        const productId = idOf(ids.products, product);
        const row = known.subscriptions.get(pair(application, productId));
        const fields = { plan: idOf(ids.plans, `${product}/${plan}`), state: "active" as const, reason: null };
        const owner = { workspace: ctx.workspace, application, product: productId };
        const made = { id: row?.id ?? ctx.makeId("sub"), ...owner, ...fields, overrides: [], ...stamp(ctx.now()) };
        // One that has ended is taken up again: an application has one subscription to a product.
        const isThere = row !== undefined && row.state === "active";
        return {
          resource: `organizations/${organization}/applications/${slug}/subscriptions/${product}`,
          before: isThere ? { plan: (planNames.get(row.plan) ?? row.plan).replace(`${product}/`, "") } : null,
          after: { plan },
          rows: [rowOf(subscriptions, row === undefined ? made : next(row, fields, ctx.now()))],
          touched: { records: [{ kind: "application", id: application }] },
        };
      }),
    ),
  );
}
