import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { datasets } from "../../datasets";
import { MARTS } from "../../pipeline/marts";
import { run } from "../../pipeline/process";
import { projectDir, temporaryFolder } from "../support/crime";

jest.setTimeout(180_000);

interface Manifest {
  docs: Record<string, { block_contents: string }>;
  nodes: Record<string, { description: string; columns: Record<string, { description: string }> }>;
  child_map: Record<string, string[]>;
}

it("writes one page with descriptions, lineage and the attribution, without a network", async () => {
  const folder = temporaryFolder();
  const env = { ...process.env, https_proxy: "http://127.0.0.1:9", http_proxy: "http://127.0.0.1:9" };
  const args = ["--import", "tsx", path.join("scripts", "dbt-docs.ts"), folder];
  const { code, tail } = await run(process.execPath, args, { cwd: projectDir, env });
  expect({ code, tail }).toMatchObject({ code: 0 });
  expect(existsSync(path.join(folder, "static_index.html"))).toBe(true);

  const read = <T>(name: string) => JSON.parse(readFileSync(path.join(folder, name), "utf8")) as T;
  const manifest = read<Manifest>("manifest.json");
  const catalog = read<{ nodes: Record<string, { columns: Record<string, unknown> }> }>("catalog.json");
  for (const { attribution } of datasets) {
    expect(manifest.docs["doc.dbt_crime.__overview__"]!.block_contents).toContain(attribution);
  }
  for (const mart of MARTS) {
    const id = `model.dbt_crime.${mart}`;
    const { description, columns } = manifest.nodes[id]!;
    expect([mart, description]).not.toEqual([mart, ""]);
    expect(Object.keys(catalog.nodes[id]!.columns).sort()).toEqual(Object.keys(columns).sort());
    expect(Object.entries(columns).filter(([, column]) => column.description === "")).toEqual([]);
  }
  expect(manifest.child_map["model.dbt_crime.fct_offences"]).toContain(
    "model.dbt_crime.int_offences_by_category",
  );
});
