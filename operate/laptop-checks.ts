import { PORTAL } from "../pipeline/portal";
import { fault, notNeeded, ok, warning, type Check, type Verdict } from "./examine";
import type { Answer, Probes, Reached } from "./probes";

/** Packages, lake, warehouse and the copy in which it is built, of all rows that the City has. */
export const NEEDED_GB = 2;

const LIST_PACKAGES =
  "import importlib.metadata as m; print(*(d.metadata['Name'] + '==' + d.version for d in m.distributions()), sep='\\n')";

/** What everybody needs for `npm start`. */
export function laptopChecks(probes: Probes): Check[] {
  const check = (what: string, examine: Check["examine"], needs: readonly string[] = []): Check => ({
    group: "laptop run",
    what,
    needs,
    examine,
  });
  const portal = probes.environment["CRIME_PORTAL_URL"] ?? PORTAL;
  return [
    check("Node", async () => judgeNode(probes.nodeVersion, await oldestNode(probes))),
    check("Python", async () => {
      const name = await probes.python().catch(() => undefined);
      const version = name === undefined ? undefined : await probes.program(name, ["--version"]);
      return judgePython(name, version, probes.platform);
    }),
    check(
      "uv or pip",
      async () => {
        const uv = await probes.program("uv", ["--version"]);
        if (uv.kind === "ended" && uv.code === 0) return ok(uv.lines[0] ?? "uv");
        const python = await probes.python();
        return judgeInstaller(python, await probes.program(python, ["-c", "import ensurepip, venv"]));
      },
      ["Python"],
    ),
    check("Python packages", async () => {
      const environment = await probes.environmentOfPins();
      if (environment === undefined)
        return notNeeded("not installed yet; the first run does it", "npm start");
      if (!environment.current)
        return warning("installed from older pins; the next run renews them", "npm start");
      const [pins, chosen, listed] = await Promise.all([
        probes.file("requirements.txt"),
        probes.file("requirements.in"),
        probes.program(environment.python, ["-c", LIST_PACKAGES]),
      ]);
      return judgePackages(pinsIn(pins), pinsIn(chosen), listed);
    }),
    check("free disk", async () => judgeDisk(await probes.freeBytes())),
    check("City's portal", async () =>
      judgePortal(portal, await probes.reach(`${portal}/api/3/action/status_show`)),
    ),
    check("Docker", async () => judgeDocker(await probes.program("docker", ["--version"]))),
  ];
}

/** package.json says which Node the project needs. */
async function oldestNode(probes: Probes): Promise<string> {
  const { engines } = JSON.parse((await probes.file("package.json")) ?? "{}") as {
    engines?: { node?: string };
  };
  return /[\d.]+/.exec(engines?.node ?? "")?.[0] ?? "20";
}

/** Whether a version is as new as another one; numbers only, as programs print them. */
export function isAtLeast(version: string, oldest: string): boolean {
  const [has, wants] = [version, oldest].map((text) => (text.match(/\d+/g) ?? []).map(Number));
  const at = wants!.findIndex((number, index) => (has![index] ?? 0) !== number);
  return at < 0 || (has![at] ?? 0) > wants![at]!;
}

function judgeNode(version: string, oldest: string): Verdict {
  return isAtLeast(version, oldest)
    ? ok(version.replace(/^v/, ""))
    : fault(`${version.replace(/^v/, "")} is too old: ${oldest} or newer is needed`, "nvm install 20");
}

function judgePython(name: string | undefined, answer: Answer | undefined, platform: string): Verdict {
  const fix =
    platform === "darwin" ? "brew install python@3.11" : "sudo apt-get install python3.11 python3.11-venv";
  if (name === undefined || answer?.kind !== "ended") return fault("no Python 3.10 to 3.13", fix);
  const version = (answer.lines[0] ?? "").replace("Python ", "");
  return isAtLeast(version, "3.11")
    ? ok(`${version} as ${name}`)
    : warning(`${version} as ${name}; the packages are pinned for 3.11`, fix);
}

function judgeInstaller(python: string, answer: Answer): Verdict {
  return answer.kind === "ended" && answer.code === 0
    ? ok(`pip, by venv of ${python}`)
    : fault("neither uv nor Python's venv and pip", "sudo apt-get install python3.11-venv");
}

interface Pin {
  readonly name: string;
  readonly version: string;
  /** Only for some platforms or versions of Python. */
  readonly conditional: boolean;
}

/** Every `name==version` that begins a line. */
function pinsIn(text: string | undefined): Pin[] {
  const pins = (text ?? "").matchAll(/^([A-Za-z0-9][\w.-]*)==([^\s\\;]+)[ \t]*(;?)/gm);
  return [...pins].map(([, name, version, marker]) => ({
    name: normal(name!),
    version: version!,
    conditional: marker === ";",
  }));
}

const normal = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, "-");

function judgePackages(pins: readonly Pin[], chosen: readonly Pin[], answer: Answer): Verdict {
  const fix = "rm -rf .venv && npm start";
  if (answer.kind !== "ended" || answer.code !== 0) return fault("the environment .venv does not work", fix);
  const installed = new Map(pinsIn(answer.lines.join("\n")).map(({ name, version }) => [name, version]));
  const wrong = pins.filter(({ name, version, conditional }) =>
    conditional
      ? installed.has(name) && !pins.some((pin) => pin.name === name && pin.version === installed.get(name))
      : installed.get(name) !== version,
  );
  if (wrong.length === 0) return ok(chosen.map(({ name, version }) => `${name} ${version}`).join(", "));
  const { name, version } = wrong[0]!;
  const more = wrong.length > 1 ? ` and ${wrong.length - 1} more` : "";
  return fault(`${name} is ${installed.get(name) ?? "missing"} instead of ${version}${more}`, fix);
}

function judgeDisk(bytes: number): Verdict {
  const free = (bytes / 1e9).toFixed(1);
  return bytes >= NEEDED_GB * 1e9
    ? ok(`${free} GB, of which ${NEEDED_GB} are needed`)
    : fault(`${free} GB: packages and data need ${NEEDED_GB}`, "df -h .");
}

function judgePortal(portal: string, reached: Reached): Verdict {
  const place = new URL(portal).host;
  if ("status" in reached && reached.status < 400) return ok(`${place} answers`);
  const reason = "status" in reached ? `status ${reached.status}` : reached.reason;
  return warning(
    `${place}: ${reason}; a run keeps the last good data, or uses the bundled sample`,
    `curl -sS -o /dev/null https://${place}`,
  );
}

function judgeDocker(answer: Answer): Verdict {
  return answer.kind === "ended" && answer.code === 0
    ? notNeeded(`${answer.lines[0] ?? "there"}; only for Kestra on a laptop`)
    : notNeeded("not found; only for Kestra on a laptop");
}
