import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { findChromium, startChromium } from "../../scripts/chromium";
import { checkOutputs } from "../../kestra/kv-entries";
import { crime, projectDir, slice, temporaryFolder, writeFile } from "../support/crime";
import { serverAtHand } from "../kestra/engine/support/at-hand";
import { Cloud } from "../kestra/engine/support/cloud";
import { expectEqualMarts, laptopMarts } from "../kestra/engine/support/laptop";

jest.setTimeout(600_000);

/** What `terraform output` would print of the stacks that were synthesized: every value is known before an apply. */
function synthesizedOutputs(): Record<string, unknown> {
  const values = ["crime-data", "crime-orchestrator"].flatMap((stack) => {
    const file = path.join(projectDir, "cdktf.out", "stacks", stack, "cdk.tf.json");
    const { output } = JSON.parse(readFileSync(file, "utf8")) as {
      output: Record<string, { value: unknown }>;
    };
    return Object.entries(output).map(([name, { value }]) => [name, value] as const);
  });
  return Object.fromEntries(values);
}

/** What a reader meets who opens the page. */
async function readPage(html: string): Promise<{ title: string; charts: number; troubles: string[] }> {
  const executable = findChromium();
  if (!executable) throw new Error("there is no Chromium and none could be installed");
  const browser = await startChromium(executable);
  try {
    const page = await browser.newPage();
    const troubles: string[] = [];
    page.on("console", (message) => void troubles.push(message.text()));
    page.on("pageerror", (error) => void troubles.push(error.message));
    page.on("request", (request) => {
      if (!/^(file|data|blob):/.test(request.url())) troubles.push(request.url());
    });
    await page.goto(pathToFileURL(writeFile(temporaryFolder(), "index.html", html)).href);
    const title = await page.locator("h1").innerText();
    return { title, charts: await page.locator("svg").count(), troubles };
  } finally {
    await browser.close();
  }
}

const files = { major_crimes: slice("major_crimes", 2000), hate_crimes: slice("hate_crimes", 400) };

it("goes from files to a page on a laptop", async () => {
  const dataDir = path.join(temporaryFolder(), "data");
  const { code, stdout } = await crime(["run", "--data-dir", dataDir]);
  expect([code, stdout]).toEqual([0, expect.stringContaining("SAMPLE DATA")]);
  const page = await readPage(readFileSync(path.join(dataDir, "site", "index.html"), "utf8"));
  expect(page.troubles).toEqual([]);
  expect(page.charts).toBeGreaterThan(10);
});

(serverAtHand() === "engine" ? it : it.skip)(
  "goes from synthesized stacks and the portal to marts and page in the cloud",
  async () => {
    const cloud = new Cloud(checkOutputs(synthesizedOutputs(), "cdktf.out"));
    try {
      await cloud.start();
      const sets = cloud.set.flatMap((pair) => ["--set", pair]);
      for (const [id, csv] of Object.entries(files)) cloud.publish(id as keyof typeof files, csv);

      const applied = await cloud.crime("apply", "--yes", ...sets);
      expect([applied.code, applied.stdout]).toEqual([0, expect.stringMatching(/^applied: \d+ changes$/m)]);
      expect((await cloud.crime("plan", ...sets)).code).toBe(0);
      const proven = await cloud.crime("run", "02_gcp_setup", "--follow");
      expect([proven.code, proven.stderr]).toEqual([0, expect.any(String)]);
      const ran = await cloud.crime("run", "crime_pipeline", "--follow");
      expect([ran.code, ran.stdout, ran.stderr]).toEqual([
        0,
        expect.stringMatching(/^outcome: success$/m),
        expect.any(String),
      ]);

      expectEqualMarts(await laptopMarts(files), await cloud.marts());
      const { body } = await cloud.object(cloud.outputs.dashboard_bucket, "index.html");
      const page = await readPage(body);
      expect(page.troubles).toEqual([]);
      expect(page.charts).toBeGreaterThan(10);
      const [published] = await cloud.publications();
      expect(body).toContain(`content="${published!["publication_id"]}"`);
    } finally {
      await cloud.stop();
    }
  },
);
