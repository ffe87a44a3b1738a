import { existsSync } from "node:fs";
import path from "node:path";
import { projectDir } from "../support/crime";
import { read, wordsOf } from "./support/markdown";

const readme = wordsOf(read("README.md"));
const claims = read("docs/claims.md")
  .split("\n")
  .flatMap((line) => {
    const [, claim, proof] = /^\| "(.+?)" \| (.+) \|$/.exec(line) ?? [];
    return claim === undefined ? [] : [{ claim: claim.replaceAll("**", ""), proof: proof! }];
  });

/** The lists of the README of which every point is a claim. */
const lists = ["What it answers", "Security in ten lines", "Why you can trust it", "Questions"];

/** The points of a list below a heading, as words. */
function pointsOf(heading: string): string[] {
  const section = read("README.md").split(`## ${heading}\n`)[1]!.split(/^## /m)[0]!;
  return section
    .split(/^(?:- |\d+\. )/m)
    .slice(1)
    .map((point) => wordsOf(point.split("\n\n")[0]!));
}

test("every claim stands in the README in these words", () => {
  expect(claims.map(({ claim }) => claim).filter((claim) => !readme.includes(claim))).toEqual([]);
});

test.each(lists)("every point of the lists is claimed: %s", (heading) => {
  const points = pointsOf(heading);
  expect(points.length).toBeGreaterThan(4);
  expect(points.filter((point) => !claims.some(({ claim }) => point.includes(claim)))).toEqual([]);
});

test("every claim names a test that is there, or says plainly that it is not proven, because", () => {
  const faults = claims.flatMap(({ claim, proof }) => {
    const named = [...proof.matchAll(/`(__tests__\/[^`]+)`: "([^"]+)"/g)];
    if (named.length === 0 && !/^not proven.*, because /.test(proof)) return [`${claim}: no proof`];
    return named.flatMap(([, file, title]) => {
      if (!existsSync(path.join(projectDir, file!))) return [`${claim}: there is no ${file}`];
      return read(file!).includes(`"${title}`) ? [] : [`${claim}: ${file} has no test "${title}"`];
    });
  });
  expect(faults).toEqual([]);
});

test("no line of the tables is left out", () => {
  const lines = read("docs/claims.md").match(/^\| .+$/gm)!;
  expect(claims.length).toBe(lines.filter((line) => line !== "| claim | proof |").length);
});
