import type { Child } from "hono/jsx";
import type { Explanation } from "../model/explanation.ts";
import type { ProblemCode } from "../model/problem.ts";
import { problems } from "../model/problem.ts";
import { StatusCode } from "../ui/badge.tsx";
import { ErrorSummary, Field } from "../ui/field.tsx";
import { Panel } from "../ui/panel.tsx";
import type { PassageStep, Verdict } from "../ui/passage.tsx";
import { Passage } from "../ui/passage.tsx";
import { count, momentOf } from "../ui/wording.ts";
import { ConsolePage } from "./frame.tsx";
import { manage } from "./management.ts";
import type { Frame } from "./view.ts";

interface ExplainPageProps {
  readonly frame: Frame;
  /** As pasted; empty before anything was. */
  readonly instance: string;
  /** Null if it did not open, or tells of a workspace that the reader cannot see. */
  readonly explanation: Explanation | null;
  /** Names by the ids that the explanation holds, as far as the reader may know them. */
  readonly names: ReadonlyMap<string, string>;
}

const unopened = "This instance does not open here. Paste all of it, from an answer of this installation";

/** Paste the `instance` of a problem, and see which binding decided, on what, and how long it took. */
export function ExplainPage({ frame, instance, explanation, names }: ExplainPageProps) {
  const failed = instance !== "" && explanation === null;
  const error = failed ? unopened : undefined;
  return (
    <ConsolePage
      frame={frame}
      title="Explain a refusal"
      failed={failed}
      at="explain"
      command={manage(frame, "/explanations", { instance: instance === "" ? "urn:gatehouse:call:…" : instance })}
    >
      <div class="page-head">
        <div>
          <h1>Explain a refusal</h1>
          <p class="soft">
            Every refusal carries its own explanation, sealed, in its instance. Nothing of it is stored.
          </p>
        </div>
      </div>
      <div class="pair">
        <form class="form" method="get" action={frame.link("/explain")}>
          {error === undefined ? null : <ErrorSummary errors={[{ field: "instance", message: error }]} />}
          <Field
            name="instance"
            label="Instance of the problem"
            hint="The member “instance” of the answer. It begins with urn:gatehouse:call:"
            error={error}
            value={instance}
            rows={6}
          />
          <div class="actions">
            <button class="button button-primary">Explain it</button>
          </div>
        </form>
        {explanation === null ? null : <Explained explanation={explanation} names={names} />}
      </div>
    </ConsolePage>
  );
}

function Explained({
  explanation,
  names,
}: {
  readonly explanation: Explanation;
  readonly names: ExplainPageProps["names"];
}) {
  const kind = Object.hasOwn(problems, explanation.code) ? problems[explanation.code as ProblemCode] : null;
  const rows: (readonly [string, Child])[] = [
    ["Decided by", explanation.decidedBy === "" ? "The gateway itself" : <code>{explanation.decidedBy}</code>],
    ["Type", explanation.type === "" ? "" : <code>{explanation.type}</code>],
    ["From", explanation.origin],
    ["Call", <code>{explanation.route}</code>],
    ["API", `${explanation.api} ${explanation.version}`.trim()],
    ["Environment", names.get(explanation.environment) ?? explanation.environment],
    [
      "Application",
      explanation.application === "" ? "Not known" : (names.get(explanation.application) ?? explanation.application),
    ],
    ["Key", explanation.credential === "" ? "" : <code>{explanation.credential}</code>],
    ["When", <time datetime={new Date(explanation.at).toISOString()}>{momentOf(explanation.at)}</time>],
  ];
  return (
    <div class="stack">
      <section class="refusal">
        <div class="panel-title">
          <h2>Refused: {kind === null ? explanation.code : kind.title}</h2>
          {kind === null ? null : <StatusCode status={kind.status} />}
        </div>
        <dl class="pairs">
          {rows
            .filter(([, value]) => value !== "")
            .map(([name, value]) => (
              <>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </>
            ))}
        </dl>
      </section>
      <Panel title="Its passage" aside={<span class="small">{count(Math.round(explanation.ms))} ms in the gate</span>}>
        <div class="panel-body">
          {explanation.passage.length === 0 ? (
            <p class="soft">No policy ran: the gateway refused before any of them.</p>
          ) : (
            <Passage steps={explanation.passage.map(stepOf)} />
          )}
        </div>
      </Panel>
    </div>
  );
}

const verdicts: readonly string[] = ["passed", "answered", "refused", "would-refuse", "skipped"] satisfies Verdict[];

function stepOf([name, verdict, ms]: Explanation["passage"][number]): PassageStep {
  return { name, verdict: verdicts.includes(verdict) ? (verdict as Verdict) : "passed", ms };
}
