import { readFileSync } from "node:fs";
import path from "node:path";
import { npmPackages, pinsOf, pythonPackages } from "../../scripts/lint-licences";
import { exceptions, licenceFaults, licenceOfMetadata, spdxOf, type Licensed } from "../../scripts/licences";
import { projectDir } from "../support/crime";

const read = (name: string): string => readFileSync(path.join(projectDir, name), "utf8");
const lock = JSON.parse(read("package-lock.json")) as Parameters<typeof npmPackages>[0];
const one = (licence?: string, name = "thing"): Licensed[] => [
  { from: "npm", name, version: "1.0.0", ...(licence !== undefined && { licence }) },
];

test("a licence that is not on the list is a fault, and so is none at all", () => {
  expect(licenceFaults(one("MIT"), [])).toEqual([]);
  expect(licenceFaults(one("GPL-3.0-only"), [])).toEqual(["npm package thing 1.0.0 is under GPL-3.0-only"]);
  expect(licenceFaults(one("SEE LICENSE IN EULA"), [])).toEqual([
    "npm package thing 1.0.0 is under SEE LICENSE IN EULA",
  ]);
  expect(licenceFaults(one(), [])).toEqual(["npm package thing 1.0.0 states no licence that can be read"]);
});

test("of an OR one licence is enough; of an AND each must be allowed", () => {
  expect(licenceFaults(one("(GPL-2.0-only OR MIT)"), [])).toEqual([]);
  expect(licenceFaults(one("MIT AND (Apache-2.0 OR GPL-2.0-only)"), [])).toEqual([]);
  expect(licenceFaults(one("MIT AND GPL-2.0-only"), [])).toHaveLength(1);
});

test("an exception holds for its packages alone, and goes when nothing needs it", () => {
  const excepted = [{ licence: "MPL-2.0", packages: ["thing"], reason: "for a test" }];
  expect(licenceFaults(one("MPL-2.0"), excepted)).toEqual([]);
  expect(licenceFaults(one("MPL-2.0", "other"), excepted)).toEqual([
    "npm package other 1.0.0 is under MPL-2.0",
    "the exception of thing for MPL-2.0 is not needed any more",
  ]);
  for (const { reason } of exceptions) expect(reason.length).toBeGreaterThan(20);
});

test("the lock file of today passes, and one more package under the GPL does not", () => {
  const python = exceptions.filter(
    ({ packages }) => packages.includes("tqdm") || packages.includes("text-unidecode"),
  );
  const npm = exceptions.filter((exception) => !python.includes(exception));
  expect(licenceFaults(npmPackages(lock), npm)).toEqual([]);
  const packages = { ...lock.packages, "node_modules/new": { version: "2.0.0", license: "AGPL-3.0-only" } };
  expect(licenceFaults(npmPackages({ packages }), npm)).toEqual([
    "npm package new 2.0.0 is under AGPL-3.0-only",
  ]);
});

test("another platform's binary has the licence of what it belongs to", () => {
  const packages = {
    "": {},
    "node_modules/a": { version: "1.0.0", license: "MIT", optionalDependencies: { "a-win32-x64": "1.0.0" } },
    "node_modules/a-win32-x64": { version: "1.0.0" },
    "node_modules/a/node_modules/b": { version: "2.0.0", license: "ISC" },
  };
  expect(npmPackages({ packages }).map(({ name, licence }) => [name, licence])).toEqual([
    ["a", "MIT"],
    ["a-win32-x64", "MIT"],
    ["b", "ISC"],
  ]);
});

test("pins and table of the Python packages must tell of the same packages", () => {
  const pins = new Set(
    pinsOf("Some_Thing==1.2 \\\n    --hash=sha256:0\nother==3.0 ; python_version < '3.11' \\\n"),
  );
  expect([...pins]).toEqual(["some-thing==1.2", "other==3.0"]);
  const { packages, faults } = pythonPackages(pins, { "some-thing==1.2": "MIT", "gone==9": "MIT" });
  expect(packages.map(({ name }) => name)).toEqual(["some-thing"]);
  expect(faults).toEqual([
    expect.stringContaining("the licence of other 3.0 is not in the table"),
    expect.stringContaining("gone==9 is in the table, but pinned no more"),
  ]);
});

test("a package's metadata are read as they are written", () => {
  const of = (...lines: string[]) =>
    licenceOfMetadata(`Name: a\n${lines.join("\n")}\n\nLicense: GPL-3.0-only\n`);
  const classifier = (name: string) => `Classifier: License :: OSI Approved :: ${name}`;
  expect(of("License-Expression: MIT", "License: other")).toBe("MIT");
  expect(of("License: ISC", classifier("BSD License"))).toBe("ISC");
  expect(of("License: BSD", classifier("BSD License"))).toBe("LicenseRef-BSD");
  expect(of(classifier("MIT License"), classifier("Apache Software License"))).toBe("MIT OR Apache-2.0");
  expect(of("License: 3-Clause BSD License")).toBe("BSD-3-Clause");
  expect(of("License: ask the author")).toBeUndefined();
  expect(of()).toBeUndefined();
  expect(spdxOf("Public Domain")).toBe("LicenseRef-Public-Domain");
});
