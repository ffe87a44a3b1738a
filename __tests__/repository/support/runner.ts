import { execFileSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { parseSettings } from "../../../config";
import { outputsOf } from "../../../stacks/outputs";
import { projectDir, temporaryFolder } from "../../support/crime";

/** Variables of a repository as docs/ci.md asks for them. */
export const variables = {
  CRIME_PROJECT_ID: "my-crime-project",
  CRIME_PROJECT_NUMBER: "123456789012",
  CRIME_STATE_BUCKET: "my-crime-project-state",
};
export const repository = "octo/crime";

/** Commands that are noted and not run: what they do has tests of its own, or takes minutes. */
export const recorded = ["ci --ignore-scripts", "run lint", "test", "run verify:terraform"];

/** npm and the settings look for these where they are run, not where a link leads. */
const copied = ["package.json", "package-lock.json", "cdktf.json"];

/** What stands at the top of a run's checkout: what git holds, nothing of the developer's own, and the packages. */
function checkedOut(): string[] {
  const held = execFileSync("git", ["ls-files"], { cwd: projectDir, encoding: "utf8" }).trim().split("\n");
  return [...new Set(held.map((file) => file.split("/")[0]!)), "node_modules"];
}

export interface Runner {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Every command that a stand-in saw, in order. */
  readonly calls: () => string[];
  /** Writes what a stand-in shall answer with. */
  readonly answer: (name: string, text: string) => void;
}

/** A checkout with terraform, gcloud, gh and the slow npm commands replaced by programs that note what they were asked. */
export function runner(kestraPort = 0): Runner {
  const folder = temporaryFolder();
  for (const name of checkedOut()) {
    const put = copied.includes(name) ? copyFileSync : symlinkSync;
    put(path.join(projectDir, name), path.join(folder, name));
  }

  const side = temporaryFolder();
  const answer = (name: string, text: string): void => writeFileSync(path.join(side, name), text);
  const settings = parseSettings({
    projectId: "my-crime-project",
    projectNumber: "123456789012",
    githubRepository: repository,
  });
  for (const [stack, values] of Object.entries(outputsOf(settings))) {
    const told = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value }]));
    answer(`output-${stack}`, JSON.stringify(told));
  }
  answer("plan-code", "0");
  answer("plan-json", "{}");
  answer("comment-id", "");

  const bin = path.join(side, "bin");
  mkdirSync(bin);
  const program = (name: string, body: string): void => {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(path.join(bin, name), 0o755);
  };
  const note = (name: string, where = ""): string => `echo "${name}${where} $*" >> "${side}/calls"`;
  program(
    "terraform",
    `stack=$(basename "$PWD")
${note("terraform", " $stack")}
[ -f cdk.tf.json ] || { echo "no stack here" >&2; exit 1; }
case "$1 $2" in
  "plan "*) echo "Plan of $stack"; [ "$(cat ${side}/plan-code)" != 1 ] || echo "Error: 403" >&2; exit "$(cat ${side}/plan-code)" ;;
  "show -json") cat "${side}/plan-json" ;;
  "show "*) echo "Plan of $stack, in words" ;;
  "output "*) cat "${side}/output-$stack" ;;
esac`,
  );
  const tunnel =
    "const [from, to] = process.argv.slice(1).map(Number);" +
    "require('node:net').createServer((near) => { const far = require('node:net').connect(to, '127.0.0.1');" +
    "for (const [a, b] of [[near, far], [far, near]]) { a.pipe(b); a.on('error', () => b.destroy()); } })" +
    ".listen(from, 'localhost');";
  program(
    "gcloud",
    `${note("gcloud")}
case "$1" in
  secrets) echo the-password ;;
  compute) exec "${process.execPath}" -e "${tunnel}" "\${5##*:}" ${kestraPort} ;;
  *) exit 1 ;;
esac`,
  );
  program("gh", `${note("gh")}\ncase "$*" in *--paginate*) cat "${side}/comment-id" ;; esac`);
  const npm = path.join(path.dirname(realNpm()), "npm");
  program(
    "npm",
    `${note("npm")}
case "$*" in ${recorded.map((words) => `"${words}"`).join(" | ")}) exit 0 ;; esac
exec "${npm}" "$@"`,
  );
  return {
    folder,
    answer,
    calls: () =>
      existsSync(path.join(side, "calls"))
        ? readFileSync(path.join(side, "calls"), "utf8").trim().split("\n")
        : [],
    env: {
      ...Object.fromEntries(
        Object.entries(process.env).filter(([name]) => !/^(CRIME|KESTRA|GITHUB|npm)_/.test(name)),
      ),
      PATH: `${bin}:${process.env["PATH"]}`,
      GITHUB_REPOSITORY: repository,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_RUN_ID: "42",
      GITHUB_SHA: "c0ffee",
      NO_COLOR: "1",
    },
  };
}

function realNpm(): string {
  const found = (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .find((folder) => existsSync(path.join(folder, "npm")));
  if (found === undefined) throw new Error("npm is not on the PATH");
  return path.join(found, "npm");
}
