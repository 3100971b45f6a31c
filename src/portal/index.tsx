/**
 * @module Portal: what API consumers see. Anonymous so far, so it shows only what anybody may see, and needs no cookie.
 *
 * Stands at the root of its own host or, on one host, below a path; pages link through `linkBelow` alone. May use the areas'
 * queries, actions, the model and ui.
 */
import { Hono } from "hono";
import type { Context as HonoContext } from "hono";
import type { Child } from "hono/jsx";
import type { Context } from "../actions/context.ts";
import { Problem } from "../model/problem.ts";
import { document } from "../ui/page.tsx";
import { Empty, NotFound } from "../ui/panel.tsx";
import type { BasePath, Link } from "../ui/site.ts";
import { linkBelow } from "../ui/site.ts";
import { furnish } from "../ui/surface.ts";
import { ApiPage } from "./api-page.tsx";
import { CataloguePage } from "./catalogue-page.tsx";
import { PortalPage } from "./frame.tsx";
import { HomePage } from "./home-page.tsx";
import { recommended } from "./offer.ts";
import { isProblemCode } from "./problems/guides.ts";
import { ProblemListPage } from "./problems/list-page.tsx";
import { ProblemPage } from "./problems/problem-page.tsx";
import { readFirstCall, readHits, readOffer, readOperations, readWorkspaceName } from "./read-offer.ts";

export interface PortalPorts {
  /** Empty at the root of the portal's own host, `/portal` on one host. */
  readonly basePath: BasePath;
  /** Acts for anybody: in the workspace whose portal this is, with the scope `catalog:read` and no other. */
  context(request: Request): Promise<Context>;
  /** Origin at which APIs answer, given the hosts of the environment that the portal shows (`*` is any). */
  gatewayOrigin(request: Request, hosts: readonly string[]): string;
}

export function createPortal(ports: PortalPorts): Hono {
  const app = new Hono().basePath(ports.basePath === "" ? "/" : ports.basePath);
  const link = linkBelow(ports.basePath);
  const offerFor = async (c: HonoContext) => {
    const ctx = await ports.context(c.req.raw);
    const offer = await readOffer(ctx, (hosts) => ports.gatewayOrigin(c.req.raw, hosts));
    return { ctx, offer, frame: { link, workspace: offer.workspace } };
  };
  furnish(app, "no-cache");

  app.get("/", async (c) => {
    const { ctx, offer, frame } = await offerFor(c);
    return show(c, <HomePage {...frame} offer={offer} firstCall={await readFirstCall(ctx, offer)} />);
  });
  app.get("/apis", async (c) => {
    const { ctx, offer, frame } = await offerFor(c);
    const search = (c.req.query("q") ?? "").trim().slice(0, 100);
    const hits = search === "" ? [] : await readHits(ctx, offer, search);
    return show(c, <CataloguePage {...frame} offer={offer} search={search} hits={hits} />);
  });
  app.get("/apis/:api/:version?", async (c) => {
    const { ctx, offer, frame } = await offerFor(c);
    const api = offer.apis.find((each) => each.slug === c.req.param("api"));
    const named = c.req.param("version");
    const version =
      named === undefined
        ? api && (recommended(api) ?? api.versions[0])
        : api?.versions.find((each) => each.name === named);
    if (api === undefined || version === undefined) return c.notFound();
    const operations = await readOperations(ctx, api, version);
    return show(c, <ApiPage {...frame} offer={offer} api={api} version={version} operations={operations} />);
  });
  app.get("/problems", async (c) => show(c, <ProblemListPage link={link} workspace={await workspaceName(c, ports)} />));
  app.get("/problems/:code", async (c) => {
    const code = c.req.param("code");
    if (!isProblemCode(code)) return c.notFound();
    const portal = new URL(c.req.url).origin + ports.basePath;
    return show(c, <ProblemPage link={link} workspace={await workspaceName(c, ports)} code={code} portal={portal} />);
  });
  app.notFound(async (c) => notFoundPage(c, ports));
  app.onError(async (error, c) => {
    const problem = Problem.from(error);
    if (problem.status === 404) return notFoundPage(c, ports);
    console.error(problem.code, problem.cause ?? problem);
    return show(c, <Unreadable link={link} />, 503);
  });
  return app;
}

/** The name for pages that do not speak of APIs: they must also open when the registry does not answer. */
async function workspaceName(c: HonoContext, ports: PortalPorts): Promise<string> {
  return ports
    .context(c.req.raw)
    .then(readWorkspaceName)
    .catch(() => "Gatehouse");
}

async function notFoundPage(c: HonoContext, ports: PortalPorts): Promise<Response> {
  const link = linkBelow(ports.basePath);
  return show(
    c,
    <PortalPage link={link} workspace={await workspaceName(c, ports)} title="There is nothing at this address">
      <div class="frame page">
        <NotFound link={link} home="Go to the start" />
      </div>
    </PortalPage>,
    404,
  );
}

function Unreadable({ link }: { readonly link: Link }) {
  return (
    <PortalPage link={link} workspace="Gatehouse" title="This page could not be read">
      <div class="frame page">
        <Empty title={<h1 class="serif">This page could not be read</h1>}>
          <p>The registry did not answer. Calls go on being served meanwhile.</p>
          <div class="actions">
            <a class="button button-primary" href={link("/")}>
              Try again
            </a>
          </div>
        </Empty>
      </div>
    </PortalPage>
  );
}

function show(c: HonoContext, page: Child, status: 200 | 404 | 503 = 200): Response | Promise<Response> {
  return c.html(document(page), status);
}
