/** @module Calls at a steady pace through both gateways, each written down. */
import { setTimeout as wait } from "node:timers/promises";
import { type Connection, encode, openConnection } from "../load.ts";
import type { LoggedCall } from "./call-log.ts";
import type { PlanName } from "./plans.ts";
import type { Stage } from "./stage.ts";
import { callId } from "./upstream.ts";

export interface Pace {
  readonly plan: PlanName;
  /** Calls a second, over all connections. */
  readonly rate: number;
  /** Connections to each of the two gateways; each has one call under way at a time. */
  readonly connections: number;
  /** Epoch ms. */
  readonly from: number;
  readonly until: number;
}

/** What is late is made up for, but not more than this: a machine that is too slow gets fewer calls. */
const lateMaxMs = 1_000;

/** Answers when the last call has ended. A connection that breaks is opened anew, when the gateways are there again. */
export async function drivePaced(stage: Stage, pace: Pace): Promise<void> {
  const count = 2 * pace.connections;
  const everyMs = (count * 1_000) / pace.rate;
  await Promise.all(
    Array.from({ length: count }, (_, index) => driveOne(stage, pace, index, everyMs, (index * everyMs) / count)),
  );
}

async function driveOne(stage: Stage, pace: Pace, index: number, everyMs: number, offsetMs: number): Promise<void> {
  const { plan, from, until } = pace;
  const log = stage.log(plan);
  let connection = await connect(stage, index % 2);
  try {
    for (let due = from + offsetMs; due < until; due = Math.max(due + everyMs, Date.now() - lateMaxMs)) {
      // A timer may fire a little early, and a call that is sent early would stand in the window before.
      while (Date.now() < due) await wait(Math.ceil(due - Date.now()));
      if (!connection.isOpen()) {
        connection.close();
        connection = await connect(stage, index % 2);
        // What could not be sent meanwhile is not made up for.
        due = Math.max(due, Date.now());
        if (due >= until) return;
      }
      await callOnce(stage, connection, plan, log);
    }
  } finally {
    connection.close();
  }
}

const triesMax = 100;

/** A gateway that is just being ended may still be named: so it tries again. */
async function connect(stage: Stage, gateway: number): Promise<Connection> {
  for (let tries = 1; ; tries += 1) {
    const origins = await stage.origins();
    try {
      return await openConnection(origins[gateway] ?? "");
    } catch (error) {
      if (tries === triesMax) throw error;
      await wait(50);
    }
  }
}

async function callOnce(stage: Stage, connection: Connection, plan: PlanName, log: LoggedCall[]): Promise<void> {
  const bytes = encode({
    origin: "",
    path: `/books/v1/books/${callId(plan, log.length)}`,
    host: "localhost",
    headers: { "x-api-key": stage.key(plan), "cf-connecting-ip": "192.0.2.1" },
  });
  const call: LoggedCall = { sentAt: Date.now(), arrivedAt: null, endedAt: null, status: null, latencyMs: Number.NaN };
  log.push(call);
  const began = performance.now();
  try {
    call.status = await connection.call(bytes);
  } catch {
    connection.close();
  }
  call.latencyMs = performance.now() - began;
  call.endedAt = Date.now();
}
