import { App } from "cdktf";
import { loadSettings } from "./config";
import { UserError } from "./errors";
import { addStacks } from "./stacks/app";

/** Writes the Terraform JSON of every stack below `cdktf.out`, and tells what the stacks have to say. */
function main(): void {
  const settings = loadSettings();
  const app = new App({ stackTraces: false });
  addStacks(app, settings);
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
  main();
} catch (error) {
  console.error(linesOf(error));
  process.exitCode = 1;
}
