import { catalog } from "../catalog/index.ts";
import type { Resource } from "./route.ts";

export const apis: Resource = {
  tag: "APIs",
  summary: "Named interfaces offered to consumers.",
  schemas: { Api: catalog.getApi.output },
  routes: [
    { method: "get", path: "/apis", does: catalog.listApis },
    { method: "post", path: "/apis", does: catalog.createApi, status: 201, location: "/apis/{slug}" },
    { method: "get", path: "/apis/{api}", does: catalog.getApi },
    { method: "patch", path: "/apis/{api}", does: catalog.updateApi },
    { method: "delete", path: "/apis/{api}", does: catalog.deleteApi, status: 204 },
  ],
};
