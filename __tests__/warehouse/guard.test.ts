import { readFileSync } from "node:fs";
import path from "node:path";
import { MARTS } from "../../pipeline/marts";
import { run } from "../../pipeline/process";
import { NO_PORTAL, projectDir, temporaryFolder } from "../support/crime";
import { faults, type Node } from "./support/guard";

jest.setTimeout(120_000);

let nodes: Node[];

beforeAll(async () => {
  const folder = temporaryFolder();
  const { code, tail } = await run(
    path.join(projectDir, ".venv-bigquery", "bin", "dbt"),
    ["compile", "--no-populate-cache", "--no-introspect", "--target-path", folder, "--log-path", folder],
    {
      cwd: path.join(projectDir, "dbt_crime"),
      env: {
        ...process.env,
        DBT_TARGET: "emulator",
        // Nothing listens there: compiling asks nothing.
        BIGQUERY_EMULATOR_HOST: NO_PORTAL,
        CRIME_PROJECT_ID: "my-crime-project",
      },
    },
  );
  if (code !== 0) throw new Error(tail);
  const manifest = JSON.parse(readFileSync(path.join(folder, "manifest.json"), "utf8")) as {
    nodes: Record<string, Node>;
  };
  nodes = Object.values(manifest.nodes).filter(({ resource_type }) => resource_type !== "operation");
});

const named = (name: string): Node => nodes.find((node) => node.name === name)!;

it("finds nothing that BigQuery would mind and the emulator would not", () => {
  expect(MARTS.filter((mart) => !named(mart).compiled_code)).toEqual([]);
  const found = nodes
    .map((node) => [node.name, faults(node)] as const)
    .filter(([, faults]) => faults.length > 0);
  expect(Object.fromEntries(found)).toEqual({});
});

it.each<[string, string, (fact: Node) => Partial<Node>]>([
  [
    "daily partitions",
    "28182 partitions",
    ({ config }) => ({
      config: { ...config, partition_by: { ...config.partition_by!, granularity: "day" } },
    }),
  ],
  ["no partitions", "without partitions", ({ config }) => ({ config: { ...config, partition_by: null } })],
  [
    "an unknown cluster",
    "no such clusters",
    ({ config }) => ({ config: { ...config, cluster_by: ["colour"] } }),
  ],
  ["no label", "has no label", ({ config }) => ({ config: { ...config, labels: {} } })],
  [
    "a source",
    "reads raw",
    () => ({ depends_on: { nodes: ["source.dbt_crime.toronto_police.major_crimes"] } }),
  ],
  ["scripting", "uses scripting", () => ({ compiled_code: "declare x int64" })],
  ["two statements", "more than one statement", () => ({ compiled_code: "select 1; select 2" })],
  ["the time of the run", "time of the run", () => ({ compiled_code: "select current_date() as today" })],
  [
    "an instant without a zone",
    "without Toronto's time zone",
    () => ({ compiled_code: "select date(safe.parse_timestamp('%m/%d/%Y', x)) as day" }),
  ],
])("would find %s in a fact", (_, expected, change) => {
  const fact = named("fct_offences");
  expect(faults({ ...fact, ...change(fact) }).join("; ")).toContain(expected);
});
