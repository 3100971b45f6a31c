import { problems } from "../../model/problem.ts";
import { StatusCode } from "../../ui/badge.tsx";
import { PortalPage } from "../frame.tsx";
import type { FrameProps } from "../frame.tsx";
import { guideGroups, guides } from "./guides.ts";

/** Every problem that an answer can name, for those who come without a link. */
export function ProblemListPage({ link, workspace }: FrameProps) {
  return (
    <PortalPage link={link} workspace={workspace} title="Problems" at="problems">
      <div class="frame page stack">
        <div>
          <h1>Problems</h1>
          <p class="lede">
            A refusal names its code and links to its page here: what it means, who must act, and what a program does.
          </p>
        </div>
        {guideGroups.map(({ title, codes }) => (
          <section>
            <div class="section-head">
              <h2>{title}</h2>
            </div>
            <ul class="ruled">
              {codes.map((code) => (
                <li class="problem-item">
                  <StatusCode status={problems[code].status} />
                  <div>
                    <a href={link(`/problems/${code}`)}>{problems[code].title}</a>
                    <p class="small">{guides[code].act}</p>
                  </div>
                  <code class="plain-code">{code}</code>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </PortalPage>
  );
}
