import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseSettings, type Settings } from "../../../config";
import { Declined } from "../../../operate/perform";
import { machineProbes } from "../../../operate/probes";
import { up, type Surroundings, type UpSurroundings } from "../../../operate/up";
import { projectDir, temporaryFolder, writeFile } from "../../support/crime";
import { KestraStandIn } from "../../support/kestra-stand-in";

export const LOGIN = { username: "admin@crime.example.com", password: "Hidden-Passw0rd" };

export const settings: Settings = parseSettings({
  projectId: "my-crime-project",
  projectNumber: "123456789012",
  stateBucket: "my-crime-project-state",
});

/** Fails as a test wants: `fail` holds the beginning of a command, the log every command. */
const NOTED = `echo "$line" >> "$WORLD/log"
if [ -s "$WORLD/fail" ]; then
  case "$line" in "$(cat "$WORLD/fail")"*) echo "ERROR: (gcloud.x) as the test wants" >&2; exit 1;; esac
fi`;

const TERRAFORM = `#!/bin/sh
stack=$(basename "$PWD")
line="terraform $stack $*"
[ "$1" = version ] && { echo '{ "terraform_version": "1.11.4" }'; exit 0; }
${NOTED}
case "$*" in
  plan*-detailed-exitcode*)
    touch crime.tfplan; [ -e "$WORLD/is-$stack" ] && exit 0; exit 2;;
  "apply -input=false crime.tfplan") [ -e crime.tfplan ] && touch "$WORLD/is-$stack";;
  destroy*) rm -f "$WORLD/is-$stack";;
esac`;

const PROXY =
  "const n=require('node:net');n.createServer((a)=>{const b=n.connect(Number(process.argv[2]),'127.0.0.1');" +
  "a.on('error',()=>b.destroy());b.on('error',()=>a.destroy());a.pipe(b);b.pipe(a)}).listen(Number(process.argv[1]),'localhost')";

const GCLOUD = (kestraPort: number): string => `#!/bin/sh
line="gcloud $*"
${NOTED}
case "$*" in
  --version) echo "Google Cloud SDK 528.0.0";;
  "auth list"*) echo ada@example.com;;
  *print-access-token*) echo ya29.a-token-that-nobody-may-see;;
  "projects describe"*) echo "123456789012 ACTIVE";;
  "services list"*) echo bigquery.googleapis.com;;
  "storage buckets describe"*) [ -e "$WORLD/is-bucket" ] || { echo "ERROR: gs://x not found: 404." >&2; exit 1; };;
  "storage buckets create"*) touch "$WORLD/is-bucket";;
  "secrets versions access"*) echo ${LOGIN.password};;
  "compute instances list"*) [ -e "$WORLD/is-crime-orchestrator" ] && echo RUNNING; exit 0;;
  "compute start-iap-tunnel"*)
    port=$(echo "$*" | sed 's/.*localhost:\\([0-9]*\\).*/\\1/')
    exec ${process.execPath} -e "${PROXY}" "$port" ${kestraPort};;
esac`;

/** In place of the project's own: it only makes the folders of the stacks. */
const SYNTH = `import { appendFileSync, mkdirSync } from "node:fs";
for (const stack of process.argv.slice(2)) mkdirSync("cdktf.out/stacks/" + stack, { recursive: true });
const { WORLD, CRIME_KEEP_DATA = "" } = process.env;
appendFileSync(WORLD + "/log", ["synth", ...process.argv.slice(2), CRIME_KEEP_DATA].join(" ").trim() + "\\n");
`;

/** A project folder, programs and a Kestra of a test's own. */
export class World {
  readonly folder = temporaryFolder();
  readonly bin = path.join(this.folder, "bin");
  readonly kestra = Object.assign(new KestraStandIn(), {
    version: "2.0.7",
    login: `${LOGIN.username}:${LOGIN.password}`,
  });
  readonly told: string[] = [];
  readonly printed: string[] = [];
  readonly asked: string[] = [];
  private readonly before = { PATH: process.env["PATH"], WORLD: process.env["WORLD"] };

  async begin(): Promise<void> {
    const url = new URL(await this.kestra.start());
    mkdirSync(this.bin);
    writeFile(this.folder, "main.ts", SYNTH);
    writeFile(this.folder, "log", "");
    symlinkSync(path.join(projectDir, "node_modules"), path.join(this.folder, "node_modules"));
    this.program("terraform", TERRAFORM);
    this.program("gcloud", GCLOUD(Number(url.port)));
    Object.assign(process.env, this.environment());
  }

  async end(): Promise<void> {
    await this.kestra.stop();
    for (const [name, value] of Object.entries(this.before)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }

  environment(): Record<string, string> {
    return { PATH: `${this.bin}:${this.before.PATH}`, WORLD: this.folder };
  }

  program(name: string, text: string): void {
    chmodSync(writeFile(this.bin, name, `${text}\n`), 0o755);
  }

  /** From now on commands that begin so fail; none with an empty text. */
  fail(beginning: string): void {
    writeFileSync(path.join(this.folder, "fail"), beginning);
  }

  /** Commands since the last look. */
  log(): string[] {
    const file = path.join(this.folder, "log");
    const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
    writeFileSync(file, "");
    return lines;
  }

  has(name: string): boolean {
    return existsSync(path.join(this.folder, name));
  }

  forget(name: string): void {
    rmSync(path.join(this.folder, name));
  }

  surroundings(answer: "yes" | "no" = "yes"): Surroundings {
    return {
      root: this.folder,
      settings,
      tell: (line) => void this.told.push(line),
      print: (line) => void this.printed.push(line),
      agree: (question, expected) => {
        this.asked.push(expected === undefined ? question : `${question} ${expected}`);
        return answer === "yes"
          ? Promise.resolve()
          : Promise.reject(new Declined("nothing was changed", "crime", "as you said"));
      },
    };
  }

  up(answer: "yes" | "no" = "yes", more: Partial<UpSurroundings> = {}): Promise<void> {
    const probes = machineProbes(this.folder);
    return up({
      ...this.surroundings(answer),
      // The network is no program: it answers here.
      probes: { ...probes, reach: () => Promise.resolve({ status: 404 }) },
      showFindings: () => undefined,
      showPlan: () => undefined,
      patienceMs: 100,
      ...more,
    });
  }
}
