import path from "node:path";
import { messageOf } from "../errors";
import { writeAtomically } from "../pipeline/files";
import { readProject } from "./dictionary-read";
import { renderDictionary } from "./dictionary-render";

const root = path.join(__dirname, "..");

/** `npm run docs:dictionary`: writes `docs/data-dictionary.md`. */
async function main(): Promise<void> {
  const file = path.join(root, "docs", "data-dictionary.md");
  await writeAtomically(file, renderDictionary(readProject(path.join(root, "dbt_crime"))));
  process.stdout.write(`${file}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`error: ${messageOf(error)}\n`);
  process.exitCode = 1;
});
