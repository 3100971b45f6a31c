/** @module What people and programs read: results on stdout, words for people on stderr, colour on terminals only. */
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
  /** Whether a person is there to be asked. */
  readonly isInteractive: boolean;
}

export function openTerminal(isJson: boolean): Terminal {
  const isInteractive = !isJson && process.stdin.isTTY && process.stderr.isTTY;
  const tell = (text: string): void => void (isJson || process.stderr.write(`${text}\n`));
  return {
    isInteractive,
    tell,
    print: (text) => void process.stdout.write(`${text}\n`),
    // styleText respects NO_COLOR and FORCE_COLOR, and whether the stream is a terminal.
    style: (style, text) =>
      styleText([...(typeof style === "string" ? [style] : style)], text, { stream: process.stdout }),
    progress: async (label, work) => {
      const began = performance.now();
      const ticker = isInteractive
        ? setInterval(() => process.stderr.write(`\r${label} … ${seconds(began)}`), 200)
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

function seconds(began: number): string {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`;
}
