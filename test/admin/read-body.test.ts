import { describe, expect, it } from "vitest";
import { documentBody } from "../../src/admin/body-form.ts";
import { readBody } from "../../src/admin/read-body.ts";

function form(files: Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>): Request {
  const body = new FormData();
  for (const [name, content] of Object.entries(files)) body.append(name, new Blob([content]), name);
  return new Request("https://console.test/", { method: "PUT", body });
}

describe("several files in one body", () => {
  it("are read by their paths, and root names the one that begins", async () => {
    const body = new FormData();
    body.set("api/openapi.yaml", new Blob(["openapi: 3.1.0 # é"]));
    body.set("root", "api/openapi.yaml");
    const read = await readBody(new Request("https://console.test/", { method: "PUT", body }), documentBody);
    expect(read).toEqual({ files: { "api/openapi.yaml": "openapi: 3.1.0 # é" }, root: "api/openapi.yaml" });
  });

  it("are text in UTF-8: no byte is replaced in silence", async () => {
    const latin = new Uint8Array([0x61, 0x3a, 0x20, 0xe9]);
    await expect(readBody(form({ "a.yaml": latin }), documentBody)).rejects.toMatchObject({
      code: "request-malformed",
    });
  });

  it("are refused beyond the bound of all together", async () => {
    const half = "x".repeat(9 * 1024 * 1024);
    await expect(readBody(form({ "a.json": half, "b.json": half }), documentBody)).rejects.toMatchObject({
      code: "body-too-large",
    });
  });

  it("that are no form are refused with what to send", async () => {
    const headers = { "Content-Type": "multipart/form-data; boundary=x" };
    const request = new Request("https://console.test/", { method: "PUT", headers, body: "nothing" });
    await expect(readBody(request, documentBody)).rejects.toMatchObject({ code: "request-malformed" });
  });
});
