/** @module Flags that commands share, said in one place so that they read alike everywhere. */
import type { Command } from "commander";

export const withJson = (command: Command): Command =>
  command.option("--json", "print one JSON object instead of words", false);

export const withServer = (command: Command): Command =>
  command
    .option("--server <url>", "address of the management API (GATEHOUSE_SERVER; else what npm start runs)")
    .option("--token <token>", "admin token (GATEHOUSE_TOKEN; else the local one)");

/** A command about what is on the server. */
export function remote(parent: Command, name: string, description: string, options = {}): Command {
  return withServer(withJson(parent.command(name, options).description(description))).option(
    "-w, --workspace <id>",
    "workspace to act in (else the token's own)",
  );
}

export const inEnvironment = (command: Command, what: string): Command =>
  command.option("-e, --environment <name>", what, "production");
