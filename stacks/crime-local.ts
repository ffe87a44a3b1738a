import { join } from "node:path";
import { DockerProvider } from "@cdktf/provider-docker/lib/provider";
import { Annotations, TerraformOutput, TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import { prepareLaptop } from "../compose/laptop";
import type { Settings } from "../config";
import { LocalKestra } from "../constructs/local-kestra";
import { declareTerraform } from "./crime-stack";

/** Kestra on this machine's own Docker. Synthesized only when asked for, since planning it needs the daemon. */
export class CrimeLocal extends TerraformStack {
  /** @param folder absolute folder of the generated files */
  constructor(scope: Construct, settings: Settings, folder: string) {
    super(scope, "crime-local");
    declareTerraform(this);
    const { stack, credentials } = prepareLaptop(folder, settings);
    new DockerProvider(this, "Docker", {});
    const kestra = new LocalKestra(this, "Kestra", { stack });
    if (credentials === undefined) {
      Annotations.of(this).addWarning(
        "no application-default credentials: Google tasks will fail until `gcloud auth application-default login` and another synth",
      );
    }
    for (const [name, value, description] of [
      ["url", kestra.url, "Address of Kestra"],
      ["admin_email", settings.adminEmail, "Login name"],
      ["admin_password_file", join(folder, "secrets", "admin_password"), "File that holds the password"],
    ] as const) {
      new TerraformOutput(this, name, { value, description }).overrideLogicalId(name);
    }
  }
}
