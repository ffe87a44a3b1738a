import { setTimeout as sleep } from "node:timers/promises";
import type { Settings } from "../config";
import { UserError } from "../errors";
import { desiredState } from "../kestra/desired";
import type { Plan } from "../kestra/plan";
import { exitCodeOf, isOver, lastRuns, start } from "../kestra/run";
import { KestraTooOld } from "../kestra/server";
import { cloudStacks } from "../stacks/steps";
import { cloudChecks, KESTRA } from "./cloud-checks";
import { examine, isHealthy, type Finding } from "./examine";
import { askHealth, onServer, PARENT } from "./kestra-server";
import { expectedOutputs } from "./outputs";
import { perform, type Hands } from "./perform";
import type { Probes } from "./probes";
import { followToEnd, push } from "./push";
import { upStages } from "./stages";
import { forgetPlans, runSteps } from "./terraform";

/** What both ways need of their surroundings. */
export interface Surroundings {
  /** Folder of the project. */
  readonly root: string;
  readonly settings: Settings;
  /** A line of what is going on. */
  readonly tell: (line: string) => void;
  /** A line of what was asked for. */
  readonly print: (line: string) => void;
  /** Asks a person; throws `Declined` when the answer is no. `expected` must then be typed instead of yes. */
  readonly agree: (question: string, expected?: string) => Promise<void>;
}

export interface UpSurroundings extends Surroundings {
  readonly probes: Probes;
  readonly showFindings: (findings: readonly Finding[]) => void;
  readonly showPlan: (plan: Plan) => void;
  /** How long a VM may take until Kestra answers. */
  readonly patienceMs: number;
}

/**
 * From settings to a page. Each stage finds out by itself what is done already, so the same command goes on after a
 * failure.
 *
 * @throws UserError naming the stage that failed
 */
export async function up(at: UpSurroundings): Promise<void> {
  try {
    await perform(upStages(at.settings), upHands(at), at.tell, "crime up");
  } finally {
    forgetPlans(at.root, cloudStacks(at.settings));
  }
}

function upHands(at: UpSurroundings): Hands {
  const { root, settings, tell } = at;
  const outputs = expectedOutputs(settings);
  let changed: readonly string[] = [];
  return {
    async doctor() {
      const checks = cloudChecks(at.probes, settings);
      const findings = await examine(checks.filter(({ what }) => what !== KESTRA));
      at.showFindings(findings);
      if (isHealthy(findings)) return;
      const faults = findings.filter(({ mark }) => mark === "fault").map(({ what }) => what);
      throw new UserError(
        `something that is needed is at fault: ${faults.join(", ")}`,
        "doctor",
        "mend it as the lines above say",
      );
    },
    bootstrap: ({ steps }) => void runSteps(root, steps, tell),
    plan: ({ steps }) => {
      changed = runSteps(root, steps, tell);
      tell(changed.length === 0 ? "no stack has changes" : `to be changed: ${changed.join(", ")}`);
    },
    ask: () =>
      at.agree(
        changed.length === 0
          ? `Bring the flows to Kestra and run ${PARENT}?`
          : `Deploy ${changed.join(", ")}, bring the flows to Kestra and run ${PARENT}?`,
      ),
    deploy: ({ steps }) => {
      const wanted = steps.filter(({ folder = "" }) => changed.some((stack) => folder.endsWith(`/${stack}`)));
      if (wanted.length === 0) tell("nothing to deploy");
      runSteps(root, wanted, tell);
    },
    wait: () => untilHealthy(at),
    async push() {
      const wanted = await desiredState(outputs);
      const done = await onServer(outputs, undefined, (client) =>
        push(client, wanted, { show: at.showPlan, tell }),
      );
      tell(done === 0 ? "nothing to push" : `pushed: ${done} changes`);
    },
    run: () => firstRun(at),
    address: () => at.print(outputs.dashboard_url),
  };
}

/** Asks again and again, with growing pauses: a new VM boots for some ten minutes. */
async function untilHealthy({ settings, patienceMs, tell }: UpSurroundings): Promise<void> {
  const outputs = expectedOutputs(settings);
  const end = Date.now() + patienceMs;
  let told = "";
  for (let pause = 1000; ; pause = Math.min(pause * 2, 15_000)) {
    let reason: UserError;
    try {
      tell(`Kestra ${await askHealth(outputs, undefined)} answers`);
      return;
    } catch (error) {
      if (!(error instanceof UserError) || error instanceof KestraTooOld) throw error;
      reason = error;
    }
    // A tunnel has another port each time: that is no news.
    const news = reason.what.replace(/\d+/g, "");
    if (news !== told) tell(`not yet: ${reason.what} (${reason.where})`);
    told = news;
    if (Date.now() + pause > end) {
      const { host_name, host_zone, project_id } = outputs;
      throw new UserError(
        `Kestra did not become healthy within ${Number((patienceMs / 60_000).toFixed(2))} minutes; last: ${reason.what}`,
        reason.where,
        `look at its boot: gcloud compute instances get-serial-port-output ${host_name} --zone=${host_zone} --project=${project_id}`,
      );
    }
    await sleep(pause);
  }
}

/** Starts the pipeline, or follows the run that is going on already. */
async function firstRun({ settings, tell }: UpSurroundings): Promise<void> {
  const outputs = expectedOutputs(settings);
  const { namespace } = outputs;
  await onServer(outputs, undefined, async (client) => {
    const going = (await lastRuns(client, namespace, PARENT)).find((run) => !isOver(run));
    const { id } = going ?? (await start(client, namespace, PARENT));
    tell(going ? `following the run ${id}, which is going on` : `run ${id}`);
    const { execution, outputs: given, complaints } = await followToEnd(client, id, tell);
    for (const { level, taskId, message } of complaints) tell(`${level} ${taskId ?? PARENT}: ${message}`);
    for (const [name, value] of Object.entries(given)) tell(`${name}: ${value}`);
    const code = exitCodeOf(execution);
    if (code === 0) return;
    throw new UserError(
      `${PARENT} ended ${execution.state.current}${given["reason"] ? `: ${given["reason"]}` : ""}`,
      `run ${id}`,
      "mend what its messages name",
      code,
    );
  });
}
