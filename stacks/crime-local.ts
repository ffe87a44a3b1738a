import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { Annotations, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { prepareLaptop } from "../compose/laptop";
import type { Settings } from "../config";
import { LocalKestra } from "../constructs/local-kestra";
import { declareState } from "./crime-stack";

/** Kestra on this machine's own Docker. Synthesized only when asked for, since planning it needs the daemon. */
export class CrimeLocal extends TerraformStack {
  /** @param folder absolute folder of the generated files */
  constructor(scope: Construct, settings: Settings, folder: string) {
    super(scope, "crime-local");
    declareState(this);
    const { stack, credentials } = prepareLaptop(folder, settings);
    new DockerProvider(this, "Docker", {});
    const kestra = new LocalKestra(this, "Kestra", { stack });
    if (credentials === undefined) {
      Annotations.of(this).addWarning(
        "no application-default credentials: Google tasks will fail until `gcloud auth application-default login` and another synth",
      );
    }
    new TerraformOutput(this, "url", {
      value: kestra.url,
      description: "Address of Kestra",
    }).overrideLogicalId("url");
  }
}
