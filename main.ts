import { App } from "cdktf";
import { loadSettings } from "./config";
import { UserError } from "./errors";
import { addStacks } from "./stacks/app";

/** Writes the Terraform JSON of every stack below `cdktf.out`. */
function main(): void {
  const app = new App({ stackTraces: false });
  addStacks(app, loadSettings());
  app.synth();
}

try {
  main();
} catch (error) {
  if (!(error instanceof UserError) && !isPolicyFault(error)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

/** A broken rule is the user's to mend, too: its message says all, a stack trace says nothing. */
function isPolicyFault(error: unknown): error is Error {
  return error instanceof Error && error.message.startsWith("Encountered Annotations");
}
