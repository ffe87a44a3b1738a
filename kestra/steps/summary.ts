import { readFileSync } from "node:fs";
import { give } from "./environment";

interface Result {
  readonly unique_id: string;
  readonly status: string;
  readonly execution_time: number;
  readonly message: string | null;
}

/** Sums up `run_results.json`: what was built and tested, what was slow, what failed. */
export function summary(): void {
  const { results, elapsed_time } = JSON.parse(readFileSync("run_results.json", "utf8")) as {
    results: Result[];
    elapsed_time: number;
  };
  const name = ({ unique_id }: Result): string => unique_id.split(".")[2] ?? unique_id;
  const of = (kind: string): Result[] => results.filter(({ unique_id }) => unique_id.startsWith(`${kind}.`));
  const bad = results.filter(({ status }) => status === "error" || status === "fail");
  give({
    summary: {
      models: of("model").length,
      tests: of("test").length,
      passed: of("test").filter(({ status }) => status === "pass").length,
      warned: results.filter(({ status }) => status === "warn").map(name),
      failed: bad.map(
        (result) =>
          `${name(result)}: ${(result.message ?? result.status).replace(/\s+/g, " ").slice(0, 200)}`,
      ),
      seconds: Math.round(elapsed_time * 10) / 10,
      slowest: [...results]
        .sort((a, b) => b.execution_time - a.execution_time)
        .slice(0, 3)
        .map((result) => `${name(result)} ${result.execution_time.toFixed(1)} s`),
    },
  });
}
