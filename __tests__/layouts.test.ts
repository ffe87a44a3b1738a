import path from "node:path";
import { ask, crime, marts, temporaryFolder, writeFile } from "./support/crime";
import { renderLayout } from "./support/layouts";

jest.setTimeout(300_000);

const folder = temporaryFolder();
const ROWS = 2_000;

async function published(
  id: "L2" | "L3" | "L4" | "T4",
  except: string[] = [],
): Promise<Record<string, unknown[]>> {
  const dataDir = path.join(folder, id);
  const file = writeFile(folder, `${id}.csv`, renderLayout(id, ROWS));
  const { code, stderr } = await crime([
    "run",
    "--major-crimes",
    file,
    "--hate-crimes",
    "sample",
    "--data-dir",
    dataDir,
  ]);
  expect({ code, stderr }).toMatchObject({ code: 0 });
  expect(
    await ask(dataDir, "select any_value(layout) as layout, count(*) as n from raw.major_crimes"),
  ).toEqual([{ layout: id, n: ROWS }]);
  return marts(dataDir, ["publication_id", ...except]);
}

it("gives the same marts for the same rows in every layout, and in L2 all but the place", async () => {
  const reference = await published("L4");
  expect(reference["fct_offences"]).toHaveLength(ROWS);
  expect(await published("L3")).toEqual(reference);
  expect(await published("T4")).toEqual(reference);

  const withoutPlace = await marts(path.join(folder, "L4"), ["publication_id", "longitude", "latitude"]);
  expect(await published("L2", ["longitude", "latitude"])).toEqual(withoutPlace);
  const [places] = await ask(
    path.join(folder, "L2"),
    "select count(longitude) + count(latitude) as n from fct_offences",
  );
  expect(places).toEqual({ n: 0 });
  const [outcome] = await ask<{ reason: string }>(
    path.join(folder, "L2"),
    "select reason from ops.load_outcomes where dataset = 'major_crimes'",
  );
  expect(outcome!.reason).toContain("layout L2: midnight is written as a blank hour");
});
