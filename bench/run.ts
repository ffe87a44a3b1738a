import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import path from "node:path";
import { benchDashboard } from "./dashboard";
import { benchKestra } from "./kestra";
import { benchLaptop } from "./laptop";
import { benchSynth } from "./synth";

/** Runs every bench and writes `docs/performance.md`. */
async function main(): Promise<void> {
  const machine = `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const head = [
    "# Performance",
    "",
    `Written by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}: ${machine}, Node ${process.version}.`,
    "Each figure is one run; floors and alternatives are measured in the same run.",
    "",
  ];
  const report = [
    ...head,
    await benchLaptop(),
    benchSynth(),
    await benchDashboard(),
    await benchKestra(),
  ].join("\n");
  writeFileSync(path.join(__dirname, "..", "docs", "performance.md"), report);
  process.stdout.write(report);
}

void main();
