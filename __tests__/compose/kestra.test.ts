import { load } from "js-yaml";
import { laptopHome, vmHome } from "../../compose/homes";
import { checkPostgresVersion, kestraStack, type Home } from "../../compose/kestra";
import { LocalKestra } from "../../constructs/local-kestra";
import type { Service } from "../../compose/service";
import { composeYaml } from "../../compose/yaml";
import { synthesize } from "../support/stack";

const settings = { adminEmail: "admin@example.com", postgresVersion: "17.7" };
const onVm = vmHome(settings, "crime-dbt:1");
const onLaptop = laptopHome(settings, "crime-dbt:1", "/home/ada/kestra");
const services = (home: Home) => kestraStack(home).services as Record<string, Service>;

interface Configuration {
  datasources: { postgres: object };
  kestra: Record<string, unknown> & { server: object };
}
const configuration = (home: Home) =>
  load(services(home)["kestra"]!.environment!["KESTRA_CONFIGURATION"]!) as Configuration;

describe("Kestra's configuration", () => {
  const { datasources, kestra } = configuration(onVm);

  test("nobody can take over the setup page: a login is set before the first start", () => {
    expect(kestra.server).toEqual({ "basic-auth": { username: "admin@example.com" } });
    expect(services(onVm)["kestra"]!.entrypoint!.join(" ")).toContain(". /run/secrets/crime/kestra.env");
  });

  test("no password stands in it", () => {
    expect(JSON.stringify(kestraStack(onVm))).not.toMatch(
      /password["']?\s*[:=]\s*["']?(?!s\/crime)[A-Za-z0-9]/i,
    );
    expect(Object.keys(datasources.postgres)).toEqual(["url", "driver-class-name", "username"]);
  });

  test("no usage is reported, no tutorial is loaded", () => {
    expect(kestra["anonymous-usage-report"]).toEqual({ enabled: false });
    expect(kestra["tutorial-flows"]).toEqual({ enabled: false });
  });

  test("http tasks cannot ask the metadata server", () => {
    expect(kestra["tasks"]).toMatchObject({
      http: { "denied-list": ["http://169.254.169.254", "http://metadata.google.internal"] },
    });
  });

  test("of missed schedules only the last one runs", () => {
    expect(kestra["plugins"]).toEqual({
      configurations: [
        { type: "io.kestra.plugin.core.trigger.Schedule", values: { recoverMissedSchedules: "LAST" } },
      ],
    });
  });

  test("Kestra's own files are on the data disk, never in the lake", () => {
    expect(kestra["storage"]).toEqual({ type: "local", local: { "base-path": "/app/storage" } });
    expect(services(onVm)["kestra"]!.mounts).toContainEqual({
      source: "/srv/crime/kestra",
      target: "/app/storage",
    });
  });

  test.each([onVm, onLaptop])("the task folder has the same path inside and outside", (home) => {
    expect(configuration(home).kestra["tasks"]).toMatchObject({ "tmp-dir": { path: home.taskFolder } });
    expect(services(home)["kestra"]!.mounts).toContainEqual({
      source: home.taskFolder,
      target: home.taskFolder,
    });
  });
});

describe("the containers", () => {
  test("every image is pinned by an exact tag", () => {
    for (const { image } of Object.values(services(onVm)))
      expect(image).toMatch(/^[\w/.-]+:(v?\d+\.\d+(\.\d+)?(-\w+)?|\d)$/);
  });

  test("each has a memory limit, and together they leave room on an 8 GB machine", () => {
    const limits = Object.values(services(onVm)).map(({ memoryMb }) => memoryMb);
    expect(limits.every((limit) => limit > 0)).toBe(true);
    expect(limits.reduce((sum, limit) => sum + limit, 0)).toBeLessThan(7000);
  });

  test("those that run have a health check, and Kestra waits for both others", () => {
    for (const service of Object.values(services(onVm))) {
      expect(service.onlyBuilt ?? service.health !== undefined).toBe(true);
    }
    expect(services(onVm)["kestra"]!.after).toEqual(["postgres", "socket-proxy"]);
    expect(services(onVm)["kestra"]!.health!.startSeconds).toBeGreaterThanOrEqual(90);
  });

  test("only Kestra's port is published, never its management port", () => {
    const published = Object.values(services(onVm)).flatMap(({ publish }) => publish ?? []);
    expect(published).toEqual([{ address: "0.0.0.0", port: 8080, target: 8080 }]);
    expect(services(onLaptop)["kestra"]!.publish!.address).toBe("127.0.0.1");
    expect(JSON.stringify(kestraStack(onVm))).not.toContain("8081");
  });

  test("Docker's socket is in the filter's hands only, on a network of its own", () => {
    const holders = Object.entries(services(onVm)).filter(([, { mounts = [] }]) =>
      mounts.some(({ source }) => source.endsWith("docker.sock")),
    );
    expect(holders.map(([name]) => name)).toEqual(["socket-proxy"]);
    expect(services(onVm)["socket-proxy"]!.networks).toEqual(["control"]);
    expect(kestraStack(onVm).networks["control"]).toEqual({ internal: true });
  });

  const allowed = (method: string, path: string): boolean =>
    services(onVm)
      ["socket-proxy"]!.command!.flatMap((argument) => argument.split(`-allow${method}=`)[1] ?? [])
      .some((pattern) => new RegExp(`^${pattern}$`).test(path));

  test.each([
    ["GET", "/version", true],
    ["GET", "/v1.44/images/kestra/dbt:1/json", true],
    ["POST", "/v1.44/containers/create", true],
    ["POST", "/containers/abc/start", true],
    ["PUT", "/v1.44/containers/abc/archive", true],
    ["DELETE", "/v1.44/volumes/abc", true],
    ["POST", "/v1.44/containers/abc/exec", false],
    ["POST", "/v1.44/build", false],
    ["POST", "/v1.44/images/prune", false],
    ["POST", "/v1.44/networks/create", false],
    ["DELETE", "/v1.44/images/postgres", false],
    ["GET", "/v1.44/secrets", false],
    ["GET", "/v1.44/containers/abc/top", false],
  ])("the filter: %s %s -> %s", (method, path, answer) => {
    expect(allowed(method, path)).toBe(answer);
  });

  test("the filter lets a container bind the task folder and nothing else of the host", () => {
    expect(services(onVm)["socket-proxy"]!.command).toContain("-allowbindmountfrom=/srv/crime/tasks");
  });

  test("the user's own Google login is mounted read-only where there is one", () => {
    const home = laptopHome(settings, "crime-dbt:1", "/k", "/home/ada/adc.json");
    const kestra = services(home)["kestra"]!;
    const inside = kestra.environment!["GOOGLE_APPLICATION_CREDENTIALS"];
    expect(kestra.mounts).toContainEqual({ source: "/home/ada/adc.json", target: inside, readOnly: true });
    expect(services(home)["socket-proxy"]!.command).toContain(
      "-allowbindmountfrom=/k/tasks,/home/ada/adc.json",
    );
    expect(services(onLaptop)["kestra"]!.environment).not.toHaveProperty("GOOGLE_APPLICATION_CREDENTIALS");
  });

  test("PostgreSQL's folder is where its major version wants it", () => {
    const folderOf = (postgresVersion: string) =>
      services(vmHome({ ...settings, postgresVersion }, "d:1"))["postgres"]!.mounts![0];
    expect(folderOf("17.7")).toEqual({
      source: "/srv/crime/postgres/17",
      target: "/var/lib/postgresql/data",
    });
    expect(folderOf("18.1")).toEqual({ source: "/srv/crime/postgres/18", target: "/var/lib/postgresql" });
  });
});

describe("another PostgreSQL", () => {
  test.each([
    ["17.7", undefined],
    ["17.9", undefined],
    ["18.1", "17.7"],
  ])("%s from %s is fine", (version, from) => {
    expect(() => checkPostgresVersion(version, from)).not.toThrow();
  });

  test.each([
    ["18.1", undefined, "stay with 17.x, or set postgresMigrateFrom"],
    ["16.4", undefined, "stay with 17.x"],
    ["17.7", "17.6", "must be an older major version"],
    ["16.4", "17.7", "must be an older major version"],
  ])("%s from %s is refused", (version, from, hint) => {
    expect(() => checkPostgresVersion(version, from)).toThrow(hint);
  });
});

describe("one source, three uses", () => {
  /** What Docker would make of a service, in words that Compose and Terraform share. */
  interface Meaning {
    image: string;
    entrypoint?: unknown;
    command?: unknown;
    environment?: unknown;
    user?: unknown;
    readOnly?: unknown;
    memory: unknown;
    dropped?: unknown;
    kept?: unknown;
    ports?: unknown;
    health?: unknown;
    mounts: unknown;
    networks: unknown;
    after: unknown;
  }

  type Yaml = Record<string, never> & { services: Record<string, Record<string, unknown>> };

  function fromCompose(home: Home): Record<string, Meaning> {
    const file = load(composeYaml(kestraStack(home))) as Yaml;
    const undollar = (value: unknown) =>
      JSON.parse(JSON.stringify(value ?? null).replaceAll("$$", "$")) as unknown;
    return Object.fromEntries(
      Object.entries(file.services)
        .filter(([, service]) => !service["profiles"])
        .map(([name, s]) => [
          name,
          {
            image: s["image"] as string,
            entrypoint: undollar(s["entrypoint"]),
            command: undollar(s["command"]),
            environment: undollar(s["environment"]) ?? {},
            user: s["user"] ?? null,
            readOnly: s["read_only"] ?? false,
            memory: s["mem_limit"],
            dropped: s["cap_drop"] ?? null,
            kept: s["cap_add"] ?? [],
            ports: s["ports"] ?? [],
            health: s["healthcheck"],
            mounts: (s["volumes"] as Record<string, unknown>[]).map((m) => [
              m["type"],
              m["source"],
              m["target"],
              m["read_only"] ?? false,
            ]),
            networks: s["networks"],
            after: Object.keys((s["depends_on"] as object | undefined) ?? {}),
          },
        ]),
    );
  }

  function fromTerraform(home: Home): Record<string, Meaning> {
    const made = synthesize((scope) => new LocalKestra(scope, "K", { stack: kestraStack(home) }));
    const nameIn = (reference: unknown) =>
      /_(?:Image|Network|Volume)-(.+)_[0-9A-F]{8}\./.exec(String(reference))?.[1];
    const images = Object.fromEntries(
      Object.entries(kestraStack(home).services).map(([name, { image }]) => [name, image]),
    );
    return Object.fromEntries(
      made.all("docker_container").map((c) => {
        const health = c["healthcheck"] as Record<string, unknown>;
        const caps = c["capabilities"] as { add: string[]; drop: string[] } | undefined;
        return [
          String(c["name"]).replace("crime-", ""),
          {
            image: images[nameIn(c["image"])!]!,
            entrypoint: c["entrypoint"] ?? null,
            command: c["command"] ?? null,
            environment: Object.fromEntries<string>(
              ((c["env"] as string[] | undefined) ?? []).map((line) => [
                line.slice(0, line.indexOf("=")),
                line.slice(line.indexOf("=") + 1),
              ]),
            ),
            user: c["user"] ?? null,
            readOnly: c["read_only"] ?? false,
            memory: `${String(c["memory"])}m`,
            dropped: caps?.drop ?? null,
            kept: caps?.add ?? [],
            ports: ((c["ports"] as Record<string, unknown>[] | undefined) ?? []).map(
              (p) => `${String(p["ip"])}:${String(p["external"])}:${String(p["internal"])}`,
            ),
            health: {
              test: health["test"],
              interval: health["interval"],
              timeout: health["timeout"],
              retries: health["retries"],
              start_period: health["start_period"],
            },
            mounts: (c["mounts"] as Record<string, unknown>[]).map((m) => [
              m["type"],
              nameIn(m["source"]) ?? m["source"],
              m["target"],
              m["read_only"],
            ]),
            networks: (c["networks_advanced"] as Record<string, unknown>[]).map((n) => nameIn(n["name"])),
            after: ((c["depends_on"] as string[] | undefined) ?? []).map(
              (address) => /_(.+)_[0-9A-F]{8}$/.exec(address.split(".")[1]!)![1],
            ),
          },
        ];
      }),
    );
  }

  test("crime-local runs what `docker compose up` runs on a laptop", () => {
    expect(fromTerraform(onLaptop)).toEqual(fromCompose(onLaptop));
  });

  test("the VM differs from the laptop in its places, its address and its logs, and in nothing else", () => {
    const asLaptop: Home = {
      ...onVm,
      database: onLaptop.database,
      storage: onLaptop.storage,
      taskFolder: onLaptop.taskFolder,
      secrets: onLaptop.secrets,
      address: onLaptop.address,
      logging: onLaptop.logging,
      dbt: onLaptop.dbt,
    };
    expect(composeYaml(kestraStack(asLaptop))).toBe(composeYaml(kestraStack(onLaptop)));
    expect(Object.keys(fromCompose(onVm))).toEqual(Object.keys(fromCompose(onLaptop)));
  });
});

test("after a reboot nothing starts, and no folder is made, before the data disk is mounted", () => {
  const file = load(composeYaml(kestraStack(onVm))) as {
    services: Record<string, { restart: string; volumes?: { type: string; bind?: object }[] }>;
  };
  for (const { restart, volumes = [] } of Object.values(file.services)) {
    expect(["on-failure", "no"]).toContain(restart);
    for (const volume of volumes) expect(volume.bind).toEqual({ create_host_path: false });
  }
});

test("a dollar in a service is a dollar for Compose", () => {
  const { services: file } = load(
    composeYaml({
      ...kestraStack(onVm),
      services: {
        one: {
          image: "i:1",
          memoryMb: 1,
          networks: [],
          command: ["$A"],
          entrypoint: ["${B}"],
          environment: { C: "$D" },
        },
      },
    }),
  ) as { services: Record<string, unknown> };
  expect(file["one"]).toMatchObject({ command: ["$$A"], entrypoint: ["$${B}"], environment: { C: "$$D" } });
});
