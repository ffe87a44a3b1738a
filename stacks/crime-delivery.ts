import type { Construct } from "constructs";
import type { Settings } from "../config";
import { GithubFederation } from "../constructs/github-federation";
import { CrimeStack } from "./crime-stack";

/** What lets the workflows of one repository plan and apply. */
export class CrimeDelivery extends CrimeStack {
  constructor(scope: Construct, settings: Settings & { readonly githubRepository: string }) {
    super(scope, "crime-delivery", settings);
    const {
      projectId: project,
      projectNumber,
      githubRepository,
      githubRepositoryId,
      githubEnvironment,
      stateBucket,
    } = settings;
    new GithubFederation(this, "Github", {
      project,
      projectNumber,
      repository: githubRepository,
      ...(githubRepositoryId && { repositoryId: githubRepositoryId }),
      environment: githubEnvironment,
      machineAccount: this.names.pipelineAccount,
      adminPasswordSecret: this.names.secrets.adminPassword,
      ...(stateBucket && { stateBucket }),
    });
  }
}
