import { readFileSync } from "node:fs";
import { messageOf, UserError } from "../errors";
import { lookerLinks } from "../dashboard/looker";
import { MARTS } from "../pipeline/marts";

interface Flags {
  readonly project?: string;
  readonly dataset?: string;
  readonly outputs?: string;
  readonly host: string;
  readonly json?: true;
}

/** `crime looker` */
export function lookerCommand(flags: Flags): void {
  const outputs = flags.outputs === undefined ? {} : readOutputs(flags.outputs);
  const projectId = flags.project ?? outputs["project_id"];
  const dataset = flags.dataset ?? outputs["marts_dataset"];
  if (projectId === undefined || dataset === undefined) {
    throw new UserError(
      `the ${projectId === undefined ? "project" : "dataset"} of the marts is not known`,
      flags.outputs ?? "crime looker",
      "give --project and --dataset, or --outputs with what npm run --silent outputs prints",
    );
  }
  const links = lookerLinks({ projectId, dataset, host: flags.host }, MARTS);
  process.stdout.write(
    flags.json
      ? JSON.stringify(links, null, 2) + "\n"
      : links.map(({ title, url }) => `${title}\n  ${url}\n`).join(""),
  );
}

/** `npm run outputs` prints `{ name: value }`, Terraform itself `{ name: { value } }`. */
function readOutputs(file: string): Record<string, string | undefined> {
  try {
    const read = JSON.parse(readFileSync(file, "utf8")) as Record<string, string | { value: string }>;
    return Object.fromEntries(
      Object.entries(read).map(([name, output]) => [
        name,
        typeof output === "string" ? output : output.value,
      ]),
    );
  } catch (error) {
    throw new UserError(
      `the outputs cannot be read: ${messageOf(error)}`,
      file,
      "write them with npm run --silent outputs",
    );
  }
}
