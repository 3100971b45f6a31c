import * as z from "zod";
import type { RemoteOptions } from "./command.ts";
import type { Login } from "./login.ts";
import { callManagement, parsed } from "./management.ts";

/** As many as the server gives at once. */
const pageMax = "200";

/** Every item of a list that the server answers page by page, as it was asked for. */
export async function readPages<Item extends z.ZodType>(
  login: Login,
  path: string,
  item: Item,
  { workspace }: Pick<RemoteOptions, "workspace">,
  asked: Readonly<Record<string, string>> = {},
): Promise<z.output<Item>[]> {
  const page = z.object({ items: z.array(item), cursor: z.string().nullable() });
  const items: z.output<Item>[] = [];
  let more: Readonly<Record<string, string>> | null = {};
  while (more !== null) {
    const query: string = new URLSearchParams({ ...asked, limit: pageMax, ...more }).toString();
    const answer = await callManagement(login, { method: "GET", path: `${path}?${query}`, workspace });
    const found = parsed(answer, page, login);
    items.push(...found.items);
    more = found.cursor === null ? null : { cursor: found.cursor };
  }
  return items;
}
