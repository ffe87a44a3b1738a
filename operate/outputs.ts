import type { Settings } from "../config";
import type { Outputs } from "../stacks/output-names";
import { outputsOf } from "../stacks/outputs";

/** What the stacks tell when they are deployed with these settings, without asking Terraform. */
export function expectedOutputs(settings: Settings): Outputs {
  const {
    "crime-data": data,
    "crime-orchestrator": orchestrator,
    "crime-delivery": delivery,
  } = outputsOf(settings);
  return { ...data, ...orchestrator, ...(settings.githubRepository !== undefined && delivery) };
}
