import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** Runs a program of the project as `npx tsx` does, in the project's folder. */
function main(environment: Record<string, string>, program: readonly string[] = ["main.ts"]) {
  const outdir = mkdtempSync(join(tmpdir(), "crime-main-"));
  const { status, stderr } = spawnSync(
    process.execPath,
    [resolve("node_modules/tsx/dist/cli.mjs"), ...program],
    {
      // An empty PATH: a synth runs no other program.
      env: { PATH: "", CDKTF_OUTDIR: outdir, ...environment },
      encoding: "utf8",
    },
  );
  const written = readdirSync(outdir);
  rmSync(outdir, { recursive: true });
  return { status, stderr, written };
}

test("a newcomer is told the first thing to set, in one line", () => {
  expect(main({ CRIME_PROJECT_ID: "" })).toEqual({
    status: 1,
    stderr:
      "projectId is missing (setting projectId): write for example my-crime-project in cdktf.json, .env or CRIME_PROJECT_ID\n",
    written: [],
  });
});

test("with a project it writes the stacks and says nothing", () => {
  const { status, stderr, written } = main({
    CRIME_PROJECT_ID: "my-crime-project",
    CRIME_PROJECT_NUMBER: "123456789012",
  });
  expect([status, stderr, written.sort()]).toEqual([0, "", ["manifest.json", "stacks"]]);
});

test("a wrong word to the commands is answered with the right ones", () => {
  const { status, stderr } = main({ CRIME_PROJECT_ID: "" }, ["stacks/infra.ts", "demolish"]);
  expect(status).toBe(1);
  expect(stderr).toMatch(/^no such command \(demolish\): use: npm run COMMAND[\s\S]+destroy/);
  expect(main({}, ["stacks/infra.ts", "plan", "--nonsense"]).stderr).toMatch(/^Unknown option '--nonsense'/);
});
