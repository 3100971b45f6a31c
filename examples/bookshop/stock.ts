/** @module What the bookshop sells, and what it remembers of orders: in memory, gone with the process. */

export interface Author {
  readonly id: string;
  readonly name: string;
  readonly born: number;
}

export interface Book {
  readonly isbn: string;
  readonly title: string;
  readonly authorId: string;
  readonly year: number;
  readonly priceCents: number;
}

export interface OrderLine {
  readonly isbn: string;
  readonly quantity: number;
}

export interface Order {
  readonly id: string;
  readonly status: "accepted";
  readonly lines: readonly OrderLine[];
  readonly totalCents: number;
  readonly createdAt: string;
}

export interface Statement {
  readonly authorId: string;
  readonly period: string;
  readonly copiesSold: number;
  readonly royaltyCents: number;
}

/** The stock never changes, so this is what every `Last-Modified` says. */
export const stockedAt = new Date("2026-01-05T08:00:00Z");

export const authors: readonly Author[] = [
  { id: "austen", name: "Jane Austen", born: 1775 },
  { id: "bronte-c", name: "Charlotte Brontë", born: 1816 },
  { id: "bronte-e", name: "Emily Brontë", born: 1818 },
  { id: "dickens", name: "Charles Dickens", born: 1812 },
  { id: "eliot", name: "George Eliot", born: 1819 },
  { id: "melville", name: "Herman Melville", born: 1819 },
  { id: "shelley", name: "Mary Shelley", born: 1797 },
  { id: "stoker", name: "Bram Stoker", born: 1847 },
];

export const books: readonly Book[] = [
  { isbn: "9780141439518", title: "Pride and Prejudice", authorId: "austen", year: 1813, priceCents: 899 },
  { isbn: "9780141439587", title: "Emma", authorId: "austen", year: 1815, priceCents: 949 },
  { isbn: "9780141439662", title: "Sense and Sensibility", authorId: "austen", year: 1811, priceCents: 899 },
  { isbn: "9780141441146", title: "Jane Eyre", authorId: "bronte-c", year: 1847, priceCents: 999 },
  { isbn: "9780141439556", title: "Wuthering Heights", authorId: "bronte-e", year: 1847, priceCents: 899 },
  { isbn: "9780141439563", title: "Great Expectations", authorId: "dickens", year: 1861, priceCents: 1099 },
  { isbn: "9780141439747", title: "Oliver Twist", authorId: "dickens", year: 1838, priceCents: 999 },
  { isbn: "9780141439600", title: "A Tale of Two Cities", authorId: "dickens", year: 1859, priceCents: 999 },
  { isbn: "9780141439549", title: "Middlemarch", authorId: "eliot", year: 1871, priceCents: 1299 },
  { isbn: "9780142437247", title: "Moby-Dick", authorId: "melville", year: 1851, priceCents: 1299 },
  { isbn: "9780141439471", title: "Frankenstein", authorId: "shelley", year: 1818, priceCents: 799 },
  { isbn: "9780141439846", title: "Dracula", authorId: "stoker", year: 1897, priceCents: 899 },
];

/** One statement a quarter for each author whose books are in stock. */
export const statements: readonly Statement[] = authors.map((author, index) => {
  const copiesSold = 120 + 37 * index;
  return { authorId: author.id, period: "2026-Q1", copiesSold, royaltyCents: copiesSold * 85 };
});

const ordersKept = 1_000;
const orders = new Map<string, Order>();

/** Keeps the latest thousand orders. */
export function placeOrder(lines: readonly OrderLine[]): Order {
  const priceOf = (isbn: string) => books.find((book) => book.isbn === isbn)?.priceCents ?? 0;
  const order: Order = {
    id: crypto.randomUUID(),
    status: "accepted",
    lines,
    totalCents: lines.reduce((sum, line) => sum + line.quantity * priceOf(line.isbn), 0),
    createdAt: new Date().toISOString(),
  };
  orders.set(order.id, order);
  const [oldest] = orders.keys();
  if (orders.size > ordersKept && oldest !== undefined) orders.delete(oldest);
  return order;
}

export function findOrder(id: string): Order | undefined {
  return orders.get(id);
}
