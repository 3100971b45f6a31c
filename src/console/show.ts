import type { Context } from "hono";
import type { Child } from "hono/jsx";
import { document } from "../ui/page.tsx";

/** A page as the answer. */
export function show(c: Context, page: Child, status: 200 | 403 | 404 | 503 = 200): Response | Promise<Response> {
  return c.html(document(page), status);
}
