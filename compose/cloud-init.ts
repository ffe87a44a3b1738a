import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { dump } from "js-yaml";
import { UserError } from "../errors";
import { dbtImage, type DbtImage } from "./dbt-image";
import { vm, vmHome, type HomeSettings } from "./homes";
import { checkPostgresVersion, kestraStack } from "./kestra";
import { logLines } from "./log-lines";
import { dockerKey, dockerPackages } from "./versions";
import { composeYaml } from "./yaml";

/** What the VM must know at boot. No secret is among it, only the secrets' names. */
export interface BootSettings extends HomeSettings {
  readonly projectId: string;
  /** @see checkPostgresVersion */
  readonly postgresMigrateFrom?: string | undefined;
  /** Device name under which the data disk is attached. */
  readonly dataDisk: string;
  /** Secret ids in Secret Manager. */
  readonly secrets: {
    readonly adminPassword: string;
    readonly databasePassword: string;
    readonly encryptionKey: string;
    /** Name for `secret()` in flows -> secret id. */
    readonly flows: Readonly<Record<string, string>>;
  };
}

/** The boot configuration of the VM, ready for its metadata. */
export interface Boot {
  /** Document for cloud-init, `user-data` in the metadata. */
  readonly userData: string;
  /** `startup-script` in the metadata: brings cloud-init where the image lacks it. */
  readonly startupScript: string;
  /** Changes with anything above. */
  readonly hash: string;
}

/** Google's limit for one metadata value. */
const metadataLimit = 256 * 1024;

const script = (name: string): string => readFileSync(join(__dirname, "boot", name), "utf8");

/** The steps of every boot, in order. */
const steps = ["install-docker.sh", "mount-disk.sh", "secrets.sh", "migrate-postgres.sh", "start.sh"];

const unit = (lines: readonly string[]): string => lines.join("\n") + "\n";

const services: Readonly<Record<string, string>> = {
  "crime.service": unit([
    "[Unit]",
    "Description=Kestra and its database",
    "Wants=network-online.target",
    // Also the order of stopping, backwards: the containers before their daemon.
    "After=network-online.target docker.service",
    // A daemon that starts again leaves containers down that restart only on failure.
    "PartOf=docker.service",
    "StartLimitIntervalSec=0",
    "[Service]",
    "Type=oneshot",
    "RemainAfterExit=yes",
    ...steps.slice(0, -1).map((step) => `ExecStartPre=${vm.app}/boot/${step}`),
    `ExecStart=${vm.app}/boot/${steps.at(-1)}`,
    `ExecStop=/usr/bin/docker compose --project-directory ${vm.app} stop`,
    "TimeoutStartSec=30min",
    "TimeoutStopSec=80",
    "Restart=on-failure",
    "RestartSec=60",
    "[Install]",
    "WantedBy=multi-user.target",
  ]),
  "crime-disk.service": unit([
    "[Unit]",
    `Description=Print a ${logLines.disk} line`,
    "After=crime.service",
    "[Service]",
    "Type=oneshot",
    `ExecStart=${vm.app}/boot/disk-usage.sh`,
  ]),
  "crime-disk.timer": unit([
    "[Unit]",
    "Description=Disk use, once an hour",
    "[Timer]",
    "OnBootSec=15min",
    "OnUnitActiveSec=1h",
    "[Install]",
    "WantedBy=timers.target",
  ]),
};

/** `NAME='value'` lines for the boot scripts. */
function bootEnvironment(settings: BootSettings, image: string): string {
  const { secrets } = settings;
  const values = {
    PROJECT_ID: settings.projectId,
    DATA_DEVICE: `/dev/disk/by-id/google-${settings.dataDisk}`,
    DATA_LABEL: "crime-data",
    DATA_DIR: vm.data,
    APP_DIR: vm.app,
    SECRETS_DIR: vm.secrets,
    DBT_IMAGE: image,
    POSTGRES_VERSION: settings.postgresVersion,
    POSTGRES_MIGRATE_FROM: settings.postgresMigrateFrom ?? "",
    SECRET_ADMIN_PASSWORD: secrets.adminPassword,
    SECRET_DATABASE_PASSWORD: secrets.databasePassword,
    SECRET_ENCRYPTION_KEY: secrets.encryptionKey,
    FLOW_SECRETS: Object.entries(secrets.flows)
      .map(([name, id]) => `${name}=${id}`)
      .join(" "),
    DOCKER_PACKAGES: dockerPackages.join(" "),
    DOCKER_KEY: dockerKey,
    KEYRINGS: "/etc/apt/keyrings",
    APT_SOURCES: "/etc/apt/sources.list.d",
  };
  return Object.entries(values)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join("");
}

/**
 * The whole boot configuration of the VM, from files of this checkout and the settings.
 *
 * @param dbt the dbt image, when another than this checkout's is meant
 * @throws UserError when PostgreSQL could not read the disk, or when the document outgrows Google's limit
 */
export function renderBoot(settings: BootSettings, dbt: DbtImage = dbtImage()): Boot {
  checkPostgresVersion(settings.postgresVersion, settings.postgresMigrateFrom);
  const home = vmHome(settings, dbt.name);
  const file = (path: string, content: string, permissions = "0644") => ({ path, permissions, content });
  const document = {
    package_update: true,
    packages: ["ca-certificates", "curl", "gnupg", "jq"],
    write_files: [
      file("/etc/crime/boot.env", bootEnvironment(settings, dbt.name)),
      file(`${vm.app}/compose.yaml`, composeYaml(kestraStack(home))),
      ...Object.entries(dbt.files).map(([name, content]) => file(`${home.dbt.build}/${name}`, content)),
      ...[...steps, "disk-usage.sh"].map((name) => file(`${vm.app}/boot/${name}`, script(name), "0755")),
      ...Object.entries(services).map(([name, content]) => file(`/etc/systemd/system/${name}`, content)),
    ],
    runcmd: [
      ["systemctl", "daemon-reload"],
      ["systemctl", "enable", "--now", "crime-disk.timer"],
      ["systemctl", "enable", "--now", "--no-block", "crime.service"],
    ],
  };
  const userData = `#cloud-config\n${dump(document, { lineWidth: -1, noRefs: true })}`;
  if (Buffer.byteLength(userData) > metadataLimit) {
    throw new UserError(
      `the boot configuration has ${Buffer.byteLength(userData)} bytes, the metadata server takes ${metadataLimit}`,
      "requirements-bigquery.txt",
      "shorten the pinned requirements of the dbt image",
    );
  }
  const startupScript = script("bring-cloud-init.sh");
  const hash = createHash("sha256").update(userData).update(startupScript).digest("hex");
  return { userData, startupScript, hash };
}
