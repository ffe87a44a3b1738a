import { resolve } from "node:path";
import { App } from "cdktf";
import { prepareLaptop } from "./compose/laptop";
import { loadSettings } from "./config";
import { UserError } from "./errors";
import { addStacks } from "./stacks/app";
import { CrimeLocal } from "./stacks/crime-local";

/**
 * Writes the Terraform JSON of the stacks below `cdktf.out`, and tells what the stacks have to say. `crime-local` needs
 * the laptop's files, too.
 *
 * @param named stacks by name; without any, those that the settings ask for
 */
function main(named: readonly string[]): void {
  const settings = loadSettings({ ...process.env, ...(named.length > 0 && { CRIME_STACKS: named.join() }) });
  const app = new App({ stackTraces: false });
  addStacks(app, settings);
  if (settings.stacks.includes("crime-local"))
    new CrimeLocal(app, settings.adminEmail, prepareLaptop(resolve(".data/kestra"), settings));
  app.synth();
  for (const { annotations } of Object.values(app.manifest.stacks)) {
    for (const { constructPath, message } of annotations) console.error(`[${constructPath}] ${message}`);
  }
}

/** The lines a person can act on: a fault in the settings, or each broken rule with its construct's path. */
function linesOf(error: unknown): string {
  if (error instanceof UserError) return error.message;
  const broken = error instanceof Error ? error.message.match(/^\[.+$/gm) : null;
  if (!broken) throw error;
  return broken.join("\n");
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(linesOf(error));
  process.exitCode = 1;
}
