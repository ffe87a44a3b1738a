import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { GoogleProvider } from "@cdktf/provider-google/lib/provider";
import { Aspects, GcsBackend, LocalBackend, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { Labels } from "../constructs/labels";
import { allPolicies } from "../constructs/policies";
import { Policies } from "../constructs/policies/policy";
import { ProjectServices } from "../constructs/project-services";
import type { Settings } from "../config";
import { namesOf, type CloudStackName, type Names } from "./names";
import { oldestTerraform, servicesOf } from "./needs";
import { descriptionOf, outputsOf } from "./outputs";

/**
 * Where a stack keeps its state, and with which Terraform it works.
 *
 * The state is in the state bucket, else in a folder of its own: neither cleaning the output folder nor removing a laptop
 * run's data may lose it. The path starts at the stack's folder. The version stands in a file of its own, since checkov
 * gives up on a stack whose `terraform` block in JSON holds a plain value.
 */
export function declareTerraform(stack: TerraformStack, stateBucket?: string): void {
  if (stateBucket) new GcsBackend(stack, { bucket: stateBucket, prefix: stack.node.id });
  else new LocalBackend(stack, { path: `../../../terraform-state/${stack.node.id}.tfstate` });
  const { synthesizer } = stack;
  stack.synthesizer = {
    synthesize(session) {
      synthesizer.synthesize(session);
      const folder = join(session.outdir, session.manifest.forStack(stack).workingDirectory);
      writeFileSync(
        join(folder, "versions.tf"),
        `terraform {\n  required_version = ">= ${oldestTerraform}"\n}\n`,
      );
    },
  };
}

/** What every stack in Google Cloud has in common. */
export abstract class CrimeStack extends TerraformStack {
  protected readonly names: Names;

  protected constructor(scope: Construct, id: CloudStackName, settings: Settings) {
    super(scope, id);
    const { projectId: project, location, zone } = settings;
    this.names = namesOf(settings);
    declareTerraform(this, settings.stateBucket);
    const services = servicesOf(settings)[id];
    new GoogleProvider(this, "Google", {
      project,
      region: location,
      zone,
      // Budgets belong to no project: their API wants to be told whose quota a call is counted against.
      ...(services.includes("billingbudgets") && { billingProject: project, userProjectOverride: true }),
    });
    new ProjectServices(this, "Services", { project, services });
    for (const [name, value] of Object.entries(outputsOf(settings)[id])) {
      new TerraformOutput(this, name, { value, description: descriptionOf(id, name) }).overrideLogicalId(
        name,
      );
    }
    Aspects.of(this).add(new Labels({ app: "toronto-crime-pipeline", stack: id }));
    Aspects.of(this).add(new Policies(allPolicies(location)));
  }
}
