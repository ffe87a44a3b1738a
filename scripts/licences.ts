import parse from "spdx-expression-parse";

/** One package as a lock file or a file of pins names it, and the licence that it states, in SPDX's words. */
export interface Licensed {
  readonly from: "npm" | "Python";
  readonly name: string;
  readonly version: string;
  /** @default it states none that can be read */
  readonly licence?: string;
}

/** Licences that ask for no more than that their notice is kept. */
export const allowed: ReadonlySet<string> = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC0-1.0",
  "CNRI-Python",
  "ISC",
  "MIT",
  "MIT-0",
  "PSF-2.0",
  "Python-2.0",
  "Unlicense",
  "Zlib",
  // What some packages write where SPDX knows several: a BSD licence without its number of clauses.
  "LicenseRef-BSD",
  "LicenseRef-Public-Domain",
]);

export interface Exception {
  readonly licence: string;
  readonly packages: readonly string[];
  readonly reason: string;
}

/** Licences that ask for more, each for the packages that were looked at, and why they may stay. */
export const exceptions: readonly Exception[] = [
  {
    licence: "MPL-2.0",
    packages: ["cdktf", "@cdktf/provider-docker", "@cdktf/provider-google", "axe-core"],
    reason: "its files keep their licence, and none of them is changed or copied here",
  },
  {
    licence: "MPL-2.0",
    packages: ["certifi", "orjson", "pathspec", "tqdm"],
    reason: "installed beside dbt or checkov and not changed",
  },
  {
    licence: "OFL-1.1",
    packages: ["@fontsource-variable/libre-franklin"],
    reason: "the font of the page: it may be embedded in a document, and is not sold by itself",
  },
  {
    licence: "CC-BY-4.0",
    packages: ["caniuse-lite"],
    reason: "data about browsers that a tool of the tests reads; nothing of it is passed on",
  },
  {
    licence: "CC-BY-3.0",
    packages: ["spdx-exceptions"],
    reason: "a list of names that this very check reads; nothing of it is passed on",
  },
  {
    licence: "Artistic-2.0",
    packages: ["binaryextensions", "editions", "istextorbinary", "textextensions", "version-range"],
    reason: "run by the secret scan and not changed",
  },
  {
    licence: "WTFPL",
    packages: ["@azu/style-format"],
    reason: "permits everything; run by the secret scan",
  },
  {
    licence: "Artistic-1.0",
    packages: ["text-unidecode"],
    reason: "run by dbt and not changed; the other licence that it offers is the GPL",
  },
];

/**
 * What speaks against a set of packages: a licence that is neither allowed nor excepted, none at all, and exceptions
 * that no package needs any more.
 */
export function licenceFaults(packages: readonly Licensed[], excepted = exceptions): string[] {
  const used = new Set<string>();
  const faults = packages.flatMap(({ from, name, version, licence }) => {
    const may = (id: string): boolean => {
      if (allowed.has(id)) return true;
      if (!excepted.some((exception) => exception.licence === id && exception.packages.includes(name)))
        return false;
      used.add(`${id} ${name}`);
      return true;
    };
    if (licence === undefined)
      return [`${from} package ${name} ${version} states no licence that can be read`];
    return permits(licence, may) ? [] : [`${from} package ${name} ${version} is under ${licence}`];
  });
  const idle = excepted.flatMap(({ licence, packages: names }) =>
    names
      .filter((name) => !used.has(`${licence} ${name}`))
      .map((name) => `the exception of ${name} for ${licence} is not needed any more`),
  );
  return [...faults, ...idle];
}

/** Whether an expression can be kept: all parts of an AND, one part of an OR. */
function permits(expression: string, may: (id: string) => boolean): boolean {
  const holds = (part: parse.Info): boolean => {
    if ("license" in part) return may(part.license);
    const [left, right] = [holds(part.left), holds(part.right)];
    return part.conjunction === "and" ? left && right : left || right;
  };
  try {
    return holds(parse(expression));
  } catch {
    return false;
  }
}

/** SPDX's word for what people write. */
const aliases: Readonly<Record<string, string>> = {
  "3-Clause BSD License": "BSD-3-Clause",
  "Apache 2.0": "Apache-2.0",
  "Apache License 2.0": "Apache-2.0",
  "Apache Software License": "Apache-2.0",
  "Artistic License": "Artistic-1.0",
  BSD: "LicenseRef-BSD",
  "BSD License": "LicenseRef-BSD",
  "GNU General Public License (GPL)": "GPL-2.0-or-later",
  "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
  "MIT License": "MIT",
  "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
  "Public Domain": "LicenseRef-Public-Domain",
  "Python Software Foundation License": "PSF-2.0",
};

/** A licence in SPDX's words, when it can be put into them. */
export function spdxOf(written: string | undefined): string | undefined {
  if (written === undefined) return undefined;
  const text = aliases[written.trim()] ?? written.trim();
  try {
    parse(text);
    return text;
  } catch {
    return undefined;
  }
}

/**
 * The licence in a Python package's METADATA: its expression, else the field when it is exact, else the classifiers, of
 * which the user may choose one.
 */
export function licenceOfMetadata(metadata: string): string | undefined {
  const head = metadata.split(/\r?\n\r?\n/)[0]!;
  const field = (name: string): string[] =>
    [...head.matchAll(new RegExp(`^${name}: (.*)$`, "gm"))].map(([, value]) => value!.trim());
  const classified = field("Classifier").flatMap((classifier) => {
    const words = classifier.split(" :: ");
    const id = words[0] === "License" && words.length > 2 ? spdxOf(words.at(-1)) : undefined;
    return id ? [id] : [];
  });
  const stated = field("License")[0];
  const isVague = stated !== undefined && stated in aliases;
  return (
    spdxOf(field("License-Expression")[0]) ??
    (isVague ? undefined : spdxOf(stated)) ??
    ([...new Set(classified)].join(" OR ") || spdxOf(stated))
  );
}
