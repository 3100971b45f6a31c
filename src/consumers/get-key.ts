import * as z from "zod";
import { defineQuery } from "../actions/action.ts";
import { findKey, Key, keyOf, keyRef } from "./key.ts";

export const getKey = defineQuery({
  name: "get-key",
  summary: "Reads whose key it is and until when it counts; never the key itself.",
  scope: "consumers:read",
  input: z.strictObject({ ...keyRef }),
  output: Key,
  read: async ({ key }, ctx) => keyOf(await findKey(ctx, key)),
});
