import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { Annotations, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { LaptopKestra } from "../compose/laptop";
import { LocalKestra } from "../constructs/local-kestra";
import { declareTerraform } from "./crime-stack";

/** Kestra on this machine's own Docker. Synthesized only when asked for, since planning it needs the daemon. */
export class CrimeLocal extends TerraformStack {
  constructor(scope: Construct, adminEmail: string, laptop: LaptopKestra) {
    super(scope, "crime-local");
    declareTerraform(this);
    new DockerProvider(this, "Docker", {});
    const kestra = new LocalKestra(this, "Kestra", { stack: laptop.stack });
    if (laptop.credentials === undefined) {
      Annotations.of(this).addWarning(
        "no application-default credentials: Google tasks will fail until `gcloud auth application-default login` and another synth",
      );
    }
    for (const [name, value, description] of [
      ["url", kestra.url, "Address of Kestra"],
      ["admin_email", adminEmail, "Login name"],
      ["admin_password_file", laptop.adminPasswordFile, "File that holds the password"],
    ] as const) {
      new TerraformOutput(this, name, { value, description }).overrideLogicalId(name);
    }
  }
}
