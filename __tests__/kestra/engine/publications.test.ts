import { tableName } from "../../../pipeline/bigquery";
import { torontoDay } from "../../../pipeline/iso-date";
import { MARTS } from "../../../pipeline/marts";
import { slice } from "../../support/crime";
import { renderLayout } from "../../support/layouts";
import { serverAtHand } from "./support/at-hand";
import { Cloud } from "./support/cloud";
import { expectEqualMarts, laptopMarts } from "./support/laptop";

const here = serverAtHand() === "engine" ? describe : describe.skip;
jest.setTimeout(400_000);

// Each has a warehouse of its own: the emulator takes seconds to replace a table, and a second build replaces them all.
here("a publication on top of what was loaded before", () => {
  const major = slice("major_crimes", 2000);
  const hate = slice("hate_crimes", 400);
  const renamed = renderLayout("L3", 2000);
  let cloud: Cloud;
  beforeEach(async () => {
    cloud = new Cloud();
    await cloud.start();
    await cloud.deploy();
    cloud.publish("major_crimes", major);
    cloud.publish("hate_crimes", hate);
    await cloud.load();
  });
  afterEach(() => cloud.stop());

  it("takes one dataset's new columns although the other is refused, and says partial", async () => {
    cloud.publish("major_crimes", renamed, "2026-07-01T12:00:00.000000");
    cloud.publish("hate_crimes", "<html>down for maintenance</html>");
    const ran = await cloud.run();
    await cloud.expectEnd(ran, "FAILED", "partial");
    expect(ran.outputs["reason"]).toMatch(/^hate_crimes: an HTML page/);
    expect(await cloud.lastOutcomes()).toEqual({ major_crimes: "loaded", hate_crimes: "refused" });
    expect(await cloud.publications()).toHaveLength(1);
    expectEqualMarts(await laptopMarts({ major_crimes: renamed, hate_crimes: hate }), await cloud.marts());
  });

  it("does not come to be when a dbt test fails", async () => {
    for (const mart of MARTS) {
      const table = tableName(cloud.place, "marts", mart);
      await cloud.google.query(
        `create table ${table} as select 'good' as publication_id, '${mart}' as content`,
      );
    }
    const before = [await cloud.published(), await cloud.marts()];
    const unheardOf = major.replaceAll(",Assault,", ",Jaywalking,");
    cloud.publish("major_crimes", unheardOf, "2026-10-01T12:00:00.000000");
    const ran = await cloud.run();
    await cloud.expectEnd(ran, "FAILED", "failed");
    expect(await cloud.log(ran.execution.id)).toMatch(/accepted_values_fct_offences_category/);
    const { failed } = JSON.parse(ran.outputs["summary"] as string) as { failed: string[] };
    expect(failed).toEqual([expect.stringMatching(/^accepted_values_fct_offences_category.*: Got/)]);
    expect(await cloud.lastOutcomes()).toEqual({ major_crimes: "loaded", hate_crimes: "failed" });
    expect([await cloud.published(), await cloud.marts()]).toEqual(before);
    expect(await cloud.objects("crime-dashboard")).toEqual([]);
  });

  it("is what the lake held on a day, and stays so", async () => {
    // The lake as it would stand had the files landed in January.
    const today = torontoDay(new Date());
    for (const name of await cloud.objects("crime-raw")) {
      const { body } = await cloud.object("crime-raw", name);
      const old = name.endsWith(".csv") ? body : body.replaceAll(today, "2026-01-05");
      await cloud.google.upload("crime-raw", name.replace(today, "2026-01-05"), Buffer.from(old));
    }
    cloud.publish("major_crimes", renamed, "2026-07-01T12:00:00.000000");
    await cloud.load();

    // A mistyped day holds nothing back.
    const run = (day: string) => cloud.run("crime_pipeline", { snapshot_date: day });
    await expect(run("2026-02-30")).rejects.toThrow(/snapshot_date/);
    const tooEarly = await run("2020-01-31");
    await cloud.expectEnd(tooEarly, "FAILED", "failed");
    expect(await cloud.log(tooEarly.execution.id)).toMatch(/lake holds no snapshot of 2020-01-31 or before/);
    expect(await cloud.kv("pinned_to")).toBeUndefined();

    const restored = await cloud.crime("restore", "2026-01-31");
    expect([restored.code, restored.stderr, restored.stdout]).toEqual([
      0,
      expect.stringMatching(/^SUCCESS +publish$/m),
      expect.stringMatching(/^outcome: success$/m),
    ]);
    expect(await cloud.lastOutcomes()).toEqual({ major_crimes: "restored", hate_crimes: "kept" });
    expectEqualMarts(await laptopMarts({ major_crimes: major, hate_crimes: hate }), await cloud.marts());
    expect(await cloud.kv("pinned_to")).toBe("2026-01-31");
    await cloud.expectEnd(await cloud.run(), "SUCCESS", "unchanged");
  });
});
