interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly cursor: string | null;
}

/** Every item of a list that is answered page by page. */
export async function readAll<Item>(
  read: (page: { limit: number; cursor?: string }) => Promise<PageOf<Item>>,
): Promise<Item[]> {
  const items: Item[] = [];
  let page = await read({ limit: 200 });
  items.push(...page.items);
  while (page.cursor !== null) {
    page = await read({ limit: 200, cursor: page.cursor });
    items.push(...page.items);
  }
  return items;
}
