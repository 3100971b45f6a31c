import { Table } from "../ui/table.tsx";
import { momentOf } from "../ui/wording.ts";
import type { ApiView, VersionView } from "./view.ts";

const revisionsShown = 10;

/** What a version has been published with, and where each of it is live: rolling back points there again. */
export function Revisions({ api, version }: { readonly api: ApiView; readonly version: VersionView }) {
  if (version.revisions.length === 0) {
    return <p class="panel-body soft">Not live anywhere: no revision has been published.</p>;
  }
  return (
    <Table<VersionView["revisions"][number]>
      caption={`Revisions of ${api.name} ${version.name}`}
      rows={version.revisions.slice(0, revisionsShown)}
      columns={[
        { head: "Revision", cell: ({ number }) => <code>r{number}</code> },
        { head: "First published", cell: ({ createdAt }) => <Moment at={createdAt} /> },
        {
          head: "Live in",
          cell: ({ number }) => [
            ...version.deployments
              .filter((deployment) => deployment.revision === number)
              .map(({ environment, publishedAt, canary }) => (
                <span class="live">
                  {environment}
                  <span class="second">
                    {canary === null ? "" : `for ${100 - canary.percent} % of callers, `}
                    since <Moment at={publishedAt} />
                  </span>
                </span>
              )),
            ...version.deployments
              .filter(({ canary }) => canary?.revision === number)
              .map(({ environment, canary }) => (
                <span class="live">
                  {environment}
                  <span class="second">canary, for {canary?.percent} % of callers</span>
                </span>
              )),
          ],
        },
      ]}
    />
  );
}

function Moment({ at }: { readonly at: number }) {
  return <time datetime={new Date(at).toISOString()}>{momentOf(at)}</time>;
}
