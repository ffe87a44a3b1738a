import { BigQueryRun } from "./support/bigquery-run";

jest.setTimeout(120_000);

it("runs nothing when a dataset lies elsewhere than the one location", async () => {
  const run = new BigQueryRun("elsewhere");
  await run.deploy({ marts: "US" });
  await expect(run.build("p")).rejects.toThrow(
    /dataset elsewhere_marts lies in US, .* is northamerica-northeast2: set CRIME_LOCATION/,
  );
  for (const layer of ["staging", "audit"]) {
    expect(await run.client.tables(`elsewhere_${layer}`)).toEqual([]);
  }
});

it("never makes a dataset: the infrastructure does", async () => {
  const run = new BigQueryRun("undeployed");
  await expect(run.build("p")).rejects.toThrow(/there is no dataset undeployed_\w+ in project .* deploy the data stack/);
});
