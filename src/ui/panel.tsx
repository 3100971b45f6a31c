import type { Child } from "hono/jsx";
import type { IconName } from "./icon.tsx";
import { Icon } from "./icon.tsx";
import { Mark } from "./mark.tsx";
import type { Link } from "./site.ts";

interface PanelProps {
  readonly title: string;
  /** Right of the title: a count, a link, badges. */
  readonly aside?: Child;
  readonly children: Child;
}

/** A framed part of a page with its own heading: tables, charts, forms. Never inside another. */
export function Panel({ title, aside, children }: PanelProps) {
  return (
    <section class="panel">
      <div class="panel-head">
        <h2>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}

export interface Tile {
  readonly label: string;
  readonly figure: string;
  readonly unit?: string;
  readonly note: string;
}

/** Up to four figures in one ruled strip. */
export function Tiles({ tiles }: { readonly tiles: readonly Tile[] }) {
  return (
    <dl class="tiles">
      {tiles.map((tile) => (
        <div class="tile">
          <dt>{tile.label}</dt>
          <dd class="figure">
            {tile.figure}
            {tile.unit === undefined ? null : <small>{tile.unit}</small>}
          </dd>
          <dd class="compare">{tile.note}</dd>
        </div>
      ))}
    </dl>
  );
}

type NoticeTone = "woad" | "rust" | "madder" | "moss";

const noticeIcons: Record<NoticeTone, IconName> = { woad: "info", rust: "warning", madder: "stop", moss: "check" };

interface NoticeProps {
  /** woad: to know, rust: will stop, madder: did not happen, moss: done. */
  readonly tone: NoticeTone;
  readonly title: string;
  readonly children?: Child;
}

export function Notice({ tone, title, children }: NoticeProps) {
  return (
    <div class={`notice notice-${tone}`}>
      <Icon name={noticeIcons[tone]} />
      <div class="notice-body">
        <p>{title}</p>
        {children}
      </div>
    </div>
  );
}

interface EmptyProps {
  readonly title: Child;
  readonly children: Child;
}

/** Where there is nothing: the gate shut, a sentence, the way on. */
export function Empty({ title, children }: EmptyProps) {
  return (
    <div class="empty">
      <Mark size={56} shut />
      {title}
      {children}
    </div>
  );
}

/** Also what a visitor gets for what they may not see: the two are not told apart. */
export function NotFound({ link, home }: { readonly link: Link; readonly home: string }) {
  return (
    <Empty title={<h1 class="serif">There is nothing at this address</h1>}>
      <p>It may have been deleted, or it belongs to a workspace that you cannot see.</p>
      <div class="actions">
        <a class="button button-primary" href={link("/")}>
          {home}
        </a>
      </div>
    </Empty>
  );
}

export interface Crumb {
  readonly name: string;
  /** Missing for the page that one is on. */
  readonly href?: string;
}

/** From the workspace to here. */
export function Crumbs({
  crumbs,
  class: className = "crumbs",
}: {
  readonly crumbs: readonly Crumb[];
  readonly class?: string;
}) {
  return (
    <nav class={className} aria-label="Breadcrumb">
      <ol>
        {crumbs.map((crumb) => (
          <li>
            {crumb.href === undefined ? (
              <span aria-current="page">{crumb.name}</span>
            ) : (
              <a href={crumb.href}>{crumb.name}</a>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
