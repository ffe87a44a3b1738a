import { existsSync } from "node:fs";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Dataset } from "../../datasets";
import { attempt, type Attempt } from "../../pipeline/attempt";
import { Lake, manifestPath, type Snapshot } from "../../pipeline/lake";
import { pinned } from "../../pipeline/pinned";
import { Portal } from "../../pipeline/portal";
import { plainProgress } from "../../pipeline/progress";
import { dataset, give, needed, optional, place } from "./environment";
import { seconds } from "../values";
import { Google } from "./google";

/** An attempt as one flow hands it to another. */
export type AttemptNote = Omit<Attempt, "dataset"> & { readonly dataset: string };

const silent = plainProgress(() => undefined);

/**
 * Fetches a dataset and checks it as the laptop run does: the manifests of the bucket stand in a folder,
 * which then is a lake. What has to be uploaded lies in `incoming.csv` and `manifest.json` afterwards.
 */
export async function land(): Promise<void> {
  const wanted = dataset();
  const bucket = needed("RAW_BUCKET");
  const lake = new Lake("lake", "scratch");
  const { project, location } = place();
  const google = new Google(project, location);
  for (const name of await google.list(bucket, `${wanted.id}/`)) {
    if (!name.endsWith(".manifest.json")) continue;
    await mkdir(path.join("lake", path.dirname(name)), { recursive: true });
    await writeFile(path.join("lake", name), await google.read(bucket, name));
  }

  const restored = optional("SNAPSHOT_DATE");
  let made: Attempt = { dataset: wanted, result: "restored", snapshot: undefined, reason: "" };
  if (!restored) made = await ask(wanted, lake);
  const { snapshot: landed, change = "none" } = made;
  const day = restored ?? optional("PINNED_TO");
  if (day) [made] = (await pinned([made], day, lake)) as [Attempt];
  if (restored && !made.snapshot) {
    made = {
      ...made,
      result: "failed",
      reason: `${wanted.id}: the lake holds no snapshot of ${day} or before`,
    };
  }

  await keep(lake, landed, change);
  const told = change === "none" ? made.snapshot : landed;
  give({
    attempt: { ...made, dataset: wanted.id },
    result: made.result,
    reason: made.reason,
    change,
    object: told?.object ?? "",
    manifest: told ? manifestPath(told) : "",
  });
}

/** Without a snapshot to keep, a portal that is down is a failure: the cloud never serves the sample. */
async function ask(wanted: Dataset, lake: Lake): Promise<Attempt> {
  const lastGood = await lake.latest(wanted.id);
  const acceptSmaller = optional("ACCEPT_SMALLER");
  return attempt(
    wanted,
    lastGood ? "auto" : "portal",
    {
      // Where the sample is, which is never asked for here.
      projectDir: "",
      lake,
      portal: new Portal(needed("PORTAL_URL")),
      now: new Date(optional("NOW") ?? Date.now()),
      reloadDelayMs: 1000 * seconds(needed("RELOAD_DELAY")),
      ...(acceptSmaller === undefined ? {} : { acceptSmaller }),
    },
    silent,
  );
}

/** The task's output files must exist, also when there is nothing to upload. */
async function keep(lake: Lake, landed: Snapshot | undefined, change: string): Promise<void> {
  const [file, manifest] = landed
    ? [lake.file(landed), path.join(lake.folder, manifestPath(landed))]
    : ["", ""];
  if (change === "new" && existsSync(file)) await copyFile(file, "incoming.csv");
  else await writeFile("incoming.csv", "");
  await writeFile("manifest.json", "{}");
  if (change !== "none") await copyFile(manifest, "manifest.json");
}
