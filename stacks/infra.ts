import { parseArgs } from "node:util";
import { loadSettings } from "../config";
import { UserError } from "../errors";
import { execute } from "./execute";
import { readOutputs } from "./outputs";
import { stepsOf, type InfraCommand } from "./steps";

const usage = `use: npm run COMMAND -- [STACK...] [--yes] [--without-lock] [--including-data]
  plan       show what a deployment would change
  deploy     apply every stack in order
  destroy    take down the machine and its surroundings; data and federation stay unless --including-data
  outputs    print what the deployed stacks tell, as JSON
  bootstrap  make the bucket that keeps the states (setting stateBucket)`;

const commands: readonly string[] = ["plan", "deploy", "destroy", "outputs", "bootstrap"];

/** Runs one command of the infrastructure; the standard output of `outputs` is JSON and nothing else. */
function main(argv: readonly string[]): void {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      yes: { type: "boolean" },
      "including-data": { type: "boolean" },
      "without-lock": { type: "boolean" },
    },
  });
  const [command, ...named] = positionals;
  if (command === undefined || !commands.includes(command))
    throw new UserError("no such command", command ?? "", usage);
  const local = named.length === 1 && named[0] === "crime-local";
  const settings = loadSettings(local ? { ...process.env, CRIME_STACKS: "crime-local" } : process.env);
  const steps = stepsOf(command as InfraCommand, settings, {
    stacks: named.length ? named : settings.stacks,
    yes: values.yes ?? false,
    includingData: values["including-data"] ?? false,
    withoutLock: values["without-lock"] ?? false,
  });
  const printed = execute(steps, (line) => console.error(`> ${line}`));
  if (command === "outputs") console.log(JSON.stringify(readOutputs(printed), null, 2));
}

try {
  main(process.argv.slice(2));
} catch (error) {
  const isWrongOption = (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS") ?? false;
  if (!(error instanceof UserError) && !isWrongOption) throw error;
  console.error((error as Error).message);
  process.exitCode = error instanceof UserError ? error.exitCode : 1;
}
