/** @module `--target`: one thing alone on a port, so that any load tool can drive it. */
import { once } from "node:events";
import { fullCatalogue, policyCatalogue, policyTargets } from "./catalogue.ts";
import { layGround, setScene } from "./scene.ts";

/** Serves until SIGINT or SIGTERM; says on stdout what to call. */
export async function serveTarget(name: string, port: number, json: boolean): Promise<void> {
  if (name !== "bare" && name !== "full" && !policyTargets.includes(name)) {
    throw new Error(`There is no target ${name}. Use bare, full, ${policyTargets.join(", ")}.`);
  }
  const ended = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM"), once(process, "disconnect")]);
  const catalogue = policyTargets.includes(name) ? policyCatalogue(name) : fullCatalogue;
  const ground = await layGround();
  try {
    const isBare = name === "bare";
    const scene = await setScene(ground, isBare ? { catalogue, barePort: port } : { catalogue, port });
    const { origin, path, headers } = isBare ? scene.bare : scene.target(name);
    const facts = { target: name, url: `${origin}${path}`, headers, pid: scene.running.pid };
    const flags = Object.entries(facts.headers).map(([header, value]) => ` -H '${header}: ${value}'`);
    process.stdout.write(
      json ? `${JSON.stringify(facts)}\n` : `curl -i ${facts.url}${flags.join("")}\nCtrl-C ends it.\n`,
    );
    await ended;
    await scene.stop();
  } finally {
    await ground.stop();
  }
}
