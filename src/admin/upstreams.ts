import { catalog } from "../catalog/index.ts";
import type { Resource } from "./route.ts";

export const upstreams: Resource = {
  tag: "Upstreams",
  summary: "Where calls go.",
  schemas: { Upstream: catalog.getUpstream.output },
  routes: [
    { method: "get", path: "/upstreams", does: catalog.listUpstreams },
    { method: "post", path: "/upstreams", does: catalog.createUpstream, status: 201, location: "/upstreams/{slug}" },
    { method: "get", path: "/upstreams/{upstream}", does: catalog.getUpstream },
    { method: "patch", path: "/upstreams/{upstream}", does: catalog.updateUpstream },
    { method: "delete", path: "/upstreams/{upstream}", does: catalog.deleteUpstream, status: 204 },
  ],
};
