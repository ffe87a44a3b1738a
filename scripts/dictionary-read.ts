import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { load } from "js-yaml";

/** A test as YAML has it: its name, or its name and what it is given. */
type Test =
  string | Readonly<Record<string, { readonly name?: string; readonly arguments?: Arguments } | null>>;
type Arguments = Readonly<Record<string, unknown>>;

export interface Column {
  readonly name: string;
  readonly description?: string;
  readonly data_type?: string;
  readonly data_tests?: readonly Test[];
}

export interface Table {
  readonly name: string;
  readonly description: string;
  readonly columns?: readonly Column[];
  readonly data_tests?: readonly Test[];
}

export interface Source {
  readonly name: string;
  readonly description: string;
  readonly tables: readonly Table[];
}

/** What the YAML and SQL files of the dbt project say about themselves. */
export interface DbtProject {
  readonly sources: readonly Source[];
  readonly models: Readonly<Record<Layer, readonly Table[]>>;
  /** Model -> names of its unit tests. */
  readonly unitTests: Readonly<Record<string, readonly string[]>>;
  /** Blocks that descriptions refer to. */
  readonly docs: Readonly<Record<string, string>>;
  /** Names of the tests that look at several models at once. */
  readonly tests: readonly string[];
}

export const layers = ["staging", "intermediate", "marts"] as const;
export type Layer = (typeof layers)[number];

interface YamlFile {
  readonly models?: readonly Table[];
  readonly sources?: readonly Source[];
  readonly unit_tests?: readonly { readonly name: string; readonly model: string }[];
}

/**
 * Reads the dbt project without dbt.
 *
 * @param folder the folder of `dbt_project.yml`
 */
export function readProject(folder: string): DbtProject {
  const filesBelow = (below: string, extension: string): string[] =>
    readdirSync(path.join(folder, below), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(extension))
      .sort()
      .map((name) => path.join(folder, below, name));
  const yamlBelow = (below: string): YamlFile[] =>
    filesBelow(below, ".yml").map((file) => load(readFileSync(file, "utf8")) as YamlFile);
  const all = yamlBelow("models");
  const docs = filesBelow("models", ".md").flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/\{% docs (\w+) %\}([\s\S]*?)\{% enddocs %\}/g)].map(
      ([, name, text]) => [name!, text!.trim()] as const,
    ),
  );
  const unitTests: Record<string, string[]> = {};
  for (const { name, model } of all.flatMap(({ unit_tests = [] }) => unit_tests)) {
    (unitTests[model] ??= []).push(name);
  }
  return {
    sources: all.flatMap(({ sources = [] }) => sources),
    models: Object.fromEntries(
      layers.map((layer) => [layer, yamlBelow(`models/${layer}`).flatMap(({ models = [] }) => models)]),
    ) as Record<Layer, Table[]>,
    unitTests,
    docs: Object.fromEntries(docs),
    tests: readdirSync(path.join(folder, "tests"))
      .filter((name) => name.endsWith(".sql"))
      .map((name) => path.basename(name, ".sql"))
      .sort(),
  };
}

/** A test in words. */
export function wordsOf(test: Test): string {
  if (typeof test === "string") return test.replaceAll("_", " ");
  const [kind, given] = Object.entries(test)[0]!;
  const { name, arguments: args = {} } = given ?? {};
  switch (kind) {
    case "accepted_values":
      return `one of ${(args["values"] as unknown[]).join(", ")}`;
    case "relationships":
      return `is in ${/'(\w+)'/.exec(args["to"] as string)![1]!}.${args["field"] as string}`;
    case "condition_holds":
      return (name ?? String(args["condition"])).replaceAll("_", " ");
    default:
      return kind.replaceAll("_", " ");
  }
}

/** The columns that together never repeat, as the tests say; none when no test says so. */
export function grainOf({ data_tests = [], columns = [] }: Table): readonly string[] {
  for (const test of data_tests) {
    const key = typeof test === "string" ? undefined : test["primary_key"];
    if (key) return key.arguments!["columns"] as string[];
  }
  return columns
    .filter(({ data_tests: tests = [] }) => tests.includes("unique") && tests.includes("not_null"))
    .map(({ name }) => name)
    .slice(0, 1);
}
