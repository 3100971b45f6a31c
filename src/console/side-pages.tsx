import type { Child } from "hono/jsx";
import { Mark } from "../ui/mark.tsx";
import { Page } from "../ui/page.tsx";
import { Empty, NotFound } from "../ui/panel.tsx";
import type { Link } from "../ui/site.ts";

interface SidePageProps {
  readonly link: Link;
}

/** Pages that stand outside the console's rail, because nothing can be said about a workspace. */
function SidePage({ link, title, children }: SidePageProps & { readonly title: string; readonly children: Child }) {
  return (
    <Page link={link} title={title} in="Gatehouse" density="portal">
      <header class="bar">
        <div class="frame">
          <a class="brand" href={link("/")}>
            <Mark size={28} />
            <span class="brand-name">Gatehouse</span>
            <span class="brand-part">Console</span>
          </a>
        </div>
      </header>
      <main id="main" class="frame page" tabindex={-1}>
        {children}
      </main>
    </Page>
  );
}

export function NotFoundPage({ link }: SidePageProps) {
  return (
    <SidePage link={link} title="There is nothing at this address">
      <NotFound link={link} home="Go to the overview" />
    </SidePage>
  );
}

/** For a request from a foreign page, and for what the token does not allow. */
export function RefusedPage({ link, detail }: SidePageProps & { readonly detail?: string }) {
  return (
    <SidePage link={link} title="Refused">
      <Empty
        title={
          <h1 class="serif">
            {detail === undefined ? "This came from another site" : "Your token does not allow this"}
          </h1>
        }
      >
        <p>{detail ?? "Changes are taken only from the console’s own pages. Nothing was changed."}</p>
        <div class="actions">
          <a class="button button-primary" href={link("/")}>
            Go to the overview
          </a>
        </div>
      </Empty>
    </SidePage>
  );
}

export function UnreadablePage({ link }: SidePageProps) {
  return (
    <SidePage link={link} title="This page could not be read">
      <Empty title={<h1 class="serif">This page could not be read</h1>}>
        <p>The registry did not answer. Calls go on being served meanwhile.</p>
        <div class="actions">
          <a class="button button-primary" href={link("/")}>
            Try again
          </a>
        </div>
      </Empty>
    </SidePage>
  );
}
