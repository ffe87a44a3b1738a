import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { parseSettings, type Settings } from "../config";
import { addStacks } from "../stacks/app";
import { billOf, type Bills } from "./bill";
import { itemsOf, type Resource } from "./charges";

/** A deployment with the default settings and everything optional that costs nothing of its own. */
const settingsWith = (schedule: Settings["schedule"]): Settings =>
  parseSettings({
    projectId: "my-crime-project",
    projectNumber: "123456789012",
    operators: ["user:ada@example.com"],
    readers: ["domain:example.com"],
    alertEmail: "crime-alerts@example.com",
    billingAccount: "012345-6789AB-CDEF01",
    monthlyBudget: 100,
    githubRepository: "octo/toronto-crime",
    schedule,
  });

/** The resources of all stacks in Google Cloud, read from the Terraform JSON that a synth writes. */
export function resourcesWith(schedule: Settings["schedule"]): Resource[] {
  const outdir = mkdtempSync(join(tmpdir(), "crime-cost-"));
  try {
    const app = new App({ outdir, stackTraces: false });
    addStacks(app, settingsWith(schedule));
    app.synth();
    return Object.values(app.manifest.stacks).flatMap(({ synthesizedStackPath }) => {
      const { resource = {} } = JSON.parse(readFileSync(join(outdir, synthesizedStackPath), "utf8")) as {
        resource?: Record<string, Record<string, Resource["args"]>>;
      };
      return Object.entries(resource).flatMap(([type, byName]) =>
        Object.values(byName).map((args) => ({ type, args })),
      );
    });
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The bills of this checkout's stacks. */
export const billsNow = (): Bills => ({
  always: billOf(itemsOf(resourcesWith("always"))),
  weekly: billOf(itemsOf(resourcesWith("weekly"))),
});
