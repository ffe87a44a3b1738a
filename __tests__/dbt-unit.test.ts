import path from "node:path";
import { run } from "../pipeline/process";
import { Warehouse } from "../pipeline/warehouse";
import { crime, projectDir, temporaryFolder } from "./support/crime";

jest.setTimeout(120_000);

it("dbt's unit tests of every rule pass, together with the build", async () => {
  const folder = temporaryFolder();
  expect(await crime(["run", "--source", "sample", "--data-dir", folder])).toMatchObject({ code: 0 });
  const copy = path.join(folder, "copy.duckdb");
  (await Warehouse.openCopy(path.join(folder, "warehouse.duckdb"), copy)).close();
  const told: string[] = [];
  const { code } = await run(
    path.join(projectDir, ".venv", "bin", "dbt"),
    [
      "--no-use-colors",
      "build",
      "--profiles-dir",
      ".",
      "--target-path",
      path.join(folder, "target"),
      "--log-path",
      folder,
    ],
    { cwd: path.join(projectDir, "dbt_crime"), env: { ...process.env, DUCKDB_PATH: copy } },
    (line) => told.push(line),
  );
  expect({ code, told: code === 0 ? "" : told.slice(-20).join("\n") }).toEqual({ code: 0, told: "" });
  expect(told.join("\n")).toMatch(/Finished running .* (\d\d) unit tests/);
  expect(told.at(-1)).toMatch(/WARN=0 ERROR=0 SKIP=0/);
});
