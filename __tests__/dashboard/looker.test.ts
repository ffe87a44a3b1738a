import { lookerLinks } from "../../dashboard/looker";

const links = lookerLinks({ projectId: "crime-1", dataset: "crime_marts", host: "looker.example" }, [
  "crime_trends",
  "report_lag",
]);

it("links one report with all marts, and one for each", () => {
  expect(links.map(({ title }) => title)).toEqual(["All marts", "crime_trends", "report_lag"]);
  const asked = links.map(({ url }) => new URL(url).searchParams);
  expect(asked[0]!.get("ds.ds1.tableId")).toBe("report_lag");
  expect(Object.fromEntries(asked[1]!)).toEqual({
    "c.mode": "edit",
    "r.reportName": "Toronto crime: crime_trends",
    "ds.ds0.connector": "bigQuery",
    "ds.ds0.datasourceName": "crime_trends",
    "ds.ds0.type": "TABLE",
    "ds.ds0.projectId": "crime-1",
    "ds.ds0.datasetId": "crime_marts",
    "ds.ds0.tableId": "crime_trends",
  });
});

it("goes to the given host, without credentials", () => {
  for (const { url } of links)
    expect(url).toMatch(/^https:\/\/looker\.example\/reporting\/create\?c\.mode=edit&/);
});
