import { NoProject, type Settings } from "../config";
import { UserError } from "../errors";
import { oldestTerraform, servicesOf } from "../stacks/needs";
import { namesOf } from "../stacks/names";
import { cloudStacks, stepsOf } from "../stacks/steps";
import { fault, notNeeded, ok, warning, type Check, type Verdict } from "./examine";
import { askHealth } from "./kestra-server";
import { isAtLeast } from "./laptop-checks";
import { expectedOutputs } from "./outputs";
import type { Answer, Probes, Reached } from "./probes";

/** Any answer of this address shows that there is a way to Google. */
const GOOGLE = "https://cloudresourcemanager.googleapis.com/";

/** Who asks how things are does not want to wait for a tunnel that does not open. */
const TUNNEL_MS = 8000;

/** Name of the check of Kestra itself. */
export const KESTRA = "Kestra";

/**
 * What a deployment to Google Cloud needs.
 *
 * @param settings the settings, or why they cannot be read
 * @param askKestra asks the server for its version; throws a UserError with the reason why it does not answer
 */
export function cloudChecks(
  probes: Probes,
  settings: Settings | UserError,
  askKestra = (known: Settings, url: string | undefined) => askHealth(expectedOutputs(known), url, TUNNEL_MS),
): Check[] {
  const check = (what: string, needs: readonly string[], look: Check["examine"]): Check => ({
    group: "cloud",
    what,
    needs,
    examine: look,
  });
  const ofProject = (
    what: string,
    needs: readonly string[],
    look: (settings: Settings) => Promise<Verdict>,
  ): Check =>
    check(what, ["settings", ...needs], () => {
      if (settings instanceof UserError) throw settings;
      return look(settings);
    });
  const gcloud = (...args: string[]): Promise<Answer> => probes.program("gcloud", args);
  const asked = ["Google", "gcloud", "gcloud account"];
  const { KESTRA_URL: url, HTTPS_PROXY, https_proxy } = probes.environment;

  return [
    check("settings", [], () => Promise.resolve(judgeSettings(settings))),
    check("Google", [], async () =>
      HTTPS_PROXY || https_proxy
        ? notNeeded("a proxy is set (HTTPS_PROXY): gcloud shows below whether it lets through")
        : judgeGoogle(await probes.reach(GOOGLE)),
    ),
    check("Terraform", [], async () =>
      judgeTerraform(await probes.program("terraform", ["version", "-json"]), probes.platform),
    ),
    check("gcloud", [], async () => judgeGcloud(await gcloud("--version"), probes.platform)),
    check("gcloud account", ["gcloud"], async () =>
      judgeAccount(await gcloud("auth", "list", "--filter=status:ACTIVE", "--format=value(account)")),
    ),
    check("application-default credentials", ["Google", "gcloud"], async () =>
      judgeCredentials(
        await probes.program("gcloud", ["auth", "application-default", "print-access-token"], "secret"),
      ),
    ),
    ofProject("project", asked, async (known) =>
      judgeProject(
        known,
        await gcloud(
          ...["projects", "describe", known.projectId],
          "--format=value[separator=' '](projectNumber,lifecycleState)",
        ),
      ),
    ),
    ofProject("APIs", ["project"], async (known) =>
      judgeServices(
        known,
        await gcloud(
          ...["services", "list", "--enabled", `--project=${known.projectId}`],
          "--format=value(config.name)",
        ),
      ),
    ),
    ofProject("state bucket", ["project"], async (known) => {
      if (known.stateBucket === undefined) return judgeNoBucket(known);
      const { command, unless = [] } = stepsOf("bootstrap", known)[0]!;
      return judgeBucket(known.stateBucket, await probes.program(command, unless));
    }),
    ofProject(KESTRA, url ? [] : ["project"], async (known) => {
      if (url) return judgeKestra(await versionOf(askKestra, known, url));
      const machine = await gcloud(
        ...["compute", "instances", "list", `--filter=name=${namesOf(known).host}`],
        ...[`--zones=${known.zone}`, `--project=${known.projectId}`, "--format=value(status)"],
      );
      return judgeMachine(known, machine) ?? judgeKestra(await versionOf(askKestra, known, undefined));
    }),
  ];
}

async function versionOf(
  ask: (settings: Settings, url: string | undefined) => Promise<string>,
  settings: Settings,
  url: string | undefined,
): Promise<string | UserError> {
  try {
    return await ask(settings, url);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

function judgeSettings(settings: Settings | UserError): Verdict {
  if (!(settings instanceof UserError)) {
    const { projectId, zone } = settings;
    return ok(`project ${projectId}, zone ${zone}`);
  }
  const fix = settings instanceof NoProject ? "cp .env.example .env" : settings.hint;
  return fault(`${settings.what} (${settings.where})`, fix);
}

const judgeGoogle = (reached: Reached): Verdict =>
  "status" in reached
    ? ok("Google's APIs answer")
    : fault(`Google's APIs cannot be reached: ${reached.reason}`, `curl -sS -o /dev/null ${GOOGLE}`);

/** The verdict on a program that gave no answer of its own; `undefined` when it did. */
function withoutAnswer(command: string, answer: Answer, install: string): Verdict | undefined {
  if (answer.kind === "missing") return fault("not found", install);
  if (answer.kind === "late") return fault(`${command} gave no answer within ${answer.seconds} s`);
  return undefined;
}

function judgeTerraform(answer: Answer, platform: string): Verdict {
  const install =
    platform === "darwin"
      ? "brew install hashicorp/tap/terraform"
      : "https://developer.hashicorp.com/terraform/install";
  const nothing = withoutAnswer("terraform", answer, install);
  if (nothing || answer.kind !== "ended") return nothing!;
  const version = /"terraform_version":\s*"([^"]+)"/.exec(answer.lines.join("\n"))?.[1];
  if (version === undefined) return fault(`terraform tells no version: ${answer.said}`, install);
  return isAtLeast(version, oldestTerraform)
    ? ok(version)
    : fault(`${version} is too old: ${oldestTerraform} or newer is needed`, install);
}

function judgeGcloud(answer: Answer, platform: string): Verdict {
  const install =
    platform === "darwin"
      ? "brew install --cask google-cloud-sdk"
      : "https://cloud.google.com/sdk/docs/install";
  const nothing = withoutAnswer("gcloud", answer, install);
  if (nothing || answer.kind !== "ended") return nothing!;
  return answer.code === 0
    ? ok(answer.lines[0] ?? "there")
    : fault(`gcloud does not work: ${answer.said}`, install);
}

const failed = (answer: Answer): string =>
  answer.kind === "ended"
    ? answer.said
    : answer.kind === "late"
      ? `no answer within ${answer.seconds} s`
      : "gcloud was not found";

const isGood = (answer: Answer): answer is Extract<Answer, { kind: "ended" }> =>
  answer.kind === "ended" && answer.code === 0;

function judgeAccount(answer: Answer): Verdict {
  const account = isGood(answer) ? answer.lines[0] : undefined;
  if (account !== undefined) return ok(account);
  return fault(isGood(answer) ? "nobody is logged in" : failed(answer), "gcloud auth login");
}

const judgeCredentials = (answer: Answer): Verdict =>
  isGood(answer)
    ? ok("they give a token")
    : fault(`Terraform has none: ${failed(answer)}`, "gcloud auth application-default login");

function judgeProject({ projectId, projectNumber }: Settings, answer: Answer): Verdict {
  if (!isGood(answer)) {
    return fault(`${projectId}: ${failed(answer)}`, `gcloud projects describe ${projectId}`);
  }
  const [number = "", state = ""] = (answer.lines[0] ?? "").split(/\s+/);
  if (state !== "ACTIVE") {
    return fault(`${projectId} is ${state || "not active"}`, `gcloud projects undelete ${projectId}`);
  }
  return number === projectNumber
    ? ok(`${projectId}, number ${number}`)
    : fault(
        `${projectId} has the number ${number}, the settings say ${projectNumber}`,
        `echo CRIME_PROJECT_NUMBER=${number} >> .env`,
      );
}

function judgeServices(settings: Settings, answer: Answer): Verdict {
  if (!isGood(answer)) {
    return fault(failed(answer), `gcloud services enable serviceusage --project=${settings.projectId}`);
  }
  const needed = cloudStacks(settings).flatMap((stack) => servicesOf(settings)[stack]);
  const off = needed
    .map((name) => `${name}.googleapis.com`)
    .filter((service) => !answer.lines.includes(service));
  if (off.length === 0) return ok(`all ${needed.length} are on`);
  return warning(
    `off: ${off.map((service) => service.split(".")[0]).join(", ")}; a deployment switches them on`,
    `gcloud services enable ${off.join(" ")} --project=${settings.projectId}`,
  );
}

const judgeNoBucket = ({ projectId }: Settings): Verdict =>
  warning(
    "none is set: Terraform's states are on this machine alone, in terraform-state",
    `echo CRIME_STATE_BUCKET=${projectId}-state >> .env && npm run bootstrap`,
  );

function judgeBucket(bucket: string, answer: Answer): Verdict {
  if (isGood(answer)) return ok(`gs://${bucket}`);
  const reason = failed(answer);
  return /not found|404/i.test(reason)
    ? warning(`gs://${bucket} is not there yet; crime up makes it`, "npm run bootstrap")
    : fault(
        `gs://${bucket}: ${reason}`,
        "choose a name of your own for CRIME_STATE_BUCKET, or ask for access",
      );
}

/** The verdict when there is no running VM to ask; `undefined` when there is one. */
function judgeMachine(settings: Settings, answer: Answer): Verdict | undefined {
  const { host } = namesOf(settings);
  const status = isGood(answer) ? (answer.lines[0] ?? "") : undefined;
  const isOff = /not enabled|has not been used|SERVICE_DISABLED/.test(isGood(answer) ? "" : failed(answer));
  if (status === "" || isOff) return notNeeded(`the VM ${host} is not deployed yet`, "npx crime up");
  if (status === undefined) return fault(`the VM ${host} cannot be asked for: ${failed(answer)}`);
  if (status === "RUNNING") return undefined;
  const start = `gcloud compute instances start ${host} --zone=${settings.zone} --project=${settings.projectId}`;
  return warning(
    `the VM ${host} is ${status}${settings.schedule === "weekly" ? "; by its weekly hours it may" : ""}`,
    start,
  );
}

const judgeKestra = (version: string | UserError): Verdict =>
  version instanceof UserError
    ? fault(`${version.what} (${version.where})`, version.hint)
    : ok(`${version} answers`);
