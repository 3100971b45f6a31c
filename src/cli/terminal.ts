/**
 * @module What people and programs read: results on stdout, words for people on stderr, colour on terminals only. Much of it
 * was written by others, who must not steer the terminal: only our own styles reach it as such.
 */
import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { styleText } from "node:util";

export type TextStyle = "bold" | "dim" | "red" | "green" | "yellow";

export interface Terminal {
  /** A result, in whole lines. */
  readonly print: (text: string) => void;
  /** A word about what is going on; silent with --json. */
  readonly tell: (text: string) => void;
  /** Tells what is being done and how long it took. */
  readonly progress: <Result>(label: string, work: () => Promise<Result>) => Promise<Result>;
  readonly style: (style: TextStyle | readonly TextStyle[], text: string) => string;
  /** What standard input holds, without the line break at its end; asked for and not shown where a person is there. */
  readonly readSecret: (question: string) => Promise<string>;
  /** Whether a person is there to be asked. */
  readonly isInteractive: boolean;
}

/** Stands for the ESC of our own styles until they are written. Nobody can know it who wrote what is printed. */
const ownEscape = `\uE000${randomUUID()}`;

/**
 * The text with its control characters visible, as JSON escapes them: so a JSON text stays what it is. Lines and tabs are kept
 * (C0, DEL and C1: ECMA-48 §5.2, §5.3).
 */
export function printable(text: string): string {
  const code = (control: string): string => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text.replaceAll(/(?![\n\t])\p{Cc}/gu, code);
}

const written = (text: string): string => printable(text).replaceAll(ownEscape, "\u001B");

export function openTerminal(isJson: boolean): Terminal {
  const isInteractive = !isJson && process.stdin.isTTY && process.stderr.isTTY;
  const tell = (text: string): void => void (isJson || process.stderr.write(`${written(text)}\n`));
  return {
    isInteractive,
    tell,
    print: (text) => void process.stdout.write(`${written(text)}\n`),
    readSecret: async (question) =>
      process.stdin.isTTY ? askHidden(printable(question)) : (await text(process.stdin)).replace(/\r?\n$/, ""),
    // styleText respects NO_COLOR and FORCE_COLOR, and whether the stream is a terminal.
    style: (style, words) => {
      const styles = typeof style === "string" ? [style] : [...style];
      return styleText(styles, printable(words), { stream: process.stdout }).replaceAll("\u001B", ownEscape);
    },
    progress: async (label, work) => {
      const began = performance.now();
      const ticker = isInteractive
        ? setInterval(() => process.stderr.write(`\r${printable(label)} … ${seconds(began)}`), 200)
        : undefined;
      try {
        const result = await work();
        if (ticker !== undefined) process.stderr.write("\r\u001B[2K");
        tell(`${label}: ${seconds(began)}`);
        return result;
      } catch (thrown) {
        if (ticker !== undefined) process.stderr.write("\r\u001B[2K");
        throw thrown;
      } finally {
        clearInterval(ticker);
      }
    },
  };
}

/** The question is shown, the answer is not. */
async function askHidden(question: string): Promise<string> {
  process.stderr.write(`${question}: `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await lines.question("");
  } finally {
    lines.close();
    process.stderr.write("\n");
  }
}

function seconds(began: number): string {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`;
}
