import fc from "./support/fast-check";
import { kvEntries, KV_ENTRIES } from "../../kestra/kv-entries";
import { encode, holds, parseValue, refuseSecret, seconds, type KvValue } from "../../kestra/values";
import { outputs } from "../kestra/support";

const wholeDuration = fc
  .tuple(fc.nat(400), fc.nat(100), fc.nat(100), fc.nat(100))
  .filter((parts) => parts.some((part) => part > 0))
  .map(([d, h, m, s]) => {
    const time = [h && `${h}H`, m && `${m}M`, s && `${s}S`].filter(Boolean).join("");
    return {
      text: `P${d ? `${d}D` : ""}${time ? `T${time}` : ""}`,
      seconds: ((d * 24 + h) * 60 + m) * 60 + s,
    };
  });

/** What Ion, as Kestra reads it, makes of a body: JSON's values, and a bare duration. */
function stored(body: string): { type: string; value: unknown } {
  if (/^P[\dT]/.test(body)) return { type: "DURATION", value: body };
  const value = JSON.parse(body) as unknown;
  const type = { string: "STRING", number: "NUMBER", boolean: "BOOLEAN" }[typeof value as "string"] ?? "JSON";
  return { type, value };
}

const json = fc
  .jsonValue({ maxDepth: 3 })
  // JSON has no other zero.
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const value: fc.Arbitrary<KvValue> = fc.oneof(
  fc.string({ unit: "grapheme" }).map((text): KvValue => ({ type: "STRING", value: text })),
  fc
    .constantFrom("12", "true", "PT5M", "{}", "[1]", "null", '"x"', " 1", "1e3", "-0")
    .map((text): KvValue => ({ type: "STRING", value: text })),
  fc
    .double({ noNaN: true, noDefaultInfinity: true })
    .filter((number) => !Number.isInteger(number) || Number.isSafeInteger(number))
    .map((number): KvValue => ({ type: "NUMBER", value: number === 0 ? 0 : number })),
  fc.boolean().map((truth): KvValue => ({ type: "BOOLEAN", value: truth })),
  wholeDuration.map(({ text }): KvValue => ({ type: "DURATION", value: text })),
  json
    .filter((any) => any === null || typeof any === "object")
    .map((any): KvValue => ({ type: "JSON", value: any })),
);

it("what is written is what the server holds, in its type", () => {
  fc.assert(
    fc.property(value, (wanted) => {
      expect(holds(wanted, stored(encode(wanted)))).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

it("what a person writes is read back as the same value of the same type", () => {
  fc.assert(
    fc.property(value, (wanted) => {
      expect(parseValue(encode(wanted))).toEqual(wanted);
    }),
    { numRuns: 2_000 },
  );
});

it("no text is read as anything but what it is, and none is an error", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const read = parseValue(text);
      if (read.type === "STRING") expect(text === read.value || JSON.parse(text) === read.value).toBe(true);
      else if (read.type === "DURATION") expect(seconds(read.value)).toBeGreaterThanOrEqual(0);
      else expect(JSON.parse(text)).toEqual(read.value);
    }),
    { numRuns: 2_000 },
  );
});

it("a number is sent as it was written, or as text", () => {
  const number = fc.oneof(
    fc.stringMatching(/^-?(0|[1-9]\d{0,25})(\.\d{1,5})?(e[+-]?\d{1,3})?$/),
    fc.constantFrom("-0", "1e999", "-1e999", "9007199254740993", "12345678901234567890"),
  );
  fc.assert(
    fc.property(number, (text) => {
      const read = parseValue(text);
      expect(holds(read, stored(encode(read)))).toBe(true);
      if (/^-?[1-9]\d*$/.test(text)) expect(String(read.value)).toBe(text);
    }),
    { numRuns: 2_000 },
  );
});

it("a duration is the same however it is written, and another one is not", () => {
  fc.assert(
    fc.property(wholeDuration, fc.nat(1_000_000), (duration, other) => {
      expect(seconds(duration.text)).toBe(duration.seconds);
      const wanted: KvValue = { type: "DURATION", value: duration.text };
      expect(holds(wanted, { type: "DURATION", value: duration.seconds })).toBe(true);
      expect(holds(wanted, { type: "DURATION", value: `PT${other}S` })).toBe(other === duration.seconds);
    }),
    { numRuns: 1_000 },
  );
});

it("two values of which one is not the other are never held for the same", () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      const same = a.type === b.type && encode(a) === encode(b);
      fc.pre(!same && a.type !== "DURATION");
      // Objects may differ in the order of their keys alone.
      fc.pre(a.type !== "JSON");
      expect(holds(a, stored(encode(b)))).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});

it("in a known entry, any text keeps the type that the flows expect, or is refused by name", () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(KV_ENTRIES)), fc.string({ unit: "grapheme" }), (key, text) => {
      let entries;
      try {
        entries = kvEntries(outputs, [`${key}=${text}`]);
      } catch (error) {
        return expect((error as Error).message).toMatch(new RegExp(`${key} must be a|looks like a key`));
      }
      expect(entries.get(key)!.value.type).toBe(KV_ENTRIES[key]!.type);
    }),
    { numRuns: 1_000 },
  );
});

const word = fc.stringMatching(/^[A-Za-z0-9]{20,40}$/);
const keyLike = fc.oneof(
  word.map((text) => `AIza${text}${text}`),
  word.map((text) => `ghp_${text}`),
  word.map((text) => `github_pat_${text}`),
  word.map((text) => `xoxb-${text}`),
  word.map((text) => `sk-${text}`),
  word.map((text) => `ya29.${text}`),
  word.map((text) => `https://hooks.slack.com/services/T0/B0/${text}`),
  word.map((text) => `-----BEGIN PRIVATE KEY-----\n${text}`),
  fc.stringMatching(/^[A-Z0-9]{16}$/).map((text) => `AKIA${text}`),
  fc.tuple(word, word).map(([user, pass]) => `postgres://${user}:${pass}@host/db`),
  fc.tuple(word, word).map(([head, body]) => `eyJ${head}.eyJ${body}.x`),
);

it("whatever holds a key is refused wherever the key stands, and is not repeated", () => {
  const around = fc.constantFrom<(key: string) => KvValue>(
    (key) => ({ type: "STRING", value: key }),
    (key) => ({ type: "STRING", value: `use ${key} here` }),
    (key) => ({ type: "JSON", value: { nested: [{ deeper: key }] } }),
    (key) => ({ type: "JSON", value: { [key]: 1 } }),
  );
  fc.assert(
    fc.property(keyLike, around, (key, put) => {
      let told = "";
      try {
        refuseSecret("region", put(key));
      } catch (error) {
        told = (error as Error).message;
      }
      expect(told).toMatch(/looks like a key or a password/);
      expect(told).not.toContain(key);
    }),
    { numRuns: 500 },
  );
});

it("an entry that is named like a secret is refused whatever it holds", () => {
  const name = fc
    .tuple(
      fc.constantFrom("", "db_", "My-", "x."),
      fc.constantFrom(
        "password",
        "PASSPHRASE",
        "passwd",
        "secret",
        "token",
        "credential",
        "api_key",
        "AccessKey",
      ),
      fc.constantFrom("", "_2", "s"),
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(name, value, (key, any) => {
      expect(() => refuseSecret(key, any)).toThrow(/looks like a key or a password/);
    }),
    { numRuns: 500 },
  );
});
