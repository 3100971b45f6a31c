import { html } from "hono/html";
import type { Child } from "hono/jsx";
import { copyIsland } from "./islands/copy.ts";
import type { Link } from "./site.ts";
import { stylesheet } from "./stylesheet.ts";

interface PageProps {
  readonly link: Link;
  /** Of this page; `in` (the workspace, the product) follows it. */
  readonly title: string;
  readonly in: string;
  readonly density: "portal" | "console" | "console sign-in";
  readonly description?: string;
  readonly children: Child;
}

const favicon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Cstyle%3Epath:first-of-type{fill:%2315201b}@media(prefers-color-scheme:dark){path:first-of-type{fill:%23e9eeeb}}%3C/style%3E%3Cpath d='M3 3h3v3h2V3h3v7h10V3h3v3h2V3h3v26h-8.5V19.5a4.5 4.5 0 0 0-9 0V29H3z'/%3E%3Cpath fill='%23f4b62b' d='M13 29v-9.5a3 3 0 0 1 6 0V29z'/%3E%3C/svg%3E";

/** The document around every page. Its first stop for the keyboard is the way past the navigation to `#main`. */
export function Page({ link, title, in: place, density, description, children }: PageProps) {
  return (
    <html lang="en-GB">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title === place ? title : `${title} · ${place}`}</title>
        {description === undefined ? null : <meta name="description" content={description} />}
        <link rel="icon" href={favicon} />
        <link rel="stylesheet" href={link(`/assets/${stylesheet.name}`)} />
        <script type="module" src={link(`/assets/${copyIsland.name}`)}></script>
      </head>
      <body class={density}>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        {children}
      </body>
    </html>
  );
}

/** A page as a whole HTML document. */
export function document(page: Child): ReturnType<typeof html> {
  return html`<!doctype html>${page}`;
}
