import { readFileSync } from "node:fs";
import path from "node:path";
import { BIGQUERY } from "../faults/cases/bigquery";
import { DBT_FAULTS } from "../faults/cases/dbt";
import { DEATH } from "../faults/cases/death";
import { DISK } from "../faults/cases/disk";
import { FILES } from "../faults/cases/files";
import { GOOGLE } from "../faults/cases/google";
import { KESTRA } from "../faults/cases/kestra";
import { LAKE } from "../faults/cases/lake";
import { PAGE } from "../faults/cases/page";
import { PORTAL } from "../faults/cases/portal";
import { WAREHOUSE } from "../faults/cases/warehouse";
import { AREAS } from "../faults/support/fault";
import { renderTable } from "../faults/support/table";
import { projectDir } from "../support/crime";

const faults = [
  ...[PORTAL, FILES, DISK, WAREHOUSE, DBT_FAULTS, LAKE],
  ...[PAGE, DEATH, GOOGLE, BIGQUERY, KESTRA],
].flat();

it("declares each fault once, some in every area", () => {
  expect(new Set(faults.map(({ id }) => id)).size).toBe(faults.length);
  expect(new Set(faults.map(({ area }) => area))).toEqual(new Set(AREAS));
});

it("docs/reliability.md shows the declared faults as they are; npm run test:faults writes it", () => {
  const document = readFileSync(path.join(projectDir, "docs", "reliability.md"), "utf8");
  expect(document).toBe(renderTable(faults));
});
