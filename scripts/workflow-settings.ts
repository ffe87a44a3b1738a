import { appendFileSync } from "node:fs";
import { loadSettings, settingVariables } from "../config";
import { messageOf, UserError } from "../errors";

/** Where a reader finds what to set. */
const guide = "see docs/ci.md";

/**
 * The settings of a workflow's run, from the variables of its repository.
 *
 * @param variables all of them; only those that begin with CRIME_ are ours
 * @param repository the run's own, which is the one that is believed unless another is named
 * @returns environment variables by name
 * @throws UserError when a variable is no setting, or would break the file that hands them on
 */
export function workflowSettings(
  variables: Readonly<Record<string, string>>,
  repository: string,
): Record<string, string> {
  const ours = Object.entries(variables).filter(([name]) => name.startsWith("CRIME_"));
  for (const [name, value] of ours) {
    const where = `repository variable ${name}`;
    if (!settingVariables.includes(name)) throw new UserError("there is no such setting", where, guide);
    if (/[\r\n]/.test(value)) throw new UserError("it has more than one line", where, guide);
  }
  return { CRIME_GITHUB_REPOSITORY: repository, ...Object.fromEntries(ours) };
}

/** Hands the settings on to the steps that follow, once they are known to be whole. */
function main(env: NodeJS.ProcessEnv): void {
  const { CRIME_VARIABLES: json, GITHUB_REPOSITORY: repository, GITHUB_ENV: file } = env;
  if (!json || !repository || !file) {
    throw new UserError("this is no workflow", "CRIME_VARIABLES, GITHUB_REPOSITORY, GITHUB_ENV", guide);
  }
  const variables = workflowSettings(JSON.parse(json) as Record<string, string>, repository);
  const settings = loadSettings({ ...env, ...variables });
  // A state that the machine of a run takes with it would make everything anew at the next one.
  if (settings.stateBucket === undefined) {
    throw new UserError(
      "a run needs a state that outlives it",
      "repository variable CRIME_STATE_BUCKET",
      guide,
    );
  }
  // The workflow itself needs these two, also when they stand in cdktf.json.
  const needed = { CRIME_PROJECT_ID: settings.projectId, CRIME_PROJECT_NUMBER: settings.projectNumber };
  for (const [name, value] of Object.entries({ ...variables, ...needed }))
    appendFileSync(file, `${name}=${value}\n`);
}

if (require.main === module) {
  try {
    main(process.env);
  } catch (error) {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}
