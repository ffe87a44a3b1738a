import { AREAS, type Area, type Declared } from "./fault";

const TITLES: Readonly<Record<Area, string>> = {
  portal: "The City's portal",
  files: "Files",
  disk: "Disk, folders and locks",
  warehouse: "The DuckDB file",
  dbt: "dbt and Python",
  lake: "The lake",
  page: "The page",
  death: "A process that dies",
  google: "Cloud Storage and BigQuery, as the flows' steps meet them",
  bigquery: "BigQuery's jobs, on the emulator",
  kestra: "Kestra and the deploy step",
};

const NOTES: Readonly<Partial<Record<Area, string>>> = {
  google: "Google's own words are shown as they come, often over several lines.",
  bigquery: "What the user sees is what a task shows of the job that failed.",
};

const HEAD = `# Reliability

Written by \`npm run test:faults\`. Each line is a fault that was injected for real into a run on bundled slices
(2,000 and 400 rows), and proven: the sentence, the exit code, that no line of a stack trace is shown, that marts, lake and
page are afterwards what the line says, and that once the cause is gone a rerun ends as if nothing had ever failed, with the
same marts. "…" stands for what differs from run to run.
`;

const cell = (text: string): string => text.replaceAll("|", "\\|");

/** The document: a head and a table for each area. */
export function renderTable(rows: readonly Declared[]): string {
  const tables = AREAS.map((area) => {
    const lines = rows
      .filter((row) => row.area === area)
      .map(({ id, broken, says, exit, leaves, heals }) =>
        [
          id,
          broken,
          says === "" ? "nothing" : `\`${says}\``,
          String(exit),
          leaves ?? "as before",
          heals ?? "unchanged, the same marts",
        ].map(cell),
      );
    const head = ["id", "what is broken", "what the user sees", "exit", "nothing lost", "rerun"];
    const ruled = [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`);
    const note = NOTES[area] ? `${NOTES[area]}\n\n` : "";
    return `\n## ${TITLES[area]}\n\n${note}${ruled.join("\n")}\n`;
  });
  return `${HEAD}\n${rows.length} faults.\n${tables.join("")}`;
}
