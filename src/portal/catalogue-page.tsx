import type { Child } from "hono/jsx";
import type { Operation } from "../model/revision.ts";
import { Badge, Method, StateBadge, StyleBadge } from "../ui/badge.tsx";
import { Empty } from "../ui/panel.tsx";
import { segment } from "../ui/site.ts";
import { counted } from "../ui/wording.ts";
import { PortalPage } from "./frame.tsx";
import type { FrameProps } from "./frame.tsx";
import { NothingOffered } from "./home-page.tsx";
import type { Offer, OfferedApi } from "./offer.ts";
import { recommended } from "./offer.ts";
import { OfferList } from "./offer-list.tsx";

/** An API that a search found, with the operations that mention what was searched. */
export interface Hit {
  readonly api: OfferedApi;
  readonly operations: readonly Operation[];
  readonly operationCount: number;
}

interface CataloguePageProps extends FrameProps {
  readonly offer: Offer;
  readonly search: string;
  readonly hits: readonly Hit[];
}

const operationsShown = 8;

/** Find an operation by any word of it. */
export function CataloguePage({ link, workspace, offer, search, hits }: CataloguePageProps) {
  const found = hits.reduce((sum, hit) => sum + hit.operations.length, 0);
  const status = `${counted(found, "operation")} in ${counted(hits.length, "API")} mention “${search}”.`;
  return (
    <PortalPage link={link} workspace={workspace} title={search === "" ? "APIs" : `“${search}” in APIs`} at="apis">
      <div class="frame page stack">
        <h1>APIs</h1>
        <form method="get" action={link("/apis")} role="search">
          <label class="hidden" for="q">
            Search APIs and operations
          </label>
          <div class="search">
            <input class="input" type="search" id="q" name="q" value={search} maxlength={100} autocomplete="off" />
            <button class="button button-primary">Search</button>
          </div>
        </form>
        {search === "" ? null : (
          <p class="small" role="status">
            {status.charAt(0).toUpperCase() + status.slice(1)}
          </p>
        )}
        {offer.apis.length === 0 ? (
          <NothingOffered />
        ) : search === "" ? (
          <section aria-labelledby="all">
            <h2 class="hidden" id="all">
              All APIs
            </h2>
            <OfferList apis={offer.apis} link={link} />
          </section>
        ) : hits.length === 0 ? (
          <Empty title={<p class="serif">Nothing mentions “{search}”</p>}>
            <p>Searched were the names and descriptions of APIs, and the paths and summaries of operations.</p>
            <div class="actions">
              <a class="button" href={link("/apis")}>
                Show all APIs
              </a>
            </div>
          </Empty>
        ) : (
          <ul class="ruled hits">
            {hits.map((hit) => (
              <HitItem hit={hit} search={search} link={link} />
            ))}
          </ul>
        )}
      </div>
    </PortalPage>
  );
}

function HitItem({
  hit,
  search,
  link,
}: {
  readonly hit: Hit;
  readonly search: string;
  readonly link: FrameProps["link"];
}) {
  const { api, operations, operationCount } = hit;
  const version = recommended(api);
  const href = link(`/apis/${segment(api.slug)}`);
  return (
    <li class="hit">
      <div class="section-head">
        <h2>
          <a href={href}>
            <Marked text={api.name} search={search} />
          </a>
        </h2>
        <div class="badges">
          <StyleBadge style={api.style} />
          {version === undefined ? <StateBadge state="retired" /> : <Badge tone="plain" word={version.name} />}
        </div>
      </div>
      <p class="soft">
        <Marked text={api.description} search={search} />
      </p>
      {operations.length === 0 ? null : (
        <ul class="operations">
          {operations.slice(0, operationsShown).map((operation) => (
            <li>
              <Method name={operation.method} />
              <span class="path">
                <Marked text={operation.path} search={search} />
              </span>
              <span class="what">
                <Marked text={operation.summary === "" ? operation.id : operation.summary} search={search} />
              </span>
            </li>
          ))}
        </ul>
      )}
      <a class="small" href={href}>
        All {counted(operationCount, "operation")} of {api.name}
      </a>
    </li>
  );
}

/** The text, with what matched the search lit. */
function Marked({ text, search }: { readonly text: string; readonly search: string }) {
  const parts: Child[] = [];
  const wanted = search.toLowerCase();
  const lower = text.toLowerCase();
  let from = 0;
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), <mark>{text.slice(at, at + wanted.length)}</mark>);
    from = at + wanted.length;
  }
  return (
    <>
      {parts}
      {text.slice(from)}
    </>
  );
}
