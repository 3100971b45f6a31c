import type { ProblemCode, ProblemOwner } from "../../model/problem.ts";
import { Problem, problemBody, problems } from "../../model/problem.ts";
import { Badge, StatusCode } from "../../ui/badge.tsx";
import type { Tone } from "../../ui/badge.tsx";
import { CodePanel } from "../../ui/code.tsx";
import { Crumbs } from "../../ui/panel.tsx";
import { PortalPage } from "../frame.tsx";
import type { FrameProps } from "../frame.tsx";
import type { Guide } from "./guide.ts";
import { guides } from "./guides.ts";
import { handlingOf } from "./handling.ts";

const owners: Record<ProblemOwner, { readonly word: string; readonly tone: Tone }> = {
  caller: { word: "The caller mends it", tone: "woad" },
  config: { word: "The operator mends it", tone: "rust" },
  upstream: { word: "The API's server mends it", tone: "rust" },
  platform: { word: "It passes by itself", tone: "plain" },
};

/** Who can mend a problem of this kind, in a word. */
export function OwnerBadge({ owner }: { readonly owner: ProblemOwner }) {
  return <Badge {...owners[owner]} />;
}

const exampleInstance = "urn:gatehouse:call:01KAS5W9QJ7T3M2Y8X4C6B0D1E.p3kW…";

interface ProblemPageProps extends FrameProps {
  readonly code: ProblemCode;
  /** Origin and base path of this portal: what the types of problems begin with. */
  readonly portal: string;
}

/** What a problem means, who must act, how to handle it in code, and how it looks. */
export function ProblemPage({ link, workspace, code, portal }: ProblemPageProps) {
  const kind = problems[code];
  const guide: Guide = guides[code];
  const { say, code: source } = handlingOf(guide.handling, kind.status);
  const problem = new Problem(code, { detail: guide.detail, members: guide.members ?? {} });
  const body = JSON.stringify(problemBody(problem, portal, exampleInstance), null, 2);
  return (
    <PortalPage link={link} workspace={workspace} title={kind.title} description={guide.means} at="problems">
      <div class="frame page">
        <Crumbs crumbs={[{ name: "Problems", href: link("/problems") }, { name: code }]} />
        <h1>{kind.title}</h1>
        <div class="badges under-title">
          <StatusCode status={kind.status} />
          <code>{code}</code>
          <OwnerBadge owner={kind.owner} />
        </div>
        <p class="lede">{guide.means}</p>
        <div class="split split-code">
          <div class="stack">
            <section>
              <h2>What to do</h2>
              <p class="after-title">{guide.act}</p>
            </section>
            <section>
              <h2>In your program</h2>
              <p class="after-title">{say}</p>
            </section>
            <section>
              <h2>If you ask for help</h2>
              <p class="after-title">
                Send the <code>instance</code> of the answer. It holds, sealed, which rule decided and on what; only the
                operator can open it, and nothing of your call is stored.
              </p>
            </section>
          </div>
          <div class="side">
            <CodePanel name="The answer" source={body} />
            <CodePanel name="JavaScript" source={source} />
          </div>
        </div>
      </div>
    </PortalPage>
  );
}
