import { Problem } from "../model/problem.ts";
import type { BodyForm } from "./body-form.ts";

/**
 * The fields that a request's body gives; none for a request without a body. Throws 415 for a form that is not read here,
 * 413 for one that is too long (as soon as that is known), 400 for what is no text.
 */
export async function readBody(request: Request, form: BodyForm): Promise<Readonly<Record<string, unknown>>> {
  const declared = request.headers.get("Content-Type");
  if (request.body === null && declared === null && !form.isText) return {};
  if (form.readParts !== undefined && /^multipart\/form-data\b/i.test(declared ?? "")) {
    return form.readParts(await readParts(request, form));
  }
  const mediaType = checkMediaType(declared, form);
  checkEncoding(request.headers.get("Content-Encoding"));
  if (Number(request.headers.get("Content-Length")) > form.bytesMax) throw tooLarge(form);
  const text = await readText(request, form);
  // Some clients declare a media type whatever they send: what is missing is for the schema to say.
  return text === "" && !form.isText ? {} : form.read(text, mediaType);
}

function checkMediaType(declared: string | null, form: BodyForm): string {
  const [mediaType = "", ...parameters] = (declared ?? "").split(";").map((part) => part.trim().toLowerCase());
  const charset = parameters
    .find((parameter) => parameter.startsWith("charset="))
    ?.slice(8)
    .replaceAll('"', "");
  if (form.mediaTypes.includes(mediaType) && (charset === undefined || /^utf-?8$/.test(charset))) return mediaType;
  throw new Problem("media-type-unsupported", {
    detail:
      declared === null
        ? `The body has no media type. Send Content-Type: ${form.mediaTypes[0]}.`
        : `${declared.slice(0, 80)} is not read here. Send ${form.mediaTypes.join(" or ")}, in UTF-8.`,
    headers: { Accept: form.mediaTypes.join(", ") },
  });
}

function checkEncoding(encoding: string | null): void {
  if (encoding === null || encoding.trim().toLowerCase() === "identity") return;
  throw new Problem("media-type-unsupported", {
    detail: "Compressed bodies are not read here. Send it without Content-Encoding.",
    headers: { "Accept-Encoding": "identity" },
  });
}

/** The parts by their names, as text: files and fields alike. Nothing is parsed before all of it is known to be short enough. */
async function readParts(request: Request, form: BodyForm): Promise<Record<string, string>> {
  checkEncoding(request.headers.get("Content-Encoding"));
  if (Number(request.headers.get("Content-Length")) > form.bytesMax) throw tooLarge(form);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > form.bytesMax) throw tooLarge(form);
      chunks.push(chunk);
    }
    const whole = new Response(new Blob(chunks), {
      headers: { "Content-Type": request.headers.get("Content-Type") ?? "" },
    });
    const parts: Record<string, string> = {};
    for (const [name, value] of await whole.formData()) {
      if (Object.hasOwn(parts, name)) throw twice(name);
      const text = typeof value === "string" ? value : decoder.decode(await value.arrayBuffer());
      Object.defineProperty(parts, name, { value: text, enumerable: true });
    }
    return parts;
  } catch (thrown) {
    if (thrown instanceof Problem) throw thrown;
    throw new Problem("request-malformed", {
      detail:
        "The parts of the form cannot be read. Send multipart/form-data with one part for each file, named by its path, in UTF-8.",
      cause: thrown,
    });
  }
}

function twice(name: string): Problem {
  return new Problem("request-malformed", {
    detail: `Two parts are called ${name.slice(0, 100)}. Name each file by its own path.`,
  });
}

async function readText(request: Request, form: BodyForm): Promise<string> {
  if (request.body === null) return "";
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });
  let bytes = 0;
  let text = "";
  try {
    for await (const chunk of request.body) {
      bytes += chunk.byteLength;
      if (bytes > form.bytesMax) throw tooLarge(form);
      text += decoder.decode(chunk, { stream: true });
    }
    return text + decoder.decode();
  } catch (thrown) {
    if (thrown instanceof Problem) throw thrown;
    throw new Problem("request-malformed", {
      detail: "The body could not be read to its end as UTF-8. Send it again in UTF-8.",
      cause: thrown,
    });
  }
}

function tooLarge(form: BodyForm): Problem {
  const max = form.bytesMax / 1024 / 1024;
  return new Problem("body-too-large", { detail: `The body is larger than the ${max} MiB that are read here.` });
}
