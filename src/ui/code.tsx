import type { Child } from "hono/jsx";
import { Icon } from "./icon.tsx";

const words =
  "const|let|if|else|return|await|async|function|for|while|switch|case|default|break|throw|new|true|false|null";
const tokens = new RegExp(
  [
    String.raw`(?<key>"(?:\\.|[^"\\])*"(?=\s*:))`,
    String.raw`(?<string>"(?:\\.|[^"\\])*"|'[^']*'|\x60[^\x60]*\x60)`,
    String.raw`(?<soft>(?<=^|\s)(?:\/\/|# ).*)`,
    String.raw`(?<word>\b(?:${words})\b|(?<=\s)--?[A-Za-z][A-Za-z-]*)`,
    String.raw`(?<number>\b\d[\d.]*\b)`,
  ].join("|"),
  "gmu",
);

/** Source text with its keys, strings, words, numbers and comments told apart by colour. */
export function Highlighted({ source }: { readonly source: string }) {
  const parts: Child[] = [];
  let end = 0;
  for (const match of source.matchAll(tokens)) {
    const kind = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined)?.[0] ?? "soft";
    parts.push(source.slice(end, match.index), <span class={`t-${kind}`}>{match[0]}</span>);
    end = match.index + match[0].length;
  }
  return (
    <code>
      {parts}
      {source.slice(end)}
    </code>
  );
}

/** Hidden until the copy island finds it: without script it would do nothing. `of` names what is copied. */
function CopyButton({ of }: { readonly of: string }) {
  return (
    <button type="button" class="copy" data-copy hidden>
      <Icon name="copy" />
      <span>Copy</span>
      <b class="hidden"> {of}</b>
    </button>
  );
}

interface CodePanelProps {
  /** What stands in it, shown in its bar: `curl`, `JavaScript`, `The answer`. */
  readonly name: string;
  readonly source: string;
}

/** What machines say stands on night, scrolls sideways and never wraps. */
export function CodePanel({ name, source }: CodePanelProps) {
  return (
    <div class="night">
      <div class="night-bar">
        <span>{name}</span>
        <CopyButton of={name} />
      </div>
      <pre tabindex={0} role="group" aria-label={name}>
        <Highlighted source={source} />
      </pre>
    </div>
  );
}

interface CommandLineProps {
  readonly command: string;
  readonly name: string;
  /** False for what is no command, such as an address: that is for reading, so it wraps. */
  readonly prompt?: boolean;
}

/** One line to copy; its prompt is not part of it. */
export function CommandLine({ command, name, prompt = true }: CommandLineProps) {
  return (
    <div class={prompt ? "night command command-prompt" : "night command"}>
      <pre tabindex={0} role="group" aria-label={name}>
        {prompt ? <Highlighted source={command} /> : <code>{command}</code>}
      </pre>
      <CopyButton of={name} />
    </div>
  );
}

/** The command that does what the page does: the end of every console page. */
export function SameFromTerminal({ command }: { readonly command: string }) {
  return (
    <aside class="terminal" aria-label="The same from a terminal">
      <span class="small">The same from a terminal</span>
      <CommandLine command={command} name="the command" />
    </aside>
  );
}
