import { LocalKestra } from "../../constructs/local-kestra";
import { laptopHome } from "../../compose/homes";
import { kestraStack } from "../../compose/kestra";
import { synthesize } from "../support/stack";

const settings = { adminEmail: "a@example.com", postgresVersion: "17.7" };
const stack = kestraStack(laptopHome(settings, "crime-dbt:1", "/home/ada/kestra", "/home/ada/adc.json"));
const synthesized = synthesize((scope) => {
  expect(new LocalKestra(scope, "Kestra", { stack }).url).toBe("http://localhost:8080/");
});
const container = (name: string) =>
  synthesized.all("docker_container").find((found) => found["name"] === `crime-${name}`)!;

test("makes networks, volumes, pinned images and the containers that run", () => {
  expect(synthesized.counts).toEqual({
    docker_container: 3,
    docker_image: 4,
    docker_network: 2,
    docker_volume: 2,
  });
  expect(synthesized.all("docker_network").map(({ name, internal }) => [name, internal])).toEqual([
    ["crime_control", true],
    ["crime_kestra", false],
  ]);
  expect(synthesized.all("docker_volume").map(({ name }) => name)).toEqual([
    "crime-kestra",
    "crime-postgres-17",
  ]);
});

test("builds the dbt image and starts no container of it", () => {
  const [dbt, ...pulled] = synthesized.all("docker_image");
  expect(dbt).toEqual({
    name: "crime-dbt:1",
    keep_locally: true,
    build: { context: "/home/ada/kestra/images/dbt", tag: ["crime-dbt:1"] },
  });
  for (const image of pulled) expect(image).not.toHaveProperty("build");
});

test("Kestra starts after its database and the socket's filter are healthy", () => {
  expect(container("kestra")["depends_on"]).toEqual([
    expect.stringMatching(/^docker_container\.Kestra_postgres_/),
    expect.stringMatching(/^docker_container\.Kestra_socket-proxy_/),
  ]);
  for (const name of ["postgres", "socket-proxy", "kestra"]) {
    expect(container(name)).toMatchObject({
      wait: true,
      healthcheck: { test: expect.arrayContaining(["CMD"]) as unknown },
    });
  }
  expect(container("kestra")["wait_timeout"]).toBe(300);
});

test("Kestra answers on this machine only, and only it is published", () => {
  expect(container("kestra")["ports"]).toEqual([{ internal: 8080, external: 8080, ip: "127.0.0.1" }]);
  expect(container("postgres")).not.toHaveProperty("ports");
  expect(container("socket-proxy")).not.toHaveProperty("ports");
});

test("hands over limits, capabilities, mounts and environment", () => {
  expect(container("kestra")).toMatchObject({
    memory: 4096,
    user: "root",
    capabilities: { drop: ["ALL"], add: ["CAP_DAC_OVERRIDE"] },
    security_opts: ["no-new-privileges:true"],
    restart: "on-failure",
    stop_timeout: 360,
    log_driver: "json-file",
    mounts: [
      {
        type: "volume",
        source: expect.stringContaining("docker_volume") as string,
        target: "/app/storage",
        read_only: false,
      },
      { type: "bind", source: "/home/ada/kestra/tasks", target: "/home/ada/kestra/tasks", read_only: false },
      { type: "bind", source: "/home/ada/kestra/secrets", target: "/run/secrets/crime", read_only: true },
      { type: "bind", source: "/home/ada/adc.json", read_only: true },
    ],
    networks_advanced: [{ aliases: ["kestra"] }, { aliases: ["kestra"] }],
  });
  expect(container("socket-proxy")).toMatchObject({
    read_only: true,
    capabilities: { drop: ["ALL"], add: [] },
  });
  expect(container("postgres")).not.toHaveProperty("user");
});

test("text that looks like a Terraform template stays text", () => {
  const { one } = synthesize((scope) => {
    new LocalKestra(scope, "Kestra", {
      stack: {
        ...stack,
        services: {
          only: {
            image: "i:1",
            memoryMb: 1,
            networks: [],
            command: ["echo", "${HOME}"],
            environment: { A: "%{b}" },
            publish: { address: "127.0.0.1", port: 1, target: 2 },
          },
        },
      },
    });
  });
  expect(one("docker_container")).toMatchObject({
    command: ["echo", "$${HOME}"],
    env: ["A=%%{b}"],
    mounts: [],
  });
});
