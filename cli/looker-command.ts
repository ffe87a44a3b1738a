import { lookerLinks } from "../dashboard/looker";
import { UserError } from "../errors";
import { MARTS } from "../pipeline/marts";
import { readOutputs } from "./read-outputs";

interface Flags {
  readonly project?: string;
  readonly dataset?: string;
  readonly outputs?: string;
  readonly host: string;
  readonly json?: true;
}

/** `crime looker` */
export function lookerCommand({ project, dataset, outputs: file, host, json }: Flags): void {
  const outputs = project !== undefined && dataset !== undefined ? {} : readOutputs(file);
  const known = (given: string | undefined, name: string): string => {
    const value = given ?? outputs[name];
    if (typeof value === "string") return value;
    throw new UserError(
      `output ${name} is missing`,
      file ?? "terraform output",
      "give --project and --dataset",
    );
  };
  const place = { projectId: known(project, "project_id"), dataset: known(dataset, "marts_dataset"), host };
  const links = lookerLinks(place, MARTS);
  process.stdout.write(
    json
      ? JSON.stringify(links, null, 2) + "\n"
      : links.map(({ title, url }) => `${title}\n  ${url}\n`).join(""),
  );
}
