import { loadSettings } from "../config";
import { execute } from "../stacks/execute";
import type { Outputs } from "../stacks/output-names";
import { readOutputs } from "../stacks/outputs";
import { stepsOf } from "../stacks/steps";

/** What the deployed stacks tell; apart from the commands, since it takes CDKTF a second to load. */
export function printedOutputs(): Outputs {
  const settings = loadSettings();
  const steps = stepsOf("outputs", settings, {
    stacks: settings.stacks,
    yes: false,
    includingData: false,
    withoutLock: false,
  });
  return readOutputs(execute(steps, () => undefined));
}
