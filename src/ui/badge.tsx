import type { Style, VersionState } from "../model/program.ts";
import type { IconName } from "./icon.tsx";
import { Icon } from "./icon.tsx";

export type Tone = "moss" | "rust" | "madder" | "woad" | "plain" | "outlined";

interface BadgeProps {
  readonly tone: Tone;
  readonly icon?: IconName;
  readonly word: string;
}

/** A state in a word: tint and icon only repeat it. */
export function Badge({ tone, icon, word }: BadgeProps) {
  return (
    <span class={`badge badge-${tone}`}>
      {icon === undefined ? null : <Icon name={icon} />}
      {word}
    </span>
  );
}

const states: Record<VersionState, BadgeProps> = {
  draft: { tone: "woad", word: "Draft" },
  published: { tone: "moss", icon: "check", word: "Published" },
  deprecated: { tone: "rust", icon: "clock", word: "Deprecated" },
  retired: { tone: "plain", icon: "cross", word: "Retired" },
};

/** Where a version is in its life. */
export function StateBadge({ state }: { readonly state: VersionState }) {
  return <Badge {...states[state]} />;
}

const styles: Record<Style, string> = {
  rest: "REST",
  graphql: "GraphQL",
  soap: "SOAP",
  "json-rpc": "JSON-RPC",
  connect: "Connect",
  "grpc-web": "gRPC-web",
  websocket: "WebSocket",
  webhook: "Webhook",
  queue: "Queue",
  mcp: "MCP",
};

export function StyleBadge({ style }: { readonly style: Style }) {
  return <Badge tone="outlined" word={styles[style]} />;
}

const methodTones: Readonly<Record<string, Tone>> = {
  GET: "woad",
  HEAD: "woad",
  POST: "moss",
  PUT: "rust",
  PATCH: "rust",
  DELETE: "madder",
};

/** An HTTP method, or an operation's kind in another style. */
export function Method({ name }: { readonly name: string }) {
  return <span class={`method tone-${methodTones[name] ?? "plain"}`}>{name}</span>;
}

const statusTones: readonly Tone[] = ["plain", "woad", "moss", "woad", "rust", "madder"];

export function StatusCode({ status }: { readonly status: number }) {
  return <span class={`status tone-${statusTones[Math.floor(status / 100)] ?? "plain"}`}>{status}</span>;
}
