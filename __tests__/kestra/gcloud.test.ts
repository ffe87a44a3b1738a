import { chmodSync, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { loginFor, throughTunnel } from "../../kestra/gcloud";
import { crime, startCrime, temporaryFolder, writeFile } from "../support/crime";
import { outputs } from "./support";

jest.setTimeout(60_000);

const place = {
  project_id: "p-project",
  admin_email: "admin@example.com",
  admin_password_secret: "crime-admin",
};
const host = { host_name: "crime-kestra", host_zone: "z-a", project_id: "p-project", kestra_port: "8080" };
const PATH = process.env["PATH"];
afterEach(() => void (process.env["PATH"] = PATH));

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    expect(tries).toBeLessThan(200);
    await sleep(50);
  }
}

/** Puts a program called gcloud, or none, on the path. */
function gcloud(script?: string): void {
  const folder = temporaryFolder();
  if (script !== undefined) chmodSync(writeFile(folder, "gcloud", `#!/bin/sh\n${script}\n`), 0o755);
  process.env["PATH"] = script === undefined ? folder : `${folder}:${PATH}`;
}

it("takes the login from the environment", async () => {
  expect(await loginFor({}, { KESTRA_USERNAME: "u", KESTRA_PASSWORD: "p" })).toEqual({
    username: "u",
    password: "p",
  });
  await expect(loginFor({}, {})).rejects.toThrow(/KESTRA_USERNAME and KESTRA_PASSWORD/);
});

it("else asks Secret Manager through gcloud", async () => {
  gcloud(
    '[ "$4" = latest ] && [ "$5" = --secret=crime-admin ] && [ "$6" = --project=p-project ] && echo hidden',
  );
  expect(await loginFor(place, {})).toEqual({ username: "admin@example.com", password: "hidden" });
});

it("says what gcloud says, and when there is none", async () => {
  gcloud("echo 'PERMISSION_DENIED' >&2; exit 1");
  await expect(loginFor(place, {})).rejects.toThrow(/PERMISSION_DENIED \(secret crime-admin\)/);
  gcloud();
  await expect(loginFor(place, {})).rejects.toThrow(/gcloud is not installed/);
  await expect(throughTunnel(host, () => Promise.resolve())).rejects.toThrow(/gcloud is not installed/);
});

it("opens a tunnel for the time of the work", async () => {
  const listen = "require('node:net').createServer(() => {}).listen(Number(process.argv[1]), 'localhost')";
  gcloud(`port=$(echo "$5" | cut -d: -f2); exec ${process.execPath} -e "${listen}" "$port"`);
  const url = await throughTunnel(host, (address) => Promise.resolve(address));
  expect(url).toMatch(/^http:\/\/localhost:\d+$/);
  const port = Number(new URL(url).port);
  for (let tries = 0; ; tries++) {
    const free = await new Promise((resolve) => {
      const server = createServer().once("error", () => resolve(false));
      server.listen(port, "localhost", () => server.close(() => resolve(true)));
    });
    if (free) break;
    expect(tries).toBeLessThan(50);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

it.each([
  ["status", "SIGINT"],
  ["status", "SIGTERM"],
  ["open", "SIGHUP"],
] as const)("kestra %s leaves no tunnel behind on %s", async (command, signal) => {
  const folder = temporaryFolder();
  const file = writeFile(folder, "outputs.json", JSON.stringify({ ...outputs, ...host }));
  const pid = path.join(folder, "pid");
  chmodSync(writeFile(folder, "xdg-open", "#!/bin/sh\n"), 0o755);
  process.env["PATH"] = `${folder}:${PATH}`;
  // It takes connections and never answers; as Google's own it is a script around another program.
  const listen = "require('node:net').createServer(() => {}).listen(Number(process.argv[1]), 'localhost')";
  const program = `#!/bin/sh\nport=$(echo "$5" | cut -d: -f2); ${process.execPath} -e "${listen}" "$port" & echo $! > ${pid}; wait\n`;
  chmodSync(writeFile(folder, "gcloud", program), 0o755);
  const child = startCrime(["kestra", command, "--tunnel", "--outputs", file], {
    KESTRA_USERNAME: "u",
    KESTRA_PASSWORD: "p",
  });
  const ended = new Promise((resolve) => child.once("close", (_, by) => resolve(by)));
  const running = (): number => (existsSync(pid) ? Number(readFileSync(pid, "utf8")) : 0);
  await until(() => running() > 0);
  await sleep(500);
  child.kill(signal);
  expect(await ended).toBe(signal);
  await until(() => !isAlive(running()));
});

it("says why a tunnel does not open", async () => {
  gcloud("echo 'ERROR: instance is stopped' >&2; exit 1");
  await expect(throughTunnel(host, () => Promise.resolve())).rejects.toThrow(
    /instance is stopped \(tunnel to crime-kestra\)/,
  );
  gcloud("exec sleep 60");
  await expect(throughTunnel(host, () => Promise.resolve(), 300)).rejects.toThrow(
    /did not open within 0.3 s/,
  );
});

it("tells in one line what a command lacks", async () => {
  const file = writeFile(temporaryFolder(), "outputs.json", JSON.stringify(outputs));
  const env = { KESTRA_USERNAME: "", KESTRA_PASSWORD: "", KESTRA_URL: "http://127.0.0.1:9" };
  const noLogin = await crime(["kestra", "plan", "--outputs", file], env);
  expect([noLogin.code, noLogin.stderr.trim().split("\n")]).toEqual([
    1,
    [expect.stringMatching(/no login for Kestra/)],
  ]);
  const login = { ...env, KESTRA_USERNAME: "u", KESTRA_PASSWORD: "hidden-password" };
  const broken = writeFile(
    path.dirname(file),
    "broken.json",
    JSON.stringify({ ...outputs, location: undefined }),
  );
  const lacks = await crime(["kestra", "plan", "--outputs", broken], login);
  expect([lacks.code, lacks.stderr]).toEqual([1, expect.stringContaining("outputs are missing: location")]);
  const secret = await crime(
    ["kestra", "plan", "--outputs", file, "--set", "db_password=very-hidden"],
    login,
  );
  expect([secret.code, secret.stderr]).toEqual([1, expect.stringContaining("--secret db_password=")]);
  expect(secret.stderr + secret.stdout).not.toContain("very-hidden");
  const asked = await crime(["kestra", "status"], { ...login, CRIME_PROJECT_ID: "" });
  expect([asked.code, asked.stderr]).toEqual([1, expect.stringContaining("projectId is missing")]);
  const down = await crime(["kestra", "status", "--outputs", file], login);
  expect([down.code, down.stderr]).toEqual([
    1,
    expect.stringContaining("cannot reach http://127.0.0.1:9: ECONNREFUSED"),
  ]);
  expect(down.stderr).not.toContain("hidden-password");
});
