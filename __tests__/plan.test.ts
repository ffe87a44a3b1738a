import { planRun, publicationId, type Held } from "../pipeline/plan";

const dbt = "d".repeat(64);
const published = (raw: Held["raw"], dbtCrime = dbt): Held => ({
  raw,
  publication: {
    publication_id: publicationId(raw, dbtCrime),
    major_crimes_sha256: raw.major_crimes,
    hate_crimes_sha256: raw.hate_crimes,
    dbt_crime_sha256: dbtCrime,
    published_at: "2026-11-24T00:00:00Z",
  },
});
const raw = { major_crimes: "a", hate_crimes: "h" };

it.each([
  [
    "nothing is held",
    { ...raw },
    { raw: { major_crimes: null, hate_crimes: null }, publication: undefined },
    ["major_crimes", "hate_crimes"],
    true,
  ],
  ["all is the same", { ...raw }, published(raw), [], false],
  ["one dataset is new", { major_crimes: "b", hate_crimes: "h" }, published(raw), ["major_crimes"], true],
  [
    "a dataset has no snapshot",
    { major_crimes: "b", hate_crimes: undefined },
    published(raw),
    ["major_crimes"],
    true,
  ],
  ["nothing could be had", {}, published(raw), [], false],
  ["dbt_crime has changed", { ...raw }, published(raw, "e".repeat(64)), [], true],
  [
    "raw was loaded and never published",
    { ...raw },
    { ...published({ major_crimes: "z", hate_crimes: "h" }), raw },
    [],
    true,
  ],
])("when %s", (_, wanted, held, load, publish) => {
  expect(planRun(wanted as Partial<Held["raw"]>, held, dbt)).toMatchObject({ load, publish });
});

it("gives equal inputs an equal publication id, and others another", () => {
  expect(publicationId(raw, dbt)).toBe(publicationId({ ...raw }, dbt));
  const others = [
    publicationId({ ...raw, hate_crimes: null }, dbt),
    publicationId(raw, "x"),
    publicationId({ major_crimes: "h", hate_crimes: "a" }, dbt),
  ];
  expect(new Set([...others, publicationId(raw, dbt)]).size).toBe(4);
});
