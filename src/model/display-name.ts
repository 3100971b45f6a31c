import * as z from "zod";

/** A string with half of a surrogate pair would be stored as another one than was sent. */
export const wellFormed = z
  .string()
  .refine((text) => text.isWellFormed(), "Half of a surrogate pair stands alone. Remove it.");

/** What people call something, in one line: it is shown in tables, logs and terminals, which control characters would steer. */
export const DisplayName = wellFormed
  .trim()
  .min(1)
  .max(120)
  .refine((text) => !/\p{Cc}/u.test(text), "A name is one line of text. Remove the control characters.");
