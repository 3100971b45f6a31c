import { catalog } from "../catalog/index.ts";
import { lifecycle } from "../lifecycle/index.ts";
import { analytics, Caller } from "../analytics/index.ts";
import { documentBody } from "./body-form.ts";
import type { Resource } from "./route.ts";

const list = "/apis/{api}/versions" as const;
const one = `${list}/{version}` as const;

export const versions: Resource = {
  tag: "Versions",
  summary: "Contracts of an API that consumers see, and the content that is being worked on.",
  schemas: { Version: catalog.getVersion.output, RevisionContent: catalog.getDraft.output },
  routes: [
    { method: "get", path: list, does: catalog.listVersions },
    { method: "post", path: list, does: catalog.createVersion, status: 201, location: `${list}/{name}` },
    { method: "get", path: one, does: catalog.getVersion },
    { method: "patch", path: one, does: catalog.updateVersion },
    { method: "delete", path: one, does: catalog.deleteVersion, status: 204 },
    { method: "get", path: `${one}/draft`, does: catalog.getDraft },
    { method: "get", path: `${one}/document`, does: catalog.getDocument, answers: "document" },
    { method: "put", path: `${one}/document`, does: catalog.importDocument, body: documentBody },
    { method: "get", path: `${one}/findings`, does: lifecycle.checkVersion },
  ],
};

const operation = `${one}/operations/{operation}` as const;

export const operations: Resource = {
  tag: "Operations",
  summary: "What can be called of a version's draft, one by one.",
  schemas: { DraftOperation: catalog.getOperation.output },
  routes: [
    { method: "get", path: `${one}/operations`, does: catalog.listOperations },
    { method: "post", path: `${one}/operations`, does: catalog.createOperation, status: 201, location: operation },
    { method: "get", path: operation, does: catalog.getOperation },
    { method: "patch", path: operation, does: catalog.updateOperation },
    { method: "delete", path: operation, does: catalog.deleteOperation, status: 204 },
  ],
};

export const publications: Resource = {
  tag: "Publications",
  summary: "What is served where: revisions, and the steps of a version's life.",
  schemas: { Publication: lifecycle.publishVersion.output, Caller },
  routes: [
    { method: "get", path: `${one}/revisions`, does: lifecycle.listRevisions },
    { method: "get", path: `${one}/revisions/{revision}`, does: lifecycle.getRevision },
    {
      method: "get",
      path: `${one}/revisions/{revision}/document`,
      does: lifecycle.getRevisionDocument,
      answers: "document",
    },
    { method: "get", path: `${one}/callers`, does: analytics.listCallers },
    { method: "get", path: `${one}/deployments`, does: lifecycle.listDeployments },
    { method: "post", path: `${one}/publish`, does: lifecycle.publishVersion },
    { method: "post", path: `${one}/rollback`, does: lifecycle.rollBackVersion },
    { method: "post", path: `${one}/promote`, does: lifecycle.promoteVersion },
    { method: "post", path: `${one}/canary`, does: lifecycle.startCanary },
    { method: "patch", path: `${one}/canary`, does: lifecycle.setCanary },
    { method: "post", path: `${one}/canary/promote`, does: lifecycle.promoteCanary },
    { method: "post", path: `${one}/canary/abort`, does: lifecycle.abortCanary },
    { method: "post", path: `${one}/withdraw`, does: lifecycle.withdrawVersion },
    { method: "post", path: `${one}/deprecate`, does: lifecycle.deprecateVersion },
    { method: "post", path: `${one}/retire`, does: lifecycle.retireVersion },
    { method: "post", path: `${one}/reinstate`, does: lifecycle.reinstateVersion },
  ],
};
