/** @module What the console shows, as its pages need it; read from the areas' queries by the files named `read-…`. */
import type { Brownout } from "../model/deprecation.ts";
import type { Problem } from "../model/problem.ts";
import type { PolicyEntry } from "../model/policy-entry.ts";
import type { Style, VersionState } from "../model/program.ts";
import type { Operation } from "../model/revision.ts";
import type { ScheduledStep } from "../model/schedule.ts";
import type { Link } from "../ui/site.ts";
import type { Traffic } from "./traffic.ts";

/** What every signed-in page knows. */
export interface Frame {
  /** Makes links within the workspace that is looked at. */
  readonly link: Link;
  /** Makes links outside of any workspace: assets, sign-out, other workspaces. */
  readonly root: Link;
  readonly workspace: { readonly id: string; readonly name: string };
  /** Others that may be looked at. */
  readonly others: readonly { readonly id: string; readonly name: string }[];
  /** Who is signed in. */
  readonly actor: string;
  /** Address of the management API. */
  readonly management: string;
}

/** A part of a page that may fail alone: by a scope that the token lacks, or because its source did not answer. */
export type Part<Content> = { readonly content: Content } | { readonly problem: Problem };

export interface Hour {
  /** Its begin, epoch ms. */
  readonly at: number;
  readonly traffic: Traffic;
}

export const hourMs = 3_600_000;

/** Epoch hour of the first of the 24 that end with the one of `until`: usage is kept by whole hours. */
export const firstHour = (until: number): number => Math.floor(until / hourMs) - 23;

/** The hour of `until`, and the 23 before it. */
export interface Usage {
  readonly until: number;
  readonly total: Traffic;
  readonly hours: readonly Hour[];
  /** By id. */
  readonly byApi: ReadonlyMap<string, Traffic>;
  readonly byApplication: ReadonlyMap<string, Traffic>;
}

export interface ApiLine {
  readonly slug: string;
  readonly name: string;
  readonly style: Style;
  readonly isPrivate: boolean;
  readonly versions: readonly { readonly name: string; readonly state: VersionState }[];
  /** Of the newest version. */
  readonly operationCount: number;
  readonly traffic: Traffic;
}

export interface ApplicationLine {
  readonly slug: string;
  readonly name: string;
  readonly organization: string;
  readonly isSuspended: boolean;
  /** `Reading on Free`. */
  readonly subscriptions: readonly string[];
  readonly traffic: Traffic;
}

export interface DeploymentLine {
  readonly environment: string;
  /** Counts a version's revisions from 1. */
  readonly revision: number;
  readonly publishedAt: number;
  /** What a share of callers gets there instead, in per cent. */
  readonly canary: { readonly revision: number; readonly percent: number } | null;
}

/** A step that is taken at a time. */
export interface ScheduleLine {
  readonly does: ScheduledStep;
  /** Epoch ms. */
  readonly at: number;
}

export interface VersionView {
  readonly name: string;
  readonly state: VersionState;
  readonly successor: string | null;
  /** Epoch ms; null while nobody said. */
  readonly sunsetAt: number | null;
  readonly brownouts: readonly Brownout[];
  readonly deployments: readonly DeploymentLine[];
  /** What waits for its time, the next first. */
  readonly schedules: readonly ScheduleLine[];
  /** Newest first. */
  readonly revisions: readonly { readonly number: number; readonly createdAt: number }[];
  readonly operations: readonly Operation[];
  readonly policies: readonly PolicyEntry[];
  readonly operationPolicies: Readonly<Record<string, readonly PolicyEntry[]>>;
}

export interface ApiView {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly style: Style;
  readonly prefix: string;
  readonly isPrivate: boolean;
  /** Newest first. */
  readonly versions: readonly { readonly name: string; readonly state: VersionState }[];
}
