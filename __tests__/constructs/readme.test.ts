import assert from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "@swc/core";
import * as cdktf from "cdktf";
import * as constructs from "constructs";
import { emptyStack, parsed } from "../support/stack";

const root = join(__dirname, "..", "..");
const folder = join(root, "constructs");

/** Everything that the examples name, from where it lives. */
const modules = [
  ...readdirSync(folder).filter((name) => name.endsWith(".ts")),
  "policies/index.ts",
  "policies/policy.ts",
  "policies/no-key.ts",
  "../compose/cloud-init.ts",
  "../compose/homes.ts",
  "../compose/kestra.ts",
  "../compose/yaml.ts",
  "../config.ts",
  "../stacks/outputs.ts",
  "../stacks/steps.ts",
].map((name) => jest.requireActual<Record<string, unknown>>(join(folder, name)));
const known: Record<string, unknown> = Object.assign(
  { assert, ...cdktf, ...constructs },
  ...modules,
) as Record<string, unknown>;

/** The parts of a README that begin with a second-level heading. */
const sectionsOf = (name: string) =>
  readFileSync(join(root, name, "README.md"), "utf8")
    .split(/^## /m)
    .slice(1)
    .map((text) => ({
      name: text.split("\n")[0]!,
      example: /```ts\n([\s\S]+?)```/.exec(text)?.[1] ?? "",
      makes: /^Makes: (.+)$/m.exec(text)?.[1] ?? "nothing",
    }));
const sections = sectionsOf("constructs");

test.each([...sections, ...sectionsOf("compose"), ...sectionsOf("stacks")])(
  "the example of $name makes what it says",
  ({ example, makes }) => {
    const { code } = transformSync(example, {
      jsc: { parser: { syntax: "typescript" }, target: "es2022" },
      isModule: false,
    });
    const stack = emptyStack();
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the text is this repository's own README
    const run = new Function("stack", ...Object.keys(known), code) as (...values: unknown[]) => void;
    run(stack, ...Object.values(known));
    const { counts } = parsed(cdktf.Testing.synth(stack, true));
    const made = Object.entries(counts).map(([type, count]) => `${type} ${count}`);
    expect(made.sort().join(", ") || "nothing").toBe(makes);
  },
);

test("every construct has a section, and its interface and properties beside it", () => {
  const classes = readdirSync(folder)
    .filter((name) => name.endsWith(".ts"))
    .flatMap((name) => {
      const source = readFileSync(join(folder, name), "utf8");
      return [...source.matchAll(/^export class (\w+) extends Construct/gm)].map(([, found]) => ({
        source,
        found: found!,
      }));
    });
  for (const { source, found } of classes) {
    expect(source).toContain(`implements I${found} `);
    expect(source).toContain(`export interface ${found}Props`);
    expect(sections.map(({ name }) => name)).toContain(found);
  }
  expect(classes.length).toBeGreaterThanOrEqual(14);
});
