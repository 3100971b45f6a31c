import type { Child } from "hono/jsx";
import { SameFromTerminal } from "../ui/code.tsx";
import { Mark } from "../ui/mark.tsx";
import { Page } from "../ui/page.tsx";
import type { Crumb } from "../ui/panel.tsx";
import { Crumbs } from "../ui/panel.tsx";
import { segment } from "../ui/site.ts";
import type { Frame } from "./view.ts";

type Entry = "overview" | "apis" | "applications" | "explain";

interface ConsolePageProps {
  readonly frame: Frame;
  readonly title: string;
  readonly at: Entry;
  /** Something that was sent in did not work: said first, in the title. */
  readonly failed?: boolean;
  /** Between the workspace and the page. */
  readonly above?: readonly Crumb[];
  /** Does the same from a terminal. */
  readonly command: string;
  readonly children: Child;
}

const groups: readonly {
  readonly title: string | null;
  readonly entries: readonly (readonly [Entry, string, `/${string}`])[];
}[] = [
  { title: null, entries: [["overview", "Overview", "/"]] },
  { title: "Catalogue", entries: [["apis", "APIs", "/apis"]] },
  { title: "Traffic", entries: [["explain", "Explain a refusal", "/explain"]] },
  { title: "Consumers", entries: [["applications", "Applications", "/applications"]] },
];

/** Rail, strip and page of the console, closed by the command that does the same. */
export function ConsolePage({ frame, title, at, failed = false, above = [], command, children }: ConsolePageProps) {
  const { link, root, workspace } = frame;
  return (
    <Page link={root} title={failed ? `Error: ${title}` : title} in="Gatehouse" density="console">
      <header class="rail">
        <div class="rail-in">
          <div class="rail-top">
            <a class="brand" href={link("/")}>
              <Mark size={28} />
              <span class="brand-name">Gatehouse</span>
            </a>
            <details class="menu narrow-only">
              <summary>Menu</summary>
              <Navigation frame={frame} at={at} name="Console menu" />
            </details>
          </div>
          <div class="wide-only">
            <Navigation frame={frame} at={at} name="Console" />
          </div>
        </div>
      </header>
      <div class="strip">
        <Crumbs crumbs={[{ name: workspace.name, href: link("/") }, ...above, { name: title }]} />
      </div>
      <main id="main" class="page" tabindex={-1}>
        {children}
        <SameFromTerminal command={command} />
      </main>
    </Page>
  );
}

interface NavigationProps {
  readonly frame: Frame;
  readonly at: Entry;
  readonly name: string;
}

function Navigation({ frame, at, name }: NavigationProps) {
  return (
    <nav aria-label={name}>
      <Workspaces frame={frame} />
      {groups.map((group) => (
        <div class="nav-group">
          {group.title === null ? null : <p>{group.title}</p>}
          <ul>
            {group.entries.map(([entry, label, path]) => (
              <li>
                <a href={frame.link(path)} aria-current={entry === at ? "page" : undefined}>
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <div class="rail-end">
        <p>Signed in as {frame.actor}</p>
        <form method="post" action={frame.root("/sign-out")}>
          <button class="button">Sign out</button>
        </form>
      </div>
    </nav>
  );
}

/** The workspace that is looked at; where there are others, a way to them. */
function Workspaces({ frame: { workspace, others, root } }: { readonly frame: Frame }) {
  const here = (
    <>
      {workspace.name}
      <span>Workspace {workspace.id}</span>
    </>
  );
  if (others.length === 0) return <p class="where">{here}</p>;
  return (
    <details class="where">
      <summary>{here}</summary>
      <ul>
        {others.map((other) => (
          <li>
            <a href={root(`/w/${segment(other.id)}`)}>{other.name}</a>
          </li>
        ))}
      </ul>
    </details>
  );
}
