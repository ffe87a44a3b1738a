import type { Home } from "./kestra";
import { majorOf } from "./kestra";

/** The values that both homes take from the settings. */
export interface HomeSettings {
  readonly adminEmail: string;
  readonly postgresVersion: string;
}

/** Folders of the VM. The boot scripts read them from their environment file. */
export const vm = {
  /** Mount point of the data disk. */
  data: "/srv/crime",
  /** Compose file and build context. */
  app: "/opt/crime",
  /** In memory: gone when the VM stops. */
  secrets: "/run/crime",
} as const;

/**
 * Kestra on the VM: data on the disk, output to Cloud Logging.
 *
 * The port is open on the VM's own address since the proxy's tunnels arrive there; the firewall lets in nobody else.
 */
export const vmHome = (settings: HomeSettings, dbtImage: string): Home => ({
  ...settings,
  database: `${vm.data}/postgres/${majorOf(settings.postgresVersion)}`,
  storage: `${vm.data}/kestra`,
  taskFolder: `${vm.data}/tasks`,
  secrets: vm.secrets,
  address: "0.0.0.0",
  logging: { driver: "gcplogs", options: {} },
  dbt: { image: dbtImage, build: `${vm.app}/images/dbt` },
});

/**
 * Kestra on the user's own Docker: named volumes, reachable from this machine only.
 *
 * @param folder absolute folder of the generated files, with `secrets/` and `images/dbt/` in it
 * @param credentials file of the user's application-default credentials, when there is one
 */
export const laptopHome = (
  settings: HomeSettings,
  dbtImage: string,
  folder: string,
  credentials?: string,
): Home => ({
  ...settings,
  database: `crime-postgres-${majorOf(settings.postgresVersion)}`,
  storage: "crime-kestra",
  taskFolder: `${folder}/tasks`,
  secrets: `${folder}/secrets`,
  address: "127.0.0.1",
  logging: { driver: "json-file", options: { "max-file": "3", "max-size": "10m" } },
  dbt: { image: dbtImage, build: `${folder}/images/dbt` },
  ...(credentials && { credentials }),
});
