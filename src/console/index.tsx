/**
 * @module Console: what admins see. Signed in with an admin token; every request asks the registry again who holds it, so a
 * revoked token ends its sessions, and signing out ends one for every copy of its cookie.
 *
 * Stands at the root of its own host or, on one host, below a path; pages of a workspace stand below `/w/<workspace>`. Pages
 * link through `linkBelow` alone. May use the areas' queries and actions, the model and ui.
 */
import { Hono } from "hono";
import type { Context as HonoContext } from "hono";
import type { Child } from "hono/jsx";
import type { Context } from "../actions/context.ts";
import { Problem } from "../model/problem.ts";
import { linkBelow, segment } from "../ui/site.ts";
import { furnish, guardUnsafe } from "../ui/surface.ts";
import { ApiPage } from "./api-page.tsx";
import { ExplainPage } from "./explain-page.tsx";
import { ApiListPage, ApplicationListPage } from "./list-pages.tsx";
import { OverviewPage } from "./overview-page.tsx";
import type { ConsolePorts } from "./ports.ts";
import { readExplanation, readNames } from "./read-explanation.ts";
import { part, readApi, readApis, readApplications, readUsage } from "./read-view.ts";
import { show } from "./show.ts";
import { NotFoundPage, RefusedPage, UnreadablePage } from "./side-pages.tsx";
import { holderOf, installSignIn, toSignIn } from "./sign-in.tsx";
import type { Frame } from "./view.ts";
import { framesOf, homeWorkspace } from "./workspaces.ts";

export type { ConsolePorts } from "./ports.ts";

export function createConsole(ports: ConsolePorts): Hono {
  const app = new Hono().basePath(ports.basePath === "" ? "/" : ports.basePath);
  const root = linkBelow(ports.basePath);
  furnish(app, "no-store");
  app.use(guardUnsafe((c) => show(c, <RefusedPage link={root} />, 403)));
  installSignIn(app, ports, root);
  installPages(app, ports);

  app.notFound(async (c) => {
    // Without a session nothing says what is here and what is not.
    if ((await holderOf(c, ports)) === null) return toSignIn(c, ports, root);
    return show(c, <NotFoundPage link={root} />, 404);
  });
  app.onError((error, c) => {
    const problem = Problem.from(error);
    if (problem.status === 404) return show(c, <NotFoundPage link={root} />, 404);
    if (problem.status === 403) return show(c, <RefusedPage link={root} detail={problem.detail} />, 403);
    console.error(problem.code, problem.cause ?? problem);
    return show(c, <UnreadablePage link={root} />, 503);
  });
  return app;
}

function installPages(app: Hono, ports: ConsolePorts): void {
  const root = linkBelow(ports.basePath);
  /** A page gets its Context from here alone, and only with a session: it cannot forget to ask. */
  const page = (render: (c: HonoContext, ctx: Context, frame: Frame) => Promise<Child>) => async (c: HonoContext) => {
    const actor = await holderOf(c, ports);
    if (actor === null) return toSignIn(c, ports, root);
    const ctx = await ports.context(c.req.raw, actor, c.req.param("workspace") ?? "");
    return show(c, await render(c, ctx, await framesOf(ctx, ports.basePath, new URL(c.req.url).origin)));
  };

  app.get("/", async (c) => {
    const actor = await holderOf(c, ports);
    if (actor === null) return toSignIn(c, ports, root);
    const workspace = await homeWorkspace(actor, (id) => ports.context(c.req.raw, actor, id));
    return c.redirect(root(`/w/${segment(workspace)}`), 303);
  });
  app.get(
    "/w/:workspace",
    page(async (_c, ctx, frame) => {
      const until = ports.now();
      const usage = await part(readUsage(ctx, until));
      const [apis, applications] = await Promise.all([part(readApis(ctx, usage)), part(readApplications(ctx, usage))]);
      return <OverviewPage frame={frame} usage={usage} apis={apis} applications={applications} until={until} />;
    }),
  );
  app.get(
    "/w/:workspace/apis",
    page(async (_c, ctx, frame) => {
      const usage = await part(readUsage(ctx, ports.now()));
      return <ApiListPage frame={frame} apis={await part(readApis(ctx, usage))} />;
    }),
  );
  app.get(
    "/w/:workspace/apis/:api/:version?",
    page(async (c, ctx, frame) => {
      const { api, version } = await readApi(ctx, c.req.param("api") ?? "", c.req.param("version"));
      return <ApiPage frame={frame} api={api} version={version} />;
    }),
  );
  app.get(
    "/w/:workspace/applications",
    page(async (_c, ctx, frame) => {
      const usage = await part(readUsage(ctx, ports.now()));
      return <ApplicationListPage frame={frame} applications={await part(readApplications(ctx, usage))} />;
    }),
  );
  app.get(
    "/w/:workspace/explain",
    page(async (c, ctx, frame) => {
      const instance = (c.req.query("instance") ?? "").trim();
      const explanation = instance === "" ? null : await readExplanation(ctx, ports.explanations, instance);
      const names = await readNames(ctx, explanation);
      return <ExplainPage frame={frame} instance={instance} explanation={explanation} names={names} />;
    }),
  );
}
