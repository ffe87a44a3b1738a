import { UserError } from "../../errors";
import { examine, isHealthy } from "../../operate/examine";
import { isAtLeast, laptopChecks } from "../../operate/laptop-checks";
import type { Answer, Probes } from "../../operate/probes";
import { machine, marked, missing, refused, said } from "./support/machine";

const onLaptop = async (what: string, different?: Record<string, Answer>, more?: Partial<Probes>) =>
  marked(await examine(laptopChecks(machine(different, more))), what);

describe("the laptop run", () => {
  it("is well", async () => {
    const findings = await examine(laptopChecks(machine()));
    expect(findings.map(({ what, mark, found }) => `${what}: ${mark}: ${found}`)).toEqual([
      "Node: ok: 20.20.2",
      "Python: ok: 3.11.9 as python3.11",
      "uv or pip: ok: uv 0.8.0",
      "Python packages: ok: dbt-core 1.11.16, duckdb 1.5.6",
      "free disk: ok: 50.0 GB, of which 2 are needed",
      "City's portal: ok: ckan0.cf.opendata.inter.prod-toronto.ca answers",
      "Docker: not needed: not found; only for Kestra on a laptop",
    ]);
    expect(isHealthy(findings)).toBe(true);
  });

  it("wants the Node of package.json", async () => {
    expect(await onLaptop("Node", {}, { nodeVersion: "v18.19.0" })).toBe(
      "fault: 18.19.0 is too old: 20.11 or newer is needed -> nvm install 20",
    );
    expect(await onLaptop("Node", {}, { nodeVersion: "v20.10.0" })).toMatch(/^fault/);
    expect(await onLaptop("Node", {}, { nodeVersion: "v22.1.0" })).toBe("ok: 22.1.0");
  });

  it("wants a Python that dbt works with, and what installs packages", async () => {
    const none = { python: () => Promise.reject(new UserError("no Python", "PATH", "install it")) };
    expect(await onLaptop("Python", {}, none)).toBe(
      "fault: no Python 3.10 to 3.13 -> sudo apt-get install python3.11 python3.11-venv",
    );
    expect(await onLaptop("Python", {}, { ...none, platform: "darwin" })).toMatch(
      /brew install python@3.11$/,
    );
    expect(await onLaptop("uv or pip", {}, none)).toBe("warning: not judged: first mend Python");
    expect(await onLaptop("Python", { "python3.11 --version": said("Python 3.10.2") })).toMatch(
      /^warning: 3.10.2 as python3.11; the packages are pinned for 3.11/,
    );
    expect(await onLaptop("uv or pip", { "uv --version": missing })).toBe("ok: pip, by venv of python3.11");
    expect(
      await onLaptop("uv or pip", {
        "uv --version": missing,
        "python3.11 -c": refused("No module named venv"),
      }),
    ).toBe("fault: neither uv nor Python's venv and pip -> sudo apt-get install python3.11-venv");
  });

  it("compares what is installed with the pins", async () => {
    const at = (environment?: { python: string; current: boolean }) => ({
      environmentOfPins: () => Promise.resolve(environment),
    });
    expect(await onLaptop("Python packages", {}, at())).toMatch(/^not needed: not installed yet/);
    expect(await onLaptop("Python packages", {}, at({ python: "pinned", current: false }))).toMatch(
      /^warning: installed from older pins.* -> npm start$/,
    );
    expect(
      await onLaptop("Python packages", { "pinned -c": said("dbt-core==1.11.16", "duckdb==1.5.5") }),
    ).toBe("fault: duckdb is 1.5.5 instead of 1.5.6 and 1 more -> rm -rf .venv && npm start");
    const other = said("dbt-core==1.11.16", "duckdb==1.5.6", "py-yaml==6.0", "networkx==3.5");
    expect(await onLaptop("Python packages", { "pinned -c": other })).toMatch(
      /^fault: networkx is 3.5 instead of 3.6/,
    );
    expect(await onLaptop("Python packages", { "pinned -c": missing })).toMatch(
      /^fault: the environment .venv does not/,
    );
  });

  it("states the space that is needed", async () => {
    expect(await onLaptop("free disk", {}, { freeBytes: () => Promise.resolve(1.5e9) })).toBe(
      "fault: 1.5 GB: packages and data need 2 -> df -h .",
    );
  });

  it("can do without the portal", async () => {
    const away = { reach: () => Promise.resolve({ reason: "getaddrinfo ENOTFOUND" }) };
    expect(await onLaptop("City's portal", {}, away)).toMatch(
      /^warning: .*ENOTFOUND; a run keeps the last good data/,
    );
    const ill = { reach: () => Promise.resolve({ status: 503 }) };
    expect(await onLaptop("City's portal", {}, ill)).toMatch(/^warning: .*: status 503;/);
    const login = ["ada", "secret"].join(":");
    const own = { environment: { CRIME_PORTAL_URL: `https://${login}@portal.example.com` }, ...away };
    expect(await onLaptop("City's portal", {}, own)).toMatch(/^warning: portal\.example\.com: getaddrinfo/);
    expect(await onLaptop("City's portal", {}, own)).not.toContain("secret");
  });

  it("mentions Docker without wanting it", async () => {
    expect(await onLaptop("Docker", { "docker --version": said("Docker version 28.2.2") })).toBe(
      "not needed: Docker version 28.2.2; only for Kestra on a laptop",
    );
  });
});

it("compares versions by their numbers", () => {
  expect(isAtLeast("1.10.0", "1.9.0")).toBe(true);
  expect(isAtLeast("1.9.0", "1.9.0")).toBe(true);
  expect(isAtLeast("1.9", "1.9.1")).toBe(false);
});
