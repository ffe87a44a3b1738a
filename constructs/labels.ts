import { TerraformResource, type IAspect } from "cdktf";
import type { IConstruct } from "constructs";

type Labelled = TerraformResource & {
  labels?: Record<string, string>;
  labelsInput?: Record<string, string>;
  userLabels?: Record<string, string>;
  userLabelsInput?: Record<string, string>;
};

/** The argument in which a resource takes labels, when it takes any. */
export function labelArgument(resource: TerraformResource): "labels" | "userLabels" | undefined {
  return (["userLabels", "labels"] as const).find((name) => `${name}Input` in resource && name in resource);
}

/** Writes the same labels on everything that can carry some; a resource's own labels win. */
export class Labels implements IAspect {
  constructor(private readonly labels: Readonly<Record<string, string>>) {}

  visit(node: IConstruct): void {
    if (!(node instanceof TerraformResource) || node.terraformResourceType.startsWith("docker_")) return;
    const argument = labelArgument(node);
    if (!argument) return;
    const resource = node as Labelled;
    resource[argument] = { ...this.labels, ...resource[`${argument}Input`] };
  }
}
