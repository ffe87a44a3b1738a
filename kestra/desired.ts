import { build } from "esbuild";
import { ensureRenderer } from "../dashboard/bundle";
import { datasets, type Dataset } from "../datasets";
import { DBT_LEFT_OVERS } from "../pipeline/files";
import { rawColumns } from "../pipeline/raw-sql";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Desired } from "./deployment";
import { calleesFirst, placed, readFlows } from "./flow-files";
import { kvEntries, type FlowOutputs } from "./kv-entries";

const PROJECT = path.join(__dirname, "..");

export interface DesiredOptions {
  /** `KEY=VALUE` over the entries that follow from the outputs. */
  readonly set?: readonly string[];
  /** `KEY=ENVIRONMENT_VARIABLE`. */
  readonly secrets?: readonly string[];
  /** @default the project's own */
  readonly flows?: string;
}

/** Everything that this checkout wants on the server. */
export async function desiredState(outputs: FlowOutputs, options: DesiredOptions = {}): Promise<Desired> {
  const flows = calleesFirst(readFlows(options.flows));
  const { namespace, pipeline_cron: cron } = outputs;
  return {
    namespace,
    kv: kvEntries(outputs, options.set, options.secrets),
    files: new Map([
      ...folder("dbt_crime"),
      ...datasets.map((dataset): [string, Buffer] => [
        `sql/${dataset.id}.sql`,
        Buffer.from(rawTableSql(dataset)),
      ]),
      ["bin/steps.cjs", await bundledSteps()],
      ["bin/render.cjs", readFileSync((await ensureRenderer(PROJECT)).file)],
    ]),
    flows: new Map(flows.map(({ id, source }) => [id, placed(source, namespace, cron)])),
  };
}

/** Makes an empty raw table; the names are filled in by Kestra. */
function rawTableSql(dataset: Dataset): string {
  const columns = rawColumns(dataset).map((name) => `  ${name} string`);
  const table = `{{ kv('project_id') }}.{{ kv('raw_dataset') }}.${dataset.id}`;
  return `create table \`${table}\` (\n${columns.join(",\n")}\n)\n`;
}

/** The steps of the flows that are code, as one file that needs nothing but Node. */
export async function bundledSteps(): Promise<Buffer> {
  const { outputFiles } = await build({
    entryPoints: [path.join(__dirname, "steps", "main.ts")],
    absWorkingDir: PROJECT,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    charset: "utf8",
    minify: true,
    legalComments: "none",
    write: false,
  });
  return Buffer.from(outputFiles[0]!.contents);
}

function folder(name: string): [string, Buffer][] {
  return readdirSync(path.join(PROJECT, name), { withFileTypes: true }).flatMap(
    (entry): [string, Buffer][] => {
      if (DBT_LEFT_OVERS.includes(entry.name)) return [];
      const inner = `${name}/${entry.name}`;
      return entry.isDirectory() ? folder(inner) : [[inner, readFileSync(path.join(PROJECT, inner))]];
    },
  );
}
