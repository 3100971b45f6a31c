import type { Child } from "hono/jsx";
import { Mark } from "../ui/mark.tsx";
import { Page } from "../ui/page.tsx";
import type { Link } from "../ui/site.ts";

export interface FrameProps {
  readonly link: Link;
  /** Name of the workspace whose portal this is. */
  readonly workspace: string;
}

interface PortalPageProps extends FrameProps {
  readonly title: string;
  readonly description?: string;
  /** The entry of the bar that is lit. */
  readonly at?: "apis" | "problems";
  readonly children: Child;
}

/** Bar, page and foot of the portal. `children` holds the `main`'s content, in frames of its own. */
export function PortalPage({ link, workspace, title, description, at, children }: PortalPageProps) {
  const current = (entry: PortalPageProps["at"]) => (entry === at ? ("page" as const) : undefined);
  return (
    <Page
      link={link}
      title={title}
      in={workspace}
      density="portal"
      {...(description === undefined ? {} : { description })}
    >
      <header class="bar">
        <div class="frame">
          <a class="brand" href={link("/")}>
            <Mark size={28} />
            <span class="brand-name">{workspace}</span>
            <span class="brand-part">Developers</span>
          </a>
          <nav aria-label="Portal">
            <ul>
              <li>
                <a href={link("/apis")} aria-current={current("apis")}>
                  APIs
                </a>
              </li>
              <li>
                <a href={link("/problems")} aria-current={current("problems")}>
                  Problems
                </a>
              </li>
            </ul>
          </nav>
        </div>
      </header>
      <main id="main" tabindex={-1}>
        {children}
      </main>
      <footer class="foot">
        <div class="frame">
          <span>{workspace}, served by Gatehouse</span>
          <a href={link("/problems")}>What refusals mean</a>
        </div>
      </footer>
    </Page>
  );
}
