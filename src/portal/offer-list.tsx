import { StateBadge, StyleBadge, Badge } from "../ui/badge.tsx";
import type { Link } from "../ui/site.ts";
import { segment } from "../ui/site.ts";
import type { OfferedApi } from "./offer.ts";
import { recommended } from "./offer.ts";

/** APIs as a ruled list: name, what it is, how it is called and where it stands in its life. */
export function OfferList({ apis, link }: { readonly apis: readonly OfferedApi[]; readonly link: Link }) {
  return (
    <ul class="ruled">
      {apis.map((api) => {
        const version = recommended(api);
        return (
          <li class="offer">
            <h3 class="offer-name">
              <a href={link(`/apis/${segment(api.slug)}`)}>{api.name}</a>
            </h3>
            <p class="soft">{api.description}</p>
            <div class="badges">
              <StyleBadge style={api.style} />
              {version === undefined ? <StateBadge state="retired" /> : <Badge tone="plain" word={version.name} />}
              {version?.state === "deprecated" ? <StateBadge state="deprecated" /> : null}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
