import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { dbtImage } from "./dbt-image";
import { laptopHome, type HomeSettings } from "./homes";
import { kestraStack } from "./kestra";
import type { ComposeStack } from "./service";
import { composeYaml } from "./yaml";

export interface LaptopSettings extends HomeSettings {
  /** Names for `secret()` in flows; their values come from environment variables of the same names. */
  readonly kestraSecrets: readonly string[];
}

/** A laptop's Kestra, with its files in place. */
export interface LaptopKestra {
  readonly stack: ComposeStack;
  /** File of the user's application-default credentials, when there is one. */
  readonly credentials: string | undefined;
  readonly adminPasswordFile: string;
}

/** Where `gcloud auth application-default login` leaves its file. */
export function credentialsFile(
  environment: Readonly<Record<string, string | undefined>>,
  home = homedir(),
): string | undefined {
  const file =
    environment["GOOGLE_APPLICATION_CREDENTIALS"] ??
    join(
      environment["CLOUDSDK_CONFIG"] ?? join(environment["APPDATA"] ?? join(home, ".config"), "gcloud"),
      "application_default_credentials.json",
    );
  return existsSync(file) ? file : undefined;
}

/**
 * Writes everything that Kestra on a laptop needs into a folder: `compose.yaml`, the dbt image's files, and secrets
 * that are generated once and kept. Google tasks work when the user has logged in with gcloud.
 *
 * @param folder absolute folder, made when it is missing
 */
export function prepareLaptop(
  folder: string,
  settings: LaptopSettings,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): LaptopKestra {
  const dbt = dbtImage();
  const credentials = credentialsFile(environment);
  const home = laptopHome(settings, dbt.name, folder, credentials);
  const stack = kestraStack(home);
  mkdirSync(home.taskFolder, { recursive: true });
  mkdirSync(home.dbt.build, { recursive: true });
  mkdirSync(home.secrets, { recursive: true, mode: 0o700 });
  for (const [name, content] of Object.entries(dbt.files)) writeFileSync(join(home.dbt.build, name), content);
  writeFileSync(join(folder, "compose.yaml"), composeYaml(stack));

  const kept = (name: string, make: () => string): string => {
    const file = join(home.secrets, name);
    if (!existsSync(file)) {
      // Whole or not at all: half a key would be kept for good.
      writeFileSync(`${file}.partial`, make(), { mode: 0o600 });
      renameSync(`${file}.partial`, file);
    }
    return readFileSync(file, "utf8");
  };
  const database = kept("postgres_password", () => randomBytes(24).toString("hex"));
  const admin = kept("admin_password", () => `Aa1${randomBytes(16).toString("hex")}`);
  const encryption = kept("encryption_key", () => randomBytes(32).toString("base64"));
  const flowSecrets = settings.kestraSecrets.flatMap((name) => {
    const value = environment[name];
    return value === undefined ? [] : [`SECRET_${name}='${Buffer.from(value).toString("base64")}'\n`];
  });
  writeFileSync(
    join(home.secrets, "kestra.env"),
    [
      `KESTRA_SERVER_BASIC_AUTH_PASSWORD='${admin}'\n`,
      `KESTRA_ENCRYPTION_SECRET_KEY='${encryption}'\n`,
      `DATASOURCES_POSTGRES_PASSWORD='${database}'\n`,
      ...flowSecrets,
    ].join(""),
    { mode: 0o600 },
  );
  return { stack, credentials, adminPasswordFile: join(home.secrets, "admin_password") };
}
