import { dump, load } from "js-yaml";
import { datasetById } from "../../../datasets";
import { start } from "../../../kestra/run";
import { daysBetween, torontoDay } from "../../../pipeline/iso-date";
import { slice } from "../../support/crime";
import { outputs } from "../support";
import { Cloud, MODIFIED } from "./support/cloud";
import { expectEqualMarts, Laptop } from "./support/laptop";
import { serverAtHand } from "./support/at-hand";

const here = serverAtHand() === "engine" ? describe : describe.skip;
jest.setTimeout(400_000);

here("the pipeline in the cloud", () => {
  const cloud = new Cloud();
  const laptop = new Laptop();
  const major = slice("major_crimes", 2000);
  const hate = slice("hate_crimes", 400);
  beforeAll(async () => {
    await cloud.start();
    await cloud.deploy();
  });
  afterAll(() => cloud.stop());
  afterEach(() => (cloud.portal.status = undefined));

  it("names every KV entry that is missing or wrong, at once", async () => {
    const { namespace } = outputs;
    await cloud.kestra.call("deleteKv", { path: { namespace, key: "location" } });
    await cloud.kestra.call("writeKv", { path: { namespace, key: "raw_bucket" }, body: "12" });
    const ran = await cloud.run("01_gcp_kv");
    await cloud.deploy();
    expect(ran.state).toBe("FAILED");
    expect(await cloud.log(ran.execution.id)).toMatch(/location is missing.*raw_bucket is 12 and no STRING/s);
    await cloud.expectEnd(await cloud.run("01_gcp_kv"), "SUCCESS");
  });

  it("proves what it may do and leaves no probe behind; names all that it may not", async () => {
    await cloud.expectEnd(await cloud.run("02_gcp_setup"), "SUCCESS");
    for (const bucket of ["raw", "processed", "dashboard"])
      expect(await cloud.objects(`crime-${bucket}`)).toEqual([]);
    const { namespace } = outputs;
    await cloud.kestra.call("writeKv", { path: { namespace, key: "raw_bucket" }, body: '"no-such-bucket"' });
    await cloud.kestra.call("writeKv", { path: { namespace, key: "ops_dataset" }, body: '"no_such_ops"' });
    const ran = await cloud.run("02_gcp_setup");
    await cloud.deploy();
    expect(ran.state).toBe("FAILED");
    expect(await cloud.log(ran.execution.id)).toMatch(/write_raw_bucket: .*create_in_ops_dataset: /s);
    expect(await cloud.objects("crime-processed")).toEqual([]);
  });

  it("fails without inventing data while nothing was ever landed and the portal is down", async () => {
    cloud.portal.status = 503;
    const ran = await cloud.run();
    cloud.portal.status = undefined;
    await cloud.expectEnd(ran, "FAILED", "failed");
    expect(await cloud.lastOutcomes()).toEqual({ major_crimes: "failed", hate_crimes: "failed" });
    expect(await cloud.objects("crime-raw")).toEqual([]);
  });

  it("takes a first publication from the portal to marts and page", async () => {
    cloud.publish("major_crimes", major);
    cloud.publish("hate_crimes", hate);
    const ran = await cloud.run();
    await cloud.expectEnd(ran, "SUCCESS", "success");
    expect(await cloud.lastOutcomes()).toEqual({ major_crimes: "loaded", hate_crimes: "loaded" });
    const id = ran.outputs["publication_id"] as string;
    expect(await cloud.publications()).toEqual([{ publication_id: id }]);
    await laptop.offer({ major_crimes: major, hate_crimes: hate });
    expectEqualMarts(await laptop.marts(), await cloud.marts());

    const lake = await cloud.objects("crime-raw");
    expect(lake).toHaveLength(4);
    const file = lake.find((name) => /^major_crimes.*csv$/.test(name))!;
    expect((await cloud.object("crime-raw", file)).body).toBe(major);
    const page = await cloud.object("crime-dashboard", "index.html");
    expect(page.body).toContain(`content="${id}"`);
    expect(page.headers.get("content-type")).toMatch(/^text\/html/);
    expect(page.headers.get("cache-control")).toBe("public, max-age=300");
    expect(await cloud.objects("crime-processed", `publications/${id}/`)).toHaveLength(9);

    const summary = JSON.parse(ran.outputs["summary"] as string) as Record<string, unknown>;
    expect(summary).toMatchObject({ models: 21, failed: [], seconds: expect.any(Number) as number });
    expect(summary["passed"]).toBe(summary["tests"]);
    const ages = {
      major_crimes: { publisher_age_days: daysBetween(`${MODIFIED}Z`, torontoDay(new Date())) },
    };
    expect(summary["freshness"]).toMatchObject(ages);
    expect(JSON.parse(ran.outputs["freshness"] as string)).toEqual(summary["freshness"]);
    expect(await cloud.log(ran.execution.id)).toMatch(
      /^tell_stale_major_crimes: crime_stale {"dataset":"major_crimes",/m,
    );
  });

  it("does nothing the second time", async () => {
    const before = await cloud.published();
    const lake = await cloud.objects("crime-raw");
    const ran = await cloud.run();
    await cloud.expectEnd(ran, "SUCCESS", "unchanged");
    expect(Object.keys(ran.tasks).filter((id) => /^(load_|build|page)/.test(id))).toEqual([]);
    expect(await cloud.lastOutcomes()).toEqual({ major_crimes: "unchanged", hate_crimes: "unchanged" });
    expect(await cloud.objects("crime-raw")).toEqual(lake);
    expect(await cloud.published()).toEqual(before);
  });

  it("makes in the next run the page that failed", async () => {
    // Without what takes the emulator minutes and has been shown above.
    const done = ["dbt", "summary", "publish", "export"];
    await cloud.edit("05_gcp_dbt", (source) => {
      const flow = load(source) as { tasks: { id: string }[] };
      return dump({ ...flow, tasks: flow.tasks.filter(({ id }) => !done.includes(id)), errors: undefined });
    });
    await cloud.edit("06_dashboard", (source) => source.replace("node bin/steps.cjs page", "exit 1"));
    const ran = await cloud.run("crime_pipeline", { force: "true" });
    await cloud.expectEnd(ran, "FAILED", "failed");
    expect(ran.tasks).toMatchObject({ build: "SUCCESS", page: "FAILED" });
    await cloud.edit("06_dashboard", (source) =>
      source.replace("exit 1", "echo page | tee index.html aggregates.json"),
    );
    const next = await cloud.run();
    await cloud.expectEnd(next, "SUCCESS", "success");
    expect(next.tasks).toMatchObject({ page: "SUCCESS" });
    await cloud.deploy();
    await cloud.expectEnd(await cloud.run(), "SUCCESS", "unchanged");
  });

  it("keeps what it has while the portal is down, and goes on when it is back", async () => {
    cloud.portal.status = 503;
    const down = await cloud.run();
    await cloud.expectEnd(down, "SUCCESS", "unchanged");
    expect(await cloud.lastOutcomes()).toEqual({ major_crimes: "kept", hate_crimes: "kept" });
    cloud.portal.status = undefined;
    await cloud.expectEnd(await cloud.run(), "SUCCESS", "unchanged");
    expect(await cloud.lastOutcomes()).toEqual({ major_crimes: "unchanged", hate_crimes: "unchanged" });
  });

  it.each<[string, string]>([
    ["an error page", "<html><h1>Bad Gateway</h1></html>"],
    ["nothing", ""],
    ["a header alone", `${major.split("\n")[0]}\n`],
    ["a cut file", major.slice(0, -60)],
    ["far fewer rows", slice("major_crimes", 500)],
    ["a renamed column", major.replace("REPORT_DATE", "REPORTED_ON")],
    ["dates that a spreadsheet has mangled", major.replace(/2014-01-0\d/g, "1.3886E+12")],
  ])("refuses %s with the laptop's sentence", async (_, text) => {
    cloud.publish("major_crimes", text);
    const ran = await cloud.run("03_gcp_bucket", { dataset: "major_crimes" });
    expect(ran.state).toBe("FAILED");
    cloud.publish("major_crimes", major);
    const sentence = ran.outputs["reason"] as string;
    const said = await laptop.offer({ major_crimes: text, hate_crimes: hate });
    expect(`refused: ${sentence}`).toBe(said["major_crimes"]);
    expect(await cloud.log(ran.execution.id)).toContain(sentence);
  });

  it("calls it refused when every file is, and tells the team's channel if it shall", async () => {
    const notify = { namespace: outputs.namespace, key: "notify_slack" };
    await cloud.kestra.call("writeKv", { path: notify, body: "true" });
    expect(cloud.messages).toEqual([]);
    const before = await cloud.published();
    for (const id of ["major_crimes", "hate_crimes"] as const) cloud.publish(id, "<html>maintenance</html>");
    const ended = await cloud.crime("run", "crime_pipeline", "--follow");
    await cloud.deploy();
    expect(cloud.messages).toEqual([expect.stringMatching(/pipeline: refused\. major_crimes: an HTML page/)]);
    cloud.publish("major_crimes", major);
    cloud.publish("hate_crimes", hate);
    expect([ended.code, ended.stdout]).toEqual([2, expect.stringMatching(/^outcome: refused$/m)]);
    expect(ended.stdout).toMatch(/^reason: major_crimes: an HTML page.*; hate_crimes: an HTML page/m);
    expect(ended.stderr).toMatch(/^FAILED +crime_pipeline|^ERROR fail: major_crimes: an HTML page/m);
    expect(await cloud.published()).toEqual(before);
  });

  it("tells the last runs and how old the data are", async () => {
    const status = await cloud.crime("status", "--json");
    expect(status.stderr).toBe("");
    const { runs, freshness } = JSON.parse(status.stdout) as {
      runs: { state: string; outcome: string }[];
      freshness: { run: { outcome: string }; ages: Record<string, unknown> };
    };
    expect(runs.map(({ outcome }) => outcome).slice(0, 3)).toEqual(["refused", "unchanged", "unchanged"]);
    expect(freshness.run.outcome).toBe("refused");
    expect(freshness.ages["major_crimes"]).toHaveProperty("publisher_age_days");
  });

  it("tidies up without touching what is young", async () => {
    await cloud.expectEnd(await cloud.run("housekeeping"), "SUCCESS");
    const status = await cloud.crime("status", "--json");
    expect((JSON.parse(status.stdout) as { runs: unknown[] }).runs).toHaveLength(5);
  });

  it("tells and records a run that takes too long, for the datasets that it was asked for", async () => {
    await cloud.edit("crime_pipeline", (source) => source.replace("PT3H", "PT6S"));
    const notify = { namespace: outputs.namespace, key: "notify_slack" };
    await cloud.kestra.call("writeKv", { path: notify, body: "true" });
    const served = cloud.portal.packages.get(datasetById.hate_crimes.portalPackage)!;
    served.dump = () => undefined;
    const before = cloud.messages.length;
    let ran = await cloud.run("crime_pipeline", { datasets: '["hate_crimes"]' });
    expect(ran.state).toBe("CANCELLED");
    // It is told after the final state.
    while (!ran.tasks["report_stopped"] || ran.tasks["report_stopped"] === "RUNNING")
      ran = await cloud.ended(ran.execution.id);
    delete served.dump;
    await cloud.deploy();
    expect(ran.labels).toMatchObject({ outcome: "failed", sla: "missed" });
    const reason = "the run was cancelled before it was done";
    const line = /^tell: crime_outcome (.*)$/m.exec(await cloud.log(ran.execution.id))?.[1];
    expect(JSON.parse(line ?? "{}")).toEqual({ flow: "crime_pipeline", outcome: "failed", reason });
    expect(cloud.messages.slice(before)).toEqual([expect.stringContaining(`pipeline: failed. ${reason}`)]);
    expect(await cloud.lastOutcomes()).toEqual({ hate_crimes: "failed" });
  });

  it("survives the death of the engine in the middle of a run", async () => {
    const before = await cloud.published();
    const served = cloud.portal.packages.get(datasetById.major_crimes.portalPackage)!;
    served.dump = () => undefined;
    const { id } = await start(cloud.kestra, outputs.namespace, "crime_pipeline");
    await new Promise((resolve) => setTimeout(resolve, 4000));
    await cloud.engine.stop();
    delete served.dump;
    await cloud.engine.start();
    cloud.connect();
    await cloud.expectEnd(await cloud.ended(id), "SUCCESS", "unchanged");
    expect(await cloud.published()).toEqual(before);
  });
});
