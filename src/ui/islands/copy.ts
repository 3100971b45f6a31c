import type { Asset } from "../asset.ts";
import { asset } from "../asset.ts";

/**
 * Shows the Copy buttons, which do nothing without script, and makes them copy the `pre` beside them. Text, not a function:
 * what a bundler does to a function's source is its own affair.
 */
export const copyIsland: Asset = asset(
  "copy",
  "js",
  `const said = document.createElement("span");
said.className = "hidden";
said.setAttribute("role", "status");
document.body.append(said);
for (const button of navigator.clipboard ? document.querySelectorAll("button[data-copy]") : []) {
  const label = button.querySelector("span");
  const text = () => button.closest(".night").querySelector("pre").textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await navigator.clipboard.writeText(text()).then(() => "Copied", () => "Not copied");
    label.textContent = said.textContent = done;
    setTimeout(() => { label.textContent = "Copy"; said.textContent = ""; }, 2000);
  });
}
`,
);
