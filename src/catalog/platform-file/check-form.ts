/**
 * @module What a file may not hold in any place, checked before its fields: nesting without end, names that objects have from
 * birth, and texts that a database would not give back as they were.
 */

/** Levels of lists and objects. What follows walks the file by calling itself. */
export const levelsMax = 100;
const faultsMax = 20;

export interface FormFault {
  readonly path: string[];
  readonly message: string;
}

/** The faults of the value as it was written, twenty at most. */
export function checkForm(value: unknown): FormFault[] {
  const faults: FormFault[] = [];
  check(value, [], faults);
  return faults;
}

function check(value: unknown, path: readonly string[], faults: FormFault[]): void {
  if (faults.length >= faultsMax) return;
  if (typeof value === "string") {
    if (!isKept(value)) faults.push({ path: [...path], message: `“${path.at(-1) ?? ""}” holds ${notKept}` });
    return;
  }
  if (typeof value !== "object" || value === null) return;
  if (path.length >= levelsMax) {
    faults.push({
      path: path.slice(0, 3),
      message: `It is nested more than ${levelsMax} levels deep. Write it flatter.`,
    });
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    if (key === "__proto__")
      faults.push({ path: [...path, key], message: "“__proto__” cannot be a name here. Choose another one." });
    else if (!isKept(key)) faults.push({ path: [...path], message: `A name in here holds ${notKept}` });
    else check(inner, [...path, key], faults);
  }
}

/** SQLite's JSON ends a text at NUL; half a surrogate pair has no form in UTF-8. */
function isKept(text: string): boolean {
  return text.isWellFormed() && !text.includes("\u0000");
}

const notKept = "half a character (a lone surrogate) or a NUL. Remove it.";
