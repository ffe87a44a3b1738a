import { spawnSync } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { projectDir, temporaryFolder } from "../support/crime";

jest.setTimeout(30_000);

const guide = readFileSync(path.join(projectDir, "CONTRIBUTING.md"), "utf8");
const blockBelow = (heading: string): string =>
  /```sh\n([\s\S]+?)```/.exec(guide.slice(guide.indexOf(`\n## ${heading}\n`)))![1]!;

test("the recipe of a release, as it stands there: version, changelog, commit and tag, pushed", () => {
  const [work, remote] = [temporaryFolder(), temporaryFolder()];
  const run = (script: string, cwd = work) => {
    const { status, stdout, stderr } = spawnSync("bash", ["-e", "-c", script], {
      cwd,
      encoding: "utf8",
      env: {
        ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(GIT|npm)_/.test(name))),
        GIT_CONFIG_GLOBAL: "/dev/null",
      },
    });
    expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
    return stdout.trim();
  };
  for (const name of ["package.json", "package-lock.json", "CHANGELOG.md", ".npmrc"])
    cpSync(path.join(projectDir, name), path.join(work, name));
  run(
    `git init --bare --initial-branch=main "${remote}" && git init --initial-branch=main` +
      ` && git config user.name Ada && git config user.email ada@example.com && git add --all` +
      ` && git commit -m Begin && git remote add origin "${remote}" && git push --set-upstream origin main`,
  );
  const recipe = blockBelow("Release");
  const version = /^version=(.+)$/m.exec(recipe)![1]!;
  run(recipe);

  const read = (name: string): string => readFileSync(path.join(work, name), "utf8");
  const [manifest, lock] = ["package.json", "package-lock.json"].map(
    (name) => JSON.parse(read(name)) as object,
  );
  expect(manifest).toMatchObject({ version });
  expect(lock).toMatchObject({ version, packages: { "": { version } } });
  const today = run("date +%F");
  expect(read("CHANGELOG.md")).toContain(`\n## Unreleased\n\n## ${version} - ${today}\n\n### Added\n`);
  expect(run("git tag --list", remote)).toBe(`v${version}`);
  expect(run(`git rev-parse "v${version}^{commit}"`, remote)).toBe(run("git rev-parse main", remote));
  expect(run("git log -1 --format=%s", remote)).toBe(`Release ${version}`);
  expect(run("git status --porcelain")).toBe("");
});

test("the version of today stands in the lock file, too, and the changelog has room for the next", () => {
  const read = (name: string): string => readFileSync(path.join(projectDir, name), "utf8");
  const { version } = JSON.parse(read("package.json")) as { version: string };
  expect(JSON.parse(read("package-lock.json"))).toMatchObject({ version, packages: { "": { version } } });
  expect(read("CHANGELOG.md").match(/^## Unreleased$/gm)).toHaveLength(1);
});

test.each(["CONTRIBUTING.md", "docs/ci.md"])("%s names scripts and files that exist", (document) => {
  const text = readFileSync(path.join(projectDir, document), "utf8");
  const { scripts } = JSON.parse(readFileSync(path.join(projectDir, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = [...text.matchAll(/npm run (?:--silent )?([\w:]+)/g)].map(([, name]) => name!);
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
  const places = [
    ...[...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) =>
      path.join(path.dirname(document), link!),
    ),
    ...[
      ...text.matchAll(
        /`((?:scripts|datasets|pipeline|kestra|constructs|dbt_crime|__tests__|\.\w+)\/[\w./-]*)`/g,
      ),
    ].map(([, place]) => place!),
  ];
  expect(places.length).toBeGreaterThan(2);
  expect(places.filter((place) => !existsSync(path.join(projectDir, place)))).toEqual([]);
});
