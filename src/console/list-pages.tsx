import { Panel } from "../ui/panel.tsx";
import { ConsolePage } from "./frame.tsx";
import { manage } from "./management.ts";
import { ApiPart, ApplicationPart } from "./overview-page.tsx";
import type { ApiLine, ApplicationLine, Frame, Part } from "./view.ts";

interface ApiListProps {
  readonly frame: Frame;
  readonly apis: Part<readonly ApiLine[]>;
}

/** All APIs of the workspace, drafts and private ones among them. */
export function ApiListPage({ frame, apis }: ApiListProps) {
  return (
    <ConsolePage frame={frame} title="APIs" at="apis" command={manage(frame, "/apis")}>
      <div class="page-head">
        <h1>APIs</h1>
      </div>
      <Panel title="All APIs" aside={<span class="small">Calls of the last 24 hours</span>}>
        <ApiPart frame={frame} apis={apis} />
      </Panel>
    </ConsolePage>
  );
}

interface ApplicationListProps {
  readonly frame: Frame;
  readonly applications: Part<readonly ApplicationLine[]>;
}

/** All applications of the workspace, whatever their organization. */
export function ApplicationListPage({ frame, applications }: ApplicationListProps) {
  return (
    <ConsolePage frame={frame} title="Applications" at="applications" command={manage(frame, "/applications")}>
      <div class="page-head">
        <h1>Applications</h1>
      </div>
      <Panel title="All applications" aside={<span class="small">Calls of the last 24 hours</span>}>
        <ApplicationPart applications={applications} />
      </Panel>
    </ConsolePage>
  );
}
