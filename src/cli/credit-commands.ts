import type { Command } from "commander";
import type { RemoteOptions } from "./command.ts";
import { grantCredit, listCreditJournal, showCredit, voidCredit, type GrantOptions } from "./credit.ts";
import { inEnvironment, remote } from "./flags.ts";
import { run, runOn, type Json } from "./run.ts";

/** `gatehouse credit …`. An application names its subscription, with `--product` where it has several. */
export function addCredit(program: Command): void {
  const credit = program.command("credit").description("Prepaid credit of applications.");
  const about = (name: string, description: string): Command =>
    inEnvironment(remote(credit, name, description), "environment in which it counts").option(
      "--product <name>",
      "product of the subscription, where the application has several",
    );
  about("show <application>", "Show what is left of the credit, grant by grant.").action(runOn(showCredit));
  about("journal <application>", "Show how the credit was moved, by the hour; the newest first.")
    .option("-n, --limit <count>", "most entries to show", "50")
    .action(runOn(listCreditJournal));
  about("grant <application> <units>", "Grant credit: it counts within seconds.")
    .option("--from <time>", "from when on it can be used: 2026-12-01, or 2026-12-01T12:00:00Z; else at once")
    .option("--expires <time>", "when what is left of it ends; else never")
    .option("--priority <number>", "the lowest is used up first; 100 if left out")
    .option("--note <text>", "what it is for, such as an order's number")
    .action((application: string, units: string, flags: GrantOptions & Json) =>
      run(flags.json, () => grantCredit(application, units, flags)),
    );
  remote(credit, "void <grant>", "Take back what is left of a grant, by its id.").action(
    (grant: string, flags: RemoteOptions & Json) => run(flags.json, () => voidCredit(grant, flags)),
  );
}
