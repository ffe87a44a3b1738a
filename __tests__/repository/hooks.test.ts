import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { projectDir, temporaryFolder, writeFile } from "../support/crime";

jest.setTimeout(60_000);

let folder: string;
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(GIT|npm)_/.test(name))),
  GIT_CONFIG_GLOBAL: "/dev/null",
  NO_COLOR: "1",
};

function run(command: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, env, encoding: "utf8" });
  return { status, said: stdout + stderr };
}
const head = (): string => run("git", "rev-parse", "HEAD").said;

/** Stages files and commits. */
function commit(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files)) writeFile(folder, name, text);
  run("git", "add", ...Object.keys(files));
  return run("git", "commit", "-m", "A change");
}

beforeAll(() => {
  folder = temporaryFolder();
  for (const name of [
    ".githooks",
    "lint-staged.config.mjs",
    ".secretlintrc.json",
    ".prettierrc.json",
    ".gitignore",
    "eslint.config.mjs",
    "tsconfig.json",
    "package.json",
  ]) {
    cpSync(path.join(projectDir, name), path.join(folder, name), { recursive: true });
  }
  symlinkSync(path.join(projectDir, "node_modules"), path.join(folder, "node_modules"));
  run("git", "init", "--initial-branch=main");
  run("git", "config", "user.name", "Ada");
  run("git", "config", "user.email", "ada@example.com");
  writeFile(folder, ".git/info/exclude", "/node_modules\n");
  run("git", "add", "--all");
  expect(run("git", "commit", "-m", "Begin").status).toBe(0);
  expect(run("npm", "run", "--silent", "hooks")).toEqual({ status: 0, said: "" });
});

test("hooks come by `npm run hooks` alone: no script that npm starts by itself makes or changes them", () => {
  const { scripts } = JSON.parse(readFileSync(path.join(projectDir, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const byItself = /^(pre|post)?(install|prepare)$|^(pre|post)(pack|publish)|^prepublish|^dependencies$/;
  expect(Object.keys(scripts).filter((name) => byItself.test(name))).toEqual([]);
  expect(run("git", "config", "core.hooksPath").said).toBe(".githooks\n");
});

test("a commit that is clean passes, and its format is put right", () => {
  const before = head();
  const { status, said } = commit({ "sum.ts": "export const sum = (a: number,b: number): number => a+b\n" });
  expect([status, status === 0 ? "" : said]).toEqual([0, ""]);
  expect(head()).not.toBe(before);
  expect(run("git", "show", "HEAD:sum.ts").said).toBe(
    "export const sum = (a: number, b: number): number => a + b;\n",
  );
});

test("a staged key is refused, and not printed", () => {
  const before = head();
  // Made here, so that this file holds none.
  const key = `ghp_${"aB3dE5gH7j".repeat(4).slice(0, 36)}`;
  const { status, said } = commit({ "settings.json": `{ "token": "${key}" }\n` });
  expect(status).not.toBe(0);
  expect(said).toContain("settings.json");
  expect(said).toMatch(/GitHub Token/i);
  expect(said).not.toContain(key);
  expect(head()).toBe(before);
  run("git", "rm", "--force", "settings.json");
});

test("a type error is refused, though the file's form is good", () => {
  const before = head();
  const { status, said } = commit({ "wrong.ts": 'export const wrong: number = "text";\n' });
  expect(status).not.toBe(0);
  expect(said).toContain("wrong.ts(1,14): error TS2322");
  expect(head()).toBe(before);
});
