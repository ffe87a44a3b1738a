import { existsSync } from "node:fs";
import path from "node:path";
import pc from "picocolors";
import { loadSettings, NoProject, type Settings } from "../config";
import { UserError } from "../errors";
import type * as cloud from "../operate/cloud-checks";
import { examine, isHealthy, notNeeded, type Check, type Finding, type Mark } from "../operate/examine";
import { laptopChecks } from "../operate/laptop-checks";
import { machineProbes, type Probes } from "../operate/probes";
import { load } from "./load";

const ROOT = path.join(__dirname, "..");

/** `crime doctor` */
export async function doctorCommand(flags: { readonly cloud?: true; readonly json?: true }): Promise<void> {
  const settings = settingsOrFault();
  const probes = machineProbes(ROOT);
  const checks = laptopChecks(probes);
  const findings =
    flags.cloud || isCloudMeant(settings)
      ? await examine([...checks, ...cloudChecksWith(probes, settings)])
      : [...(await examine(checks)), unjudged];
  process.exitCode = isHealthy(findings) ? 0 : 1;
  process.stdout.write(
    flags.json
      ? JSON.stringify({ ok: isHealthy(findings), findings }, null, 2) + "\n"
      : renderFindings(findings),
  );
}

/** The findings by group, a line each. */
export function renderFindings(findings: readonly Finding[]): string {
  const groups = [...new Set(findings.map(({ group }) => group))];
  const width = Math.max(...findings.map(({ what }) => what.length));
  return groups
    .map((group) => {
      const lines = findings
        .filter((finding) => finding.group === group)
        .map(({ mark, what, found, fix }) => {
          const mended = fix === undefined ? "" : ` → ${pc.bold(fix)}`;
          return `  ${paints[mark](mark.padEnd(10))}  ${what.padEnd(width)}  ${found}${mended}`;
        });
      return [pc.bold(group), ...lines].map((line) => `${line}\n`).join("");
    })
    .join("\n");
}

const paints: Readonly<Record<Mark, (text: string) => string>> = {
  ok: pc.green,
  warning: pc.yellow,
  fault: pc.red,
  "not needed": pc.dim,
};

const unjudged: Finding = {
  group: "cloud",
  what: "everything",
  ...notNeeded("not judged: there are no settings of a project", "npx crime doctor --cloud"),
};

function settingsOrFault(): Settings | UserError {
  try {
    return loadSettings(process.env, ROOT);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** A newcomer without settings is not told what a project lacks; an empty CRIME_PROJECT_ID says that there is none. */
function isCloudMeant(settings: Settings | UserError): boolean {
  if (process.env["CRIME_PROJECT_ID"] !== "" && existsSync(path.join(ROOT, ".env"))) return true;
  return settings instanceof UserError
    ? !(settings instanceof NoProject)
    : settings.stacks.join() !== "crime-local";
}

/** Apart, since it takes CDKTF a second to load. */
function cloudChecksWith(probes: Probes, settings: Settings | UserError): Check[] {
  const { cloudChecks } = load("../operate/cloud-checks") as typeof cloud;
  return cloudChecks(probes, settings);
}
