import { dump } from "js-yaml";
import { UserError } from "../errors";
import type { ComposeStack, Mount } from "./service";
import { images, postgresDataMajor } from "./versions";

/** The two places where Kestra lives differ in these values and in nothing else. */
export interface Home {
  /** Where PostgreSQL keeps its data: a host folder or a named volume. */
  readonly database: string;
  /** Where Kestra keeps its own files: a host folder or a named volume. Never the lake. */
  readonly storage: string;
  /** Folder of task files; the same path inside and outside, else a task's container sees it empty. */
  readonly taskFolder: string;
  /** Host folder with `kestra.env` and `postgres_password`. */
  readonly secrets: string;
  /** Address of the host on which Kestra answers, port 8080. */
  readonly address: string;
  readonly logging: ComposeStack["logging"];
  /** Login name of the administrator. */
  readonly adminEmail: string;
  readonly postgresVersion: string;
  /** Name and build folder of the dbt image. */
  readonly dbt: { readonly image: string; readonly build: string };
  /** Application-default credentials of the user. @default the machine's own identity */
  readonly credentials?: string;
}

/** The port on which Kestra answers, and the only one that is published. */
export const kestraPort = 8080;

/** What flows state as `taskRunner.host`: Kestra reads no environment variable for it. */
export const dockerHost = "tcp://socket-proxy:2375";

const secretsFolder = "/run/secrets/crime";
const database = "kestra";

/** Docker's API as far as a script task needs it: one pattern a method, anchored by the proxy at both ends. */
const dockerCalls: Readonly<Record<string, string>> = {
  HEAD: "_ping",
  GET: "(_ping|version|info|images/.+/json|containers/json|containers/[a-zA-Z0-9_.-]+/(json|logs|archive)|volumes/[a-zA-Z0-9_.-]+)",
  POST: "(images/create|containers/create|containers/[a-zA-Z0-9_.-]+/(start|stop|kill|wait|attach)|volumes/create)",
  PUT: "containers/[a-zA-Z0-9_.-]+/archive",
  DELETE: "(containers|volumes)/[a-zA-Z0-9_.-]+",
};

/** The first number of a PostgreSQL version. */
export const majorOf = (version: string): number => Number(version.split(".")[0]);

/**
 * Refuses another major version of PostgreSQL than the disk holds, unless the migration is asked for.
 *
 * @param version the version that shall run, such as `17.7`
 * @param migrateFrom the exact version that wrote the data
 * @throws UserError when the server could not read the disk
 */
export function checkPostgresVersion(version: string, migrateFrom?: string): void {
  const from = migrateFrom === undefined ? postgresDataMajor : majorOf(migrateFrom);
  if (majorOf(version) === postgresDataMajor && migrateFrom === undefined) return;
  if (migrateFrom !== undefined && from < majorOf(version)) return;
  throw new UserError(
    `PostgreSQL ${version} cannot read data that version ${from} wrote`,
    "setting postgresVersion",
    migrateFrom === undefined
      ? `stay with ${postgresDataMajor}.x, or set postgresMigrateFrom to the exact version that runs now (such as ${postgresDataMajor}.7) for one deployment`
      : "postgresMigrateFrom must be an older major version than postgresVersion",
  );
}

/** Kestra's configuration, without any secret: those come from the environment under Micronaut's names. */
function kestraConfiguration(home: Home): string {
  return dump({
    datasources: {
      postgres: {
        url: `jdbc:postgresql://postgres:5432/${database}`,
        "driver-class-name": "org.postgresql.Driver",
        username: database,
      },
    },
    kestra: {
      url: `http://localhost:${kestraPort}/`,
      server: { "basic-auth": { username: home.adminEmail } },
      "anonymous-usage-report": { enabled: false },
      "tutorial-flows": { enabled: false },
      repository: { type: "postgres" },
      queue: { type: "postgres" },
      storage: { type: "local", local: { "base-path": "/app/storage" } },
      tasks: {
        "tmp-dir": { path: home.taskFolder },
        http: { "denied-list": ["http://169.254.169.254", "http://metadata.google.internal"] },
      },
      plugins: {
        configurations: [
          { type: "io.kestra.plugin.core.trigger.Schedule", values: { recoverMissedSchedules: "LAST" } },
        ],
      },
    },
  });
}

/**
 * Kestra, its database and the filter before Docker's socket, for one home.
 *
 * Secrets are read from files at start, so that no description of a container holds one.
 */
export function kestraStack(home: Home): ComposeStack {
  const same = (path: string): Mount => ({ source: path, target: path });
  const secrets: Mount = { source: home.secrets, target: secretsFolder, readOnly: true };
  const credentials = "/run/secrets/application_default_credentials.json";
  const mountable = [home.taskFolder, ...(home.credentials ? [home.credentials] : [])];
  return {
    name: "crime",
    networks: { kestra: { internal: false }, control: { internal: true } },
    volumes: [home.database, home.storage].filter((source) => !source.startsWith("/")),
    logging: home.logging,
    services: {
      "socket-proxy": {
        image: images.socketProxy,
        command: [
          "-loglevel=info",
          "-listenip=0.0.0.0",
          "-allowfrom=kestra",
          "-allowhealthcheck",
          `-allowbindmountfrom=${mountable.join(",")}`,
          ...Object.entries(dockerCalls).map(([method, calls]) => `-allow${method}=(/v1\\.[0-9]+)?/${calls}`),
        ],
        user: "0:0",
        capabilities: [],
        readOnly: true,
        memoryMb: 64,
        mounts: [{ source: "/var/run/docker.sock", target: "/var/run/docker.sock", readOnly: true }],
        networks: ["control"],
        health: { command: ["./healthcheck"], intervalSeconds: 10, retries: 3, startSeconds: 5 },
      },
      postgres: {
        image: `postgres:${home.postgresVersion}-bookworm`,
        environment: {
          POSTGRES_DB: database,
          POSTGRES_USER: database,
          POSTGRES_PASSWORD_FILE: `${secretsFolder}/postgres_password`,
        },
        memoryMb: 1024,
        mounts: [
          {
            source: home.database,
            target: majorOf(home.postgresVersion) < 18 ? "/var/lib/postgresql/data" : "/var/lib/postgresql",
          },
          secrets,
        ],
        networks: ["kestra"],
        health: {
          command: ["pg_isready", "-U", database, "-d", database],
          intervalSeconds: 5,
          retries: 12,
          startSeconds: 60,
        },
        stopSeconds: 60,
      },
      kestra: {
        image: images.kestra,
        entrypoint: [
          "sh",
          "-c",
          `set -a; . ${secretsFolder}/kestra.env; set +a; exec docker-entrypoint.sh server standalone`,
        ],
        environment: {
          KESTRA_CONFIGURATION: kestraConfiguration(home),
          JAVA_OPTS: "-XX:MaxRAMPercentage=60.0",
          ...(home.credentials && { GOOGLE_APPLICATION_CREDENTIALS: credentials }),
        },
        // Root because of the folders it shares with tasks, but with one capability and without Docker's socket.
        user: "root",
        capabilities: ["CAP_DAC_OVERRIDE"],
        memoryMb: 4096,
        mounts: [
          { source: home.storage, target: "/app/storage" },
          same(home.taskFolder),
          secrets,
          ...(home.credentials ? [{ source: home.credentials, target: credentials, readOnly: true }] : []),
        ],
        networks: ["kestra", "control"],
        publish: { address: home.address, port: kestraPort, target: kestraPort },
        health: {
          command: ["curl", "-fsS", `http://localhost:${kestraPort}/ping`],
          intervalSeconds: 10,
          retries: 12,
          startSeconds: 180,
        },
        after: ["postgres", "socket-proxy"],
        stopSeconds: 360,
      },
      dbt: {
        image: home.dbt.image,
        build: home.dbt.build,
        memoryMb: 1536,
        networks: ["kestra"],
        onlyBuilt: true,
      },
    },
  };
}
