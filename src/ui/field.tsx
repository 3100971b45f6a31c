interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  /** What is wrong and what to do about it. */
  readonly error?: string | undefined;
  readonly value?: string;
  readonly type?: "text" | "password";
  /** A textarea of so many rows instead of one line. */
  readonly rows?: number;
  readonly autocomplete?: string;
  readonly autofocus?: boolean;
}

/** Label, hint, error, control: always in this order, and all of it read with the control. */
export function Field({
  name,
  label,
  hint,
  error,
  value,
  type = "text",
  rows,
  autocomplete = "off",
  autofocus,
}: FieldProps) {
  const described = [hint === undefined ? "" : `${name}-hint`, error === undefined ? "" : `${name}-error`]
    .join(" ")
    .trim();
  const control = {
    id: name,
    name,
    class: "input",
    required: true,
    autocomplete,
    spellcheck: false,
    "aria-invalid": error === undefined ? undefined : ("true" as const),
    "aria-describedby": described === "" ? undefined : described,
    autofocus: autofocus === true ? true : undefined,
  };
  return (
    <div class={error === undefined ? "field" : "field field-bad"}>
      <label for={name}>{label}</label>
      {hint === undefined ? null : (
        <p class="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
      {error === undefined ? null : (
        <p class="error" id={`${name}-error`}>
          <span class="hidden">Error: </span>
          {error}
        </p>
      )}
      {rows === undefined ? (
        <input {...control} type={type} value={value ?? ""} />
      ) : (
        <textarea {...control} rows={rows}>
          {value ?? ""}
        </textarea>
      )}
    </div>
  );
}

/** What did not work, at the top of the page, with the way to each field. Announced, and focused as the page opens. */
export function ErrorSummary({
  errors,
}: {
  readonly errors: readonly { readonly field: string; readonly message: string }[];
}) {
  return (
    <div class="notice notice-madder" role="alert" tabindex={-1} autofocus>
      <div class="notice-body">
        <h2>There is a problem</h2>
        <ul>
          {errors.map((error) => (
            <li>
              <a href={`#${error.field}`}>{error.message}</a>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
