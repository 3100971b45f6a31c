import type { Asset } from "./asset.ts";
import { asset } from "./asset.ts";
import { base } from "./style/base.ts";
import { controls } from "./style/controls.ts";
import { frames } from "./style/frames.ts";
import { panels } from "./style/panels.ts";
import { scenes } from "./style/scenes.ts";
import { tables } from "./style/tables.ts";
import { tokens } from "./style/tokens.ts";

const written = tokens + base + controls + panels + tables + frames + scenes;

/** The one stylesheet of portal and console, without its comments and line breaks. */
export const stylesheet: Asset = asset(
  "gatehouse",
  "css",
  written
    .replaceAll(/\/\*.*?\*\//gs, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ ?([{};,]) ?/g, "$1")
    .replaceAll(";}", "}"),
);
