/** @module Where references stand in a description of an API: beside data that only looks like one, and names that authors chose. */
import { append, isObject } from "./pointer.ts";

export interface ReferencePlace {
  readonly reference: string;
  /** `mapping`: of a discriminator, where a bare word is the name of a schema. */
  readonly kind: "$ref" | "operationRef" | "mapping";
  /** JSON pointer of the field that holds it. */
  pointer(): string;
  /** Puts another reference in its place, in the value that is being visited. */
  replace(reference: string): void;
}

export interface ReferenceVisitor {
  visit(place: ReferencePlace): void;
  /** Called for what is nested too deep to be looked at, and lies at that pointer. */
  tooDeep(pointer: string): void;
  /** Whether the content of an extension (`x-…`) is description too. */
  readsExtension(field: string, pointer: string): boolean;
}

/** Fields whose content is data, wherever they are no names. */
const dataFields = new Set(["example", "default", "enum", "const", "value", "dataValue"]);
/** Fields whose content is a map, the keys of which are names that the author chose: `default` among responses is one. */
const mapFields = new Set(
  (
    "paths webhooks pathItems callbacks responses parameters requestBodies headers examples links securitySchemes schemas " +
    "mediaTypes content encoding definitions properties patternProperties dependentSchemas $defs additionalOperations"
  ).split(" "),
);
const levelsMax = 200;

/** Visits every reference once, in time that grows with the size of the value; what is shared in it is visited once too. */
export function visitReferences(root: unknown, visitor: ReferenceVisitor): void {
  const seen = new Set<object>();
  const trail: (string | number)[] = [];
  const pointer = (): string => trail.reduce<string>(append, "");

  function descend(token: string | number, value: unknown, holdsNames: boolean): void {
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    trail.push(token);
    if (trail.length > levelsMax) visitor.tooDeep(pointer());
    else walk(value, holdsNames);
    trail.pop();
  }

  function walk(value: object, holdsNames: boolean): void {
    seen.add(value);
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) descend(index, item, false);
      return;
    }
    for (const [field, inner] of Object.entries(value) as [string, unknown][]) {
      if (typeof inner === "string") {
        if (field === "$ref" || (field === "operationRef" && !holdsNames)) meet(value, field, inner, field);
      } else if (holdsNames) descend(field, inner, false);
      else if (field === "discriminator" && isObject(inner)) readMapping(inner);
      else if (!isData(field, inner)) descend(field, inner, mapFields.has(field) && isObject(inner));
    }
  }

  /** In JSON Schema `examples` are a list of data, elsewhere a map of objects that may be references. */
  function isData(field: string, inner: unknown): boolean {
    if (field.startsWith("x-")) return !visitor.readsExtension(field, pointer());
    return dataFields.has(field) || (field === "examples" && Array.isArray(inner));
  }

  function readMapping({ mapping }: Readonly<Record<string, unknown>>): void {
    if (!isObject(mapping) || seen.has(mapping)) return;
    seen.add(mapping);
    trail.push("discriminator", "mapping");
    for (const [name, reference] of Object.entries(mapping)) {
      if (typeof reference === "string") meet(mapping, name, reference, "mapping");
    }
    trail.splice(-2);
  }

  function meet(holder: object, field: string, reference: string, kind: ReferencePlace["kind"]): void {
    const at = [...trail, field];
    visitor.visit({
      reference,
      kind,
      pointer: () => at.reduce<string>(append, ""),
      replace: (next) => Object.defineProperty(holder, field, { value: next }),
    });
  }

  if (typeof root === "object" && root !== null) walk(root, false);
}
