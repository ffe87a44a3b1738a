import { existsSync } from "node:fs";
import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import path from "node:path";
import { datasets, type DatasetId } from "../datasets";
import { messageOf, UserError } from "../errors";
import { answer, type Answers } from "./answers";
import { attempt, type Attempt } from "./attempt";
import { dbtBuild } from "./dbt";
import type { ExtractOptions, SourceChoice } from "./extract";
import { DBT_LEFT_OVERS, folderHash, moveIntoPlace, writeAtomically } from "./files";
import type { Outcome, Publication } from "./ops-tables";
import { describeOutcomes } from "./outcomes";
import { pinned } from "./pinned";
import { planRun, publicationId, type Held, type Plan } from "./plan";
import { inStep, type Progress } from "./progress";
import { publish } from "./publish";
import { ensurePython } from "./python";
import { writeSite } from "./site";
import { Warehouse } from "./warehouse";
import type { Workspace } from "./workspace";

export interface RunOptions extends Omit<ExtractOptions, "lake"> {
  readonly workspace: Workspace;
  readonly progress: Progress;
}

/** What a run ended with. */
export interface RunReport {
  readonly status: "published" | "partial" | "unchanged" | "refused";
  /** 0 done, 1 nothing could be had, 2 refused data while the last good marts are served. */
  readonly exitCode: 0 | 1 | 2;
  readonly publicationId: string | undefined;
  readonly outcomes: readonly Outcome[];
  /** `undefined` when nothing was ever published. */
  readonly answers: Answers | undefined;
}

/** Asks the sources, then publishes what is new. A pin set by a restore holds until `latest` lifts it. */
export async function run(
  sources: Readonly<Record<DatasetId, SourceChoice>>,
  options: RunOptions & { readonly latest: boolean },
): Promise<RunReport> {
  const { workspace, progress } = options;
  return workspace.exclusively(async () => {
    if (options.latest) await workspace.setPin(undefined);
    const pin = await workspace.pin();
    const extractOptions = { ...options, lake: workspace.lake };
    const attempts = await allOf(
      datasets.map((dataset) => attempt(dataset, sources[dataset.id], extractOptions, progress)),
    );
    if (pin === undefined) return serve(attempts, options);
    progress.warn(`publication is pinned to ${pin}; crime run --latest lifts the pin`);
    return serve(await pinned(attempts, pin, workspace.lake), options);
  });
}

/** The results of all, or the first error once none is at work any more: they write into the same folder. */
async function allOf<T>(works: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(works);
  return Promise.all(works);
}

/**
 * Publishes again what the lake held on a day, and pins it.
 *
 * @throws UserError when the lake held nothing by then
 */
export async function restore(day: string, options: RunOptions): Promise<RunReport> {
  const { workspace, progress } = options;
  return workspace.exclusively(async () => {
    const none = datasets.map((dataset): Attempt => ({
      dataset,
      result: "restored",
      snapshot: undefined,
      reason: "",
    }));
    const attempts = await pinned(none, day, workspace.lake);
    if (attempts.every(({ snapshot }) => snapshot === undefined)) {
      const all = (await Promise.all(datasets.map(({ id }) => workspace.lake.snapshots(id)))).flat();
      const days = [...new Set(all.map(({ snapshotDate }) => snapshotDate))].sort();
      throw new UserError(
        `the lake holds no snapshot of ${day} or before`,
        workspace.lake.folder,
        days.length > 0 ? `choose one of ${days.join(", ")}` : "run crime run first",
      );
    }
    for (const { dataset, snapshot } of attempts) {
      if (snapshot) continue;
      progress.warn(
        `${dataset.id}: the lake holds nothing of ${day} or before; what is loaded stays, of a later day`,
      );
    }
    await workspace.setPin(day);
    return serve(attempts, options);
  });
}

/** Loads, builds, tests and publishes as far as needed, and records what came of each attempt. */
async function serve(attempts: readonly Attempt[], options: RunOptions): Promise<RunReport> {
  const { workspace, progress } = options;
  const dbtCrime = await folderHash(path.join(options.projectDir, "dbt_crime"), DBT_LEFT_OVERS);
  const held = await readHeld(workspace);
  const wanted = Object.fromEntries(attempts.map(({ dataset, snapshot }) => [dataset.id, snapshot?.sha256]));
  const plan = planRun(wanted, held, dbtCrime);
  const bad = attempts.filter(({ result }) => result === "refused" || result === "failed");
  const outcomes = describeOutcomes(attempts, plan, options.now, randomUUID());
  for (const { reason } of bad) progress.warn(reason);

  const nothingNew = bad.length === attempts.length || !plan.publish;
  let publication = held.publication;
  if (!nothingNew) {
    try {
      publication = await buildAndPublish(attempts, plan, dbtCrime, outcomes, options);
    } catch (error) {
      const reason = messageOf(error);
      const failed = outcomes.map((outcome) =>
        outcome.outcome === "refused" || outcome.outcome === "failed"
          ? outcome
          : { ...outcome, outcome: "failed" as const, reason },
      );
      // On a full disk this fails too; what is told is why.
      await workspace.noteOutcomes(failed).catch(() => undefined);
      throw error;
    }
  } else if (publication && (bad.length > 0 || attempts.some(({ change }) => change === "accepted-again"))) {
    await recordOutcomes(workspace, outcomes);
  } else {
    await workspace.noteOutcomes(outcomes);
  }

  const failedOnly = bad.length === attempts.length && bad.every(({ result }) => result === "failed");
  return {
    status: bad.length === 0 ? (nothingNew ? "unchanged" : "published") : nothingNew ? "refused" : "partial",
    exitCode: bad.length === 0 ? 0 : failedOnly ? 1 : 2,
    publicationId: publication?.publication_id,
    outcomes,
    answers: publication ? await tell(publication, options) : undefined,
  };
}

async function readHeld({ warehouse: file }: Workspace): Promise<Held> {
  const empty: Held = { raw: { major_crimes: null, hate_crimes: null }, publication: undefined };
  if (!existsSync(file)) return empty;
  const warehouse = await Warehouse.open(file, "read");
  try {
    return {
      raw: {
        major_crimes: await warehouse.loadedHash("major_crimes"),
        hate_crimes: await warehouse.loadedHash("hate_crimes"),
      },
      publication: await warehouse.lastPublication(),
    };
  } finally {
    warehouse.close();
  }
}

/** Works in a copy and renames it over the published file only when every test is green. */
async function buildAndPublish(
  attempts: readonly Attempt[],
  plan: Plan,
  dbtCrime: string,
  outcomes: readonly Outcome[],
  { projectDir, workspace, progress, now }: RunOptions,
): Promise<Publication> {
  const python = ensurePython(
    path.join(projectDir, ".venv"),
    path.join(projectDir, "requirements.txt"),
    progress,
  );
  python.catch(() => undefined);
  const copy = path.join(workspace.scratch, "warehouse.duckdb");
  const loading = await Warehouse.openCopy(workspace.warehouse, copy);
  try {
    for (const { dataset, snapshot } of attempts) {
      if (!snapshot || !plan.load.includes(dataset.id)) continue;
      await inStep(progress, `load ${dataset.id}`, async () =>
        loading.load(dataset, snapshot, await workspace.lake.whole(snapshot)),
      );
    }
  } finally {
    loading.close();
  }

  const id = publicationId(plan.raw, dbtCrime);
  const bin = await python;
  await inStep(
    progress,
    "dbt build",
    (step) =>
      dbtBuild(
        {
          bin,
          projectDir: path.join(projectDir, "dbt_crime"),
          targetDir: path.join(workspace.scratch, "dbt"),
          logDir: workspace.logs,
          env: { DUCKDB_PATH: copy, PUBLICATION_ID: id },
        },
        step,
      ),
    ({ models, tests }) => `${models} models, ${tests} tests passed`,
  );

  return inStep(progress, "publish", async () => {
    const publication: Publication = {
      publication_id: id,
      major_crimes_sha256: plan.raw.major_crimes,
      hate_crimes_sha256: plan.raw.hate_crimes,
      dbt_crime_sha256: dbtCrime,
      published_at: now.toISOString(),
    };
    const warehouse = await Warehouse.open(copy, "write");
    try {
      await publish(warehouse, publication);
      await appendOutcomes(warehouse, workspace, outcomes);
      await warehouse.checkpoint();
    } finally {
      warehouse.close();
    }
    await putInPlace(copy, workspace);
    return publication;
  });
}

async function putInPlace(copy: string, workspace: Workspace): Promise<void> {
  // What another program has left there of its own writing belongs to the old file.
  await rm(`${workspace.warehouse}.wal`, { force: true });
  await moveIntoPlace(copy, workspace.warehouse);
  await workspace.clearPendingOutcomes();
}

async function appendOutcomes(
  warehouse: Warehouse,
  workspace: Workspace,
  outcomes: readonly Outcome[],
): Promise<void> {
  for (const outcome of [...(await workspace.pendingOutcomes()), ...outcomes]) {
    await warehouse.append("load_outcomes", outcome);
  }
}

/** Brings outcomes into the published warehouse when there is nothing else to publish. */
async function recordOutcomes(workspace: Workspace, outcomes: readonly Outcome[]): Promise<void> {
  const copy = path.join(workspace.scratch, "warehouse.duckdb");
  const warehouse = await Warehouse.openCopy(workspace.warehouse, copy);
  try {
    await appendOutcomes(warehouse, workspace, outcomes);
    await warehouse.checkpoint();
  } finally {
    warehouse.close();
  }
  await putInPlace(copy, workspace);
}

/** Writes what the published marts say: the answers as `answers.json`, and the page. */
async function tell({ publication_id }: Publication, options: RunOptions): Promise<Answers> {
  const { workspace, projectDir, progress, now } = options;
  const warehouse = await Warehouse.open(workspace.warehouse, "read");
  try {
    const answers = await answer(warehouse, now);
    await writeAtomically(workspace.answers, JSON.stringify(answers, null, 2) + "\n");
    await writeSite(warehouse, publication_id, { file: workspace.site, projectDir, progress });
    return answers;
  } finally {
    warehouse.close();
  }
}
