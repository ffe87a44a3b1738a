import { chmodSync, mkdirSync } from "node:fs";
import path from "node:path";
import { examine, ok, type Finding } from "../../operate/examine";
import { machineProbes } from "../../operate/probes";
import { crime, temporaryFolder, writeFile } from "../support/crime";
import { marked } from "./support/machine";
import { World } from "./support/world";

jest.setTimeout(60_000);

it("waits for one check no longer than for all, and shows a bug as one", async () => {
  const check = { group: "cloud", what: "slow", examine: () => new Promise<never>(() => undefined) } as const;
  expect(await examine([check], 20)).toEqual([
    { group: "cloud", what: "slow", mark: "fault", found: "no answer within 0.02 s" },
  ]);
  const broken = { ...check, examine: () => Promise.reject(new TypeError("a bug")) };
  await expect(examine([broken])).rejects.toThrow(TypeError);
});

it("runs checks side by side", async () => {
  let under = 0;
  let most = 0;
  const check = (what: string) => ({
    group: "cloud" as const,
    what,
    examine: async () => {
      most = Math.max(most, ++under);
      await new Promise((resolve) => setTimeout(resolve, 20));
      under--;
      return ok("");
    },
  });
  await examine(["a", "b", "c"].map(check));
  expect(most).toBe(3);
});

describe("the probes, on programs of the test's own", () => {
  const folder = temporaryFolder();
  const program = (name: string, script: string): string => {
    chmodSync(writeFile(folder, name, `#!/bin/sh\n${script}\n`), 0o755);
    return path.join(folder, name);
  };
  const probes = machineProbes(folder, 300, 300);

  it("tell a missing program from a late one, and stop the late one", async () => {
    expect(await probes.program("no-such-program", [])).toEqual({ kind: "missing" });
    const begun = Date.now();
    expect(await probes.program(program("slow", "sleep 20"), [])).toEqual({ kind: "late", seconds: 0.3 });
    expect(Date.now() - begun).toBeLessThan(5000);
  });

  it("keep the reason that gcloud gives, in one line", async () => {
    const reason = async (said: string) => {
      const answer = await probes.program(program("says", `cat >&2 <<'END'\n${said}\nEND\nexit 1`), []);
      return answer.kind === "ended" ? [answer.code, answer.said] : answer;
    };
    expect(
      await reason(
        "WARNING: old\nERROR: (gcloud.projects.describe) You have no active account.\nPlease run:\n  $ x",
      ),
    ).toEqual([1, "You have no active account."]);
    expect(
      await reason("ERROR: (gcloud.compute) Could not fetch resource:\n - The resource was not found"),
    ).toEqual([1, "Could not fetch resource: The resource was not found"]);
    expect(await reason("plain")).toEqual([1, "plain"]);
  });

  it("throw away unread what is secret", async () => {
    const token = program("token", "echo ya29.hidden");
    expect(await probes.program(token, [], "secret")).toEqual({
      kind: "ended",
      code: 0,
      lines: [],
      said: "no message",
    });
    expect(await probes.program(token, [])).toMatchObject({ lines: ["ya29.hidden"] });
  });

  it("tell of addresses, files, space and pins", async () => {
    expect(await probes.reach("http://127.0.0.1:1999/")).toEqual({
      reason: expect.stringContaining("ECONNREFUSED") as string,
    });
    expect(await probes.file("no-such-file")).toBeUndefined();
    expect(await probes.freeBytes()).toBeGreaterThan(0);
    expect(await probes.environmentOfPins()).toBeUndefined();
    writeFile(folder, "requirements.txt", "");
    mkdirSync(path.join(folder, ".venv"));
    writeFile(folder, ".venv/requirements.sha256", "of other pins");
    expect(await probes.environmentOfPins()).toMatchObject({ current: false });
  });
});

describe("on the command line", () => {
  const world = new World();
  beforeAll(() => world.begin());
  afterAll(() => world.end());

  it("judges the cloud when there is a project, prints JSON, and no secret", async () => {
    const env = {
      CRIME_PROJECT_ID: "my-crime-project",
      CRIME_PROJECT_NUMBER: "123456789013",
      CRIME_STATE_BUCKET: "my-crime-project-state",
      HTTPS_PROXY: "http://ada:proxy-password@127.0.0.1:9",
    };
    const { code, stdout, stderr } = await crime(["doctor", "--json"], env);
    const report = JSON.parse(stdout) as { ok: boolean; findings: Finding[] };
    expect([code, stderr, report.ok]).toEqual([1, "", false]);
    expect(marked(report.findings, "Terraform")).toBe("ok: 1.11.4");
    expect(marked(report.findings, "gcloud account")).toBe("ok: ada@example.com");
    expect(marked(report.findings, "project")).toMatch(
      /^fault: .*number 123456789012, the settings say 123456789013/,
    );
    expect(marked(report.findings, "Kestra")).toBe("warning: not judged: first mend project");
    expect(stdout).not.toMatch(/ya29|Hidden-Passw0rd|proxy-password/);
  });

  it("says that the cloud was not judged without a project, and does not ask gcloud", async () => {
    world.log();
    const { code, stdout } = await crime(["doctor"], { CRIME_PROJECT_ID: "" });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^laptop run\n {2}ok {9} Node {13}\d/);
    expect(stdout).toMatch(
      /cloud\n {2}not needed {2}everything .*not judged: .* → npx crime doctor --cloud\n$/,
    );
    expect(world.log()).toEqual([]);
  });

  it("says with --cloud what a newcomer must do first", async () => {
    const { code, stdout } = await crime(["doctor", "--cloud"], { CRIME_PROJECT_ID: "" });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /fault {7}settings .*projectId is missing \(setting projectId\) → cp \.env\.example \.env/,
    );
  });
});
