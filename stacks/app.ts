import type { App, TerraformStack } from "cdktf";
import type { Settings } from "../config";
import { UserError } from "../errors";
import { CrimeData } from "./crime-data";
import { CrimeDelivery } from "./crime-delivery";
import { CrimeOrchestrator } from "./crime-orchestrator";

/**
 * Puts the stacks in Google Cloud into the app that the settings ask for: all, or those that are named.
 *
 * The order of applying is stated, since names that follow from settings leave no references to infer it from.
 *
 * @throws UserError when the delivery stack is named without a repository
 */
export function addStacks(app: App, settings: Settings): void {
  const { stacks, githubRepository } = settings;
  const wanted = (name: string): boolean => !stacks.length || stacks.includes(name);
  if (stacks.includes("crime-delivery") && !githubRepository) {
    throw new UserError(
      "githubRepository is missing",
      "setting githubRepository",
      "crime-delivery lets one repository act; write for example octo/toronto-crime in cdktf.json or CRIME_GITHUB_REPOSITORY",
    );
  }
  const inOrder: readonly TerraformStack[] = [
    ...(wanted("crime-data") ? [new CrimeData(app, settings)] : []),
    ...(githubRepository && wanted("crime-delivery")
      ? [new CrimeDelivery(app, { ...settings, githubRepository })]
      : []),
    ...(wanted("crime-orchestrator") ? [new CrimeOrchestrator(app, settings)] : []),
  ];
  inOrder.slice(1).forEach((stack, before) => stack.addDependency(inOrder[before]!));
}
