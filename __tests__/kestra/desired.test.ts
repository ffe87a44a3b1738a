import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { desiredState } from "../../kestra/desired";
import { DBT_LEFT_OVERS, folderHash } from "../../pipeline/files";
import { projectDir, temporaryFolder, writeFile } from "../support/crime";
import { outputs } from "./support";

it("deploys the dbt project whose hash names a laptop's publications, whatever dbt and Python leave there", async () => {
  const server = temporaryFolder();
  const { files } = await desiredState(outputs);
  for (const [name, bytes] of files) {
    mkdirSync(path.dirname(path.join(server, name)), { recursive: true });
    writeFileSync(path.join(server, name), bytes);
  }
  const deployed = path.join(server, "dbt_crime");
  for (const name of DBT_LEFT_OVERS) {
    mkdirSync(path.join(deployed, "macros", name), { recursive: true });
    writeFile(path.join(deployed, "macros", name), "left.sql", "select 1");
  }
  const laptop = path.join(projectDir, "dbt_crime");
  expect(await folderHash(deployed, DBT_LEFT_OVERS)).toBe(await folderHash(laptop, DBT_LEFT_OVERS));
});
