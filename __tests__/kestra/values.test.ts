import { kvEntries, checkOutputs } from "../../kestra/kv-entries";
import { placed } from "../../kestra/flow-files";
import { encode, holds, parseValue, refuseSecret, type KvValue } from "../../kestra/values";
import { flowYaml, outputs } from "./support";

it.each<[KvValue, string]>([
  [{ type: "STRING", value: "two words" }, '"two words"'],
  [{ type: "STRING", value: "123" }, '"123"'],
  [{ type: "STRING", value: 'a "b"\n' }, '"a \\"b\\"\\n"'],
  [{ type: "NUMBER", value: 300 }, "300"],
  [{ type: "BOOLEAN", value: true }, "true"],
  [{ type: "DURATION", value: "PT5M" }, "PT5M"],
  [{ type: "JSON", value: { a: [1] } }, '{"a":[1]}'],
])("writes %j so that Kestra keeps its type", (value, body) => expect(encode(value)).toBe(body));

it.each([
  ["two words", "STRING"],
  ["'", "STRING"],
  ["12", "NUMBER"],
  ['"12"', "STRING"],
  ["true", "BOOLEAN"],
  ["PT1H", "DURATION"],
  ["P1D", "DURATION"],
  ["PT", "STRING"],
  ['{"a":1}', "JSON"],
  ["[1]", "JSON"],
])("reads %s as %s", (text, type) => expect(parseValue(text).type).toBe(type));

it.each([
  ["PT1M30S", "PT90S", true],
  ["PT1M30S", 90, true],
  ["P1D", "PT24H", true],
  ["PT1M", "PT2M", false],
])("knows whether %s is %s", (value, stored, same) => {
  expect(holds({ type: "DURATION", value }, { type: "DURATION", value: stored })).toBe(same);
});

it.each([
  ["db_password", "x"],
  ["region", "-----BEGIN PRIVATE KEY-----"],
  ["account", '{"type":"service_account","private_key":"x"}'],
  ["hook", "https://hooks.slack.com/services/T0/B0/x"],
  ["url", "https://user:pass@example.com/"],
  ["id", "AKIAABCDEFGHIJKLMNOP"],
])("refuses %s in KV and does not repeat its value", (key, value) => {
  expect(() => refuseSecret(key, { type: "STRING", value })).toThrow(/secret\('/);
  expect(() => refuseSecret(key, { type: "STRING", value })).not.toThrow(
    value === "x" ? / x/ : value.slice(0, 20),
  );
});

it("makes every entry from the outputs, none of which looks like a secret", () => {
  const entries = kvEntries(outputs);
  expect(entries.get("dataset_prefix")!.value).toEqual({ type: "STRING", value: "crime_" });
  expect(entries.get("page_cache_seconds")!.value).toEqual({ type: "NUMBER", value: 300 });
});

it("takes values by hand, in the type that the flows expect", () => {
  const entries = kvEntries(outputs, ["page_cache_seconds=60", "project_id=123", "extra=PT5M"]);
  expect(entries.get("page_cache_seconds")!.value.value).toBe(60);
  expect(entries.get("project_id")!.value).toEqual({ type: "STRING", value: "123" });
  expect(entries.get("extra")!.value.type).toBe("DURATION");
  expect(() => kvEntries(outputs, ["page_cache_seconds=long"])).toThrow(
    /page_cache_seconds must be a NUMBER/,
  );
  expect(() => kvEntries(outputs, ["api_key=x"])).toThrow(/--secret api_key=ENVIRONMENT_VARIABLE/);
  expect(() => kvEntries(outputs, ["nothing"])).toThrow(/not NAME=VALUE/);
});

it("puts a secret into KV only by name", () => {
  const entries = kvEntries(outputs, [], ["api_key=MY_KEY"], { MY_KEY: "v" });
  expect(entries.get("api_key")).toMatchObject({
    secret: true,
    description: expect.stringContaining("every user") as string,
  });
  expect(() => kvEntries(outputs, [], ["api_key=MY_KEY"], {})).toThrow(/MY_KEY is not set/);
});

it("names all outputs that are missing", () => {
  expect(() => checkOutputs({ ...outputs, location: "", raw_bucket: undefined }, "outputs.json")).toThrow(
    /location, raw_bucket \(outputs.json\)/,
  );
});

it("places a flow in another namespace and slot, and changes nothing else", () => {
  const source =
    flowYaml("a") + `triggers:\n  - {x: 1}\n    cron: "0 6 * * 1"\n# namespace: toronto.crime.other\n`;
  expect(placed(source, "my.crime", "0 7 * * 2")).toBe(
    flowYaml("a", "hello", "my.crime") +
      `triggers:\n  - {x: 1}\n    cron: "0 7 * * 2"\n# namespace: toronto.crime.other\n`,
  );
});
