import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { scripts } from "../../package.json";
import { torontoDay } from "../../pipeline/iso-date";
import { NO_PORTAL, projectDir, temporaryFolder } from "../support/crime";
import { faultOf } from "./support/check-command";
import { blocksOf, inlineCommands, type Block } from "./support/markdown";

const files = [
  "README.md",
  ...["runbook", "dashboard", "looker", "kestra", "infrastructure", "ci"].map((page) => `docs/${page}.md`),
];
const blocks = files.flatMap((file) => blocksOf(file));

/** The day that examples restore: it stands for the day of the test, of which the lake holds a file. */
const exampleDay = "2026-06-30";

test("every block says whether it is run, or why not", () => {
  expect(blocks.filter(({ mark }) => mark === undefined).map(({ at }) => at)).toEqual([]);
});

test("a mark is understood, or it is none", () => {
  const marked = (mark: string) => blocksOf("x.md", `${mark}\n\`\`\`sh\nls # all\n\`\`\`\n`)[0];
  expect(marked("<!-- run: everyday, but npm ci in CI, last, exit 2 -->")).toEqual({
    at: "x.md:2",
    mark: { run: "everyday", exceptInCI: "npm ci", last: true, exit: 2 },
    commands: ["ls"],
  });
  expect(marked("<!-- not run: needs a project -->")?.mark).toMatchObject({
    run: "never",
    reason: "needs a project",
  });
  for (const wrong of [
    "",
    "<!-- run: sometimes -->",
    "<!-- not run: -->",
    "<!-- run: everyday, exit x -->",
  ]) {
    expect(marked(wrong)?.mark).toBeUndefined();
  }
});

const commands = [...blocks.flatMap((block) => block.commands), ...files.flatMap(inlineCommands)];

test("every command parses: scripts exist, crime takes the arguments, other programs are known", async () => {
  const faults: string[] = [];
  for (const command of new Set(commands)) {
    const fault = await faultOf(command);
    if (fault !== undefined) faults.push(`${command}: ${fault}`);
  }
  expect(faults).toEqual([]);
});

test.each([
  ["npm run no-such-thing", "there is no script no-such-thing"],
  ["npx crime query", "missing required argument 'sql'"],
  ["npx crime run --no-such-option", "unknown option '--no-such-option'"],
  ["npx crime kestra fly", "unknown command 'fly'"],
  ["npx crime restore yesterday", "YYYY-MM-DD"],
  ["ls 'docs", "unexpected EOF"],
  ["make install", "make is not a known program"],
])("%s is found out", async (command, fault) => {
  expect(await faultOf(command)).toContain(fault);
});

/** Everything that CI runs: its own files, and all that `test:all` leads to. */
function runInCI(): string {
  const folders = [".ci", ".github/workflows"].map((name) => path.join(projectDir, name)).filter(existsSync);
  const own = folders.flatMap((folder) =>
    readdirSync(folder).map((name) => readFileSync(path.join(folder, name), "utf8")),
  );
  const seen = new Set<string>();
  const follow = (text: string): string => {
    const named = [...text.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name]) => name!);
    const fresh = named.filter((name) => name in scripts && !seen.has(name));
    fresh.forEach((name) => seen.add(name));
    return [text, ...fresh.map((name) => follow(scripts[name as keyof typeof scripts]))].join("\n");
  };
  return follow(own.join("\n"));
}

test("what is left to CI is run there", () => {
  const left = blocks.flatMap(({ mark, commands: all }) => {
    if (mark?.run === "CI") return all;
    return mark?.exceptInCI === undefined ? [] : all.filter((text) => text.startsWith(mark.exceptInCI!));
  });
  expect(left).toContain("npm ci");
  expect(left.filter((command) => !runInCI().includes(command))).toEqual([]);
});

describe("in a copy of the checkout, in the order of the text", () => {
  const everyday = blocks.filter(({ mark }) => mark?.run === "everyday");
  const inOrder: Block[] = [
    ...everyday.filter(({ mark }) => !mark!.last),
    ...everyday.filter(({ mark }) => mark!.last),
  ];
  let copy: string;

  beforeAll(() => {
    copy = path.join(temporaryFolder(), "toronto-crime-pipeline");
    const left = ["node_modules", ".git", ".data", ".cache", ".env", "cdktf.out", "coverage"];
    cpSync(projectDir, copy, {
      recursive: true,
      filter: (source) => {
        const name = path.relative(projectDir, source);
        return !left.includes(name) && !name.startsWith(".venv");
      },
    });
    for (const name of ["node_modules", ".venv"]) {
      symlinkSync(path.join(projectDir, name), path.join(copy, name));
    }
  });

  test.each(inOrder.map((block) => [block.at, block] as const))(
    "%s",
    (_, { mark, commands: all }) => {
      const run = all.filter((text) => !mark!.exceptInCI || !text.startsWith(mark!.exceptInCI));
      const script = run.join("\n").replaceAll(exampleDay, torontoDay(new Date()));
      const { status, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", script], {
        cwd: copy,
        env: { ...process.env, CRIME_PORTAL_URL: NO_PORTAL, NO_COLOR: "1", npm_config_offline: "true" },
        encoding: "utf8",
      });
      expect([status, status === mark!.exit ? "" : stderr]).toEqual([mark!.exit, ""]);
    },
    60_000,
  );

  test("at the end the data are taken along, and nothing else is left of them", () => {
    const left = [".data", ".venv", "dashboard/dist"].filter((name) => existsSync(path.join(copy, name)));
    expect(left).toEqual([]);
    const taken = readdirSync(path.join(copy, "my-crime-data"));
    expect(taken).toEqual(expect.arrayContaining(["lake", "fct_offences.csv", "fct_offences.parquet"]));
  });
});
