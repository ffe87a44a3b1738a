import { datasets, type Dataset } from "../datasets";
import {
  grainOf,
  layers,
  wordsOf,
  type Column,
  type DbtProject,
  type Layer,
  type Table,
} from "./dictionary-read";

const cell = (text: string): string => text.replace(/\s+/g, " ").trim().replaceAll("|", "\\|");

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows.map((row) => row.map(cell))]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

const titles: Readonly<Record<Layer, string>> = {
  marts: "Marts",
  intermediate: "Between staging and marts",
  staging: "Staging",
};

/** `{{ 'float64' if target.type == 'bigquery' else 'double' }}` in words. */
function typeOf({ data_type = "" }: Column): string {
  const [, bigquery, duckdb] = /'(\w+)' if target\.type == 'bigquery' else '(\w+)'/.exec(data_type) ?? [];
  return bigquery === undefined ? data_type : `${duckdb} (BigQuery: ${bigquery})`;
}

/**
 * The data dictionary as Markdown.
 *
 * @throws Error when a description refers to a block that is not there
 */
export function renderDictionary(project: DbtProject): string {
  const resolved = (text = ""): string =>
    text.replace(/\{\{ doc\('(\w+)'\) \}\}/g, (_, name: string) => {
      const block = project.docs[name];
      if (block === undefined) throw new Error(`there is no docs block ${name}`);
      return block;
    });

  const columns = (of: readonly Column[]): string => {
    const hasTypes = of.some(({ data_type }) => data_type !== undefined);
    return table(
      ["column", ...(hasTypes ? ["type", "tests"] : []), "what it is"],
      of.map((column) => [
        `\`${column.name}\``,
        ...(hasTypes ? [typeOf(column), (column.data_tests ?? []).map(wordsOf).join("; ")] : []),
        resolved(column.description),
      ]),
    );
  };

  const model = (of: Table): string => {
    const grain = grainOf(of);
    const others = (of.data_tests ?? []).map(wordsOf).filter((words) => words !== "primary key");
    const units = project.unitTests[of.name] ?? [];
    return [
      `### ${of.name}`,
      cell(resolved(of.description)),
      ...(grain.length > 0 ? [`Key: ${grain.map((name) => `\`${name}\``).join(", ")}.`] : []),
      ...(others.length > 0 ? [`Tested: ${others.join("; ")}.`] : []),
      ...(units.length > 0
        ? [`Unit tests: ${units.map((name) => name.replaceAll("_", " ")).join("; ")}.`]
        : []),
      ...(of.columns ? [columns(of.columns)] : []),
    ].join("\n\n");
  };

  const raw = ({ id, title, portalPage, columns: kept }: Dataset): string => {
    const described = project.sources.flatMap(({ tables }) => tables).find(({ name }) => name === id)!;
    return [
      `### raw.${id}`,
      `[${title}](${portalPage}). ${cell(described.description)} All columns are text.`,
      table(
        ["column", "published as", "a file without it"],
        kept.map(({ name, published, required }) => [
          `\`${name}\``,
          published.join(", "),
          required ? "is refused" : "is taken; the column stays empty",
        ]),
      ),
      "And where each row is from:",
      columns(described.columns!),
    ].join("\n\n");
  };

  const ops = project.sources.find(({ name }) => name === "ops")!;
  const sections = [
    ...[...layers]
      .reverse()
      .map((layer) => [`## ${titles[layer]}`, ...project.models[layer].map(model)].join("\n\n")),
    ["## Raw", ...datasets.map(raw)].join("\n\n"),
    [
      "## Ops",
      cell(ops.description),
      ...ops.tables.map((of) =>
        [`### ops.${of.name}`, cell(of.description), columns(of.columns!)].join("\n\n"),
      ),
    ].join("\n\n"),
    [
      "## Tests across models",
      project.tests.map((name) => `- ${name.replace(/^assert_/, "").replaceAll("_", " ")}`).join("\n"),
    ].join("\n\n"),
  ];
  return `# Data dictionary

Written by \`npm run docs:dictionary\` from the YAML files of \`dbt_crime\` and from \`datasets/\`. The columns and types of the
marts are contracts: a build that makes others fails. What stands before the marts may change; its SQL lists its columns.
\`npm run docs\` makes dbt's own page, with the lineage.

${sections.join("\n\n")}
`;
}
