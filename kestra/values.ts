import { isDeepStrictEqual } from "node:util";
import { UserError } from "../errors";

/** A value in Kestra's KV store, with the type that it shall keep there. */
export type KvValue =
  | { readonly type: "STRING"; readonly value: string }
  | { readonly type: "NUMBER"; readonly value: number }
  | { readonly type: "BOOLEAN"; readonly value: boolean }
  /** ISO 8601, such as `PT5M`. */
  | { readonly type: "DURATION"; readonly value: string }
  | { readonly type: "JSON"; readonly value: unknown };

/** What the server tells of a value. */
export interface StoredValue {
  readonly type: string;
  readonly value: unknown;
}

const DURATION = /^P(?=.)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/;

/**
 * The body of a KV write. Kestra reads it as Ion and guesses the type: an unquoted text loses all after its
 * first space, `"123"` without quotes becomes a number.
 */
export function encode({ type, value }: KvValue): string {
  return type === "DURATION" ? value : JSON.stringify(value);
}

/** Whether the server holds that value in that type. */
export function holds(wanted: KvValue, stored: StoredValue): boolean {
  if (wanted.type !== stored.type) return false;
  if (wanted.type === "DURATION") return seconds(wanted.value) === seconds(stored.value);
  return isDeepStrictEqual(wanted.value, stored.value);
}

/** Seconds of a duration, which Kestra gives as ISO 8601 text or as a number. */
export function seconds(duration: unknown): number {
  if (!Number.isNaN(Number(duration))) return Number(duration);
  const [, days, , hours, minutes, rest] = DURATION.exec(String(duration)) ?? [];
  const number = (part: string | undefined): number => (part === undefined ? 0 : parseFloat(part));
  return ((number(days) * 24 + number(hours)) * 60 + number(minutes)) * 60 + number(rest);
}

/**
 * Reads `KEY=VALUE` as a person writes it: a number, true or false, a duration or JSON keep their type, all
 * else is text; quotes make text of anything.
 */
export function parseValue(text: string): KvValue {
  if (DURATION.test(text)) return { type: "DURATION", value: text };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { type: "STRING", value: text };
  }
  if (typeof value === "string") return { type: "STRING", value };
  // A number that would not arrive as it was written stays text; JSON has no -0.
  if (typeof value === "number" && isExact(value)) return { type: "NUMBER", value: value + 0 };
  if (typeof value === "number") return { type: "STRING", value: text };
  if (typeof value === "boolean") return { type: "BOOLEAN", value };
  return { type: "JSON", value };
}

const isExact = (value: number): boolean =>
  Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));

const SECRET_KEY = /pass(word|phrase|wd)|secret|token|credential|(api|access|private|account)[-_]?key/i;
const SECRET_TEXT =
  /-----BEGIN |"?private_key"?|\bAIza[\w-]{30,}|\bya29\.|\bgh[pousr]_\w{20,}|\bgithub_pat_|\bxox[abeprs]-|\bsk-[\w-]{20,}|\bAKIA[A-Z0-9]{16}|hooks\.slack\.com\/services|\beyJ[\w-]+\.eyJ|:\/\/[^/\s:@]+:[^/\s@]+@/;

/**
 * Refuses what looks like a key or a password: whoever may use the server can read KV.
 *
 * @throws UserError that names the entry and never the value
 */
export function refuseSecret(key: string, { value }: KvValue): void {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (!SECRET_KEY.test(key) && !SECRET_TEXT.test(text)) return;
  throw new UserError(
    `${key} looks like a key or a password, and every user of the server can read KV`,
    `KV entry ${key}`,
    `put it into Secret Manager and read it with secret('${key.toUpperCase().replace(/\W/g, "_")}'); if it must be in KV all the same: --secret ${key}=ENVIRONMENT_VARIABLE`,
  );
}
