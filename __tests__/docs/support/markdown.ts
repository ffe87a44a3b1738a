import { readFileSync } from "node:fs";
import path from "node:path";
import { projectDir } from "../../support/crime";

/** What the comment before a block of commands says about running it. */
export interface Mark {
  readonly run: "everyday" | "CI" | "never";
  /** Why it is not run. */
  readonly reason?: string;
  /** Beginning of the commands that only CI runs. */
  readonly exceptInCI?: string;
  /** After all other blocks, since it removes what they need. */
  readonly last: boolean;
  readonly exit: number;
}

/** A fenced block of shell commands. */
export interface Block {
  /** `file:line`, where the block begins. */
  readonly at: string;
  readonly mark: Mark | undefined;
  readonly commands: readonly string[];
}

const marks =
  /^\s*<!-- (?:run: (?<run>everyday|CI)(?:, but (?<except>.+) in CI)?(?<last>, last)?(?:, exit (?<exit>\d))?|not run: (?<reason>.+)) -->$/;

function markOf(line: string): Mark | undefined {
  const found = marks.exec(line)?.groups;
  if (!found) return undefined;
  const { run, reason, except, last, exit } = found;
  return {
    run: reason === undefined ? (run as "everyday" | "CI") : "never",
    ...(reason !== undefined && { reason }),
    ...(except !== undefined && { exceptInCI: except }),
    last: last !== undefined,
    exit: Number(exit ?? 0),
  };
}

/** The text of a file of the project. */
export const read = (file: string): string => readFileSync(path.join(projectDir, file), "utf8");

/** The blocks of shell commands in a Markdown text, in order; comments are taken off. */
export function blocksOf(file: string, text = read(file)): Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const fence = /^(\s*)```(?:sh|shell|bash)$/.exec(lines[at]!);
    if (!fence) continue;
    const begin = at;
    const commands: string[] = [];
    while (!lines[++at]!.startsWith(`${fence[1]}\`\`\``)) {
      let command = lines[at]!.replace(/(^|\s+)#.*$/, "").trim();
      while (command.endsWith("\\")) command = command.slice(0, -1) + lines[++at]!.trim();
      if (command !== "") commands.push(command);
    }
    blocks.push({ at: `${file}:${begin + 1}`, mark: markOf(lines[begin - 1] ?? ""), commands });
  }
  return blocks;
}

/** Text without fenced blocks. */
const prose = (text: string): string => text.replace(/^\s*```[\s\S]*?^\s*```$/gm, "");

/** Commands of this project that stand as code inside sentences and tables. */
export function inlineCommands(file: string): string[] {
  return [...prose(read(file)).matchAll(/`((?:npm|npx) [^`]+)`/g)].map(([, command]) => command!);
}

/** Addresses that the text links to, images too, except those on the web. */
export function linksOf(file: string): string[] {
  const text = prose(read(file));
  const addresses = [...text.matchAll(/\]\(([^)\s]+)\)/g), ...text.matchAll(/(?:href|src)="([^"]+)"/g)];
  return addresses.map(([, address]) => address!).filter((address) => !/^[a-z]+:/.test(address));
}

/** The anchors of a file's headings, as GitHub makes them. */
export const anchorsOf = (file: string): string[] =>
  [...prose(read(file)).matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-"),
  );

/** The text as words: without emphasis, links or line breaks. */
export const wordsOf = (text: string): string =>
  text
    .replaceAll("**", "")
    .replace(/\[([^\]]+)\]\([^)]+\)/g, "$1")
    .replace(/\s+/g, " ");
