import { defineDataset } from "./dataset";
import { openGovernmentLicenceToronto, torontoPolice } from "./publisher";

const header = [
  "EVENT_UNIQUE_ID",
  "OCCURRENCE_YEAR",
  "OCCURRENCE_DATE",
  "OCCURRENCE_TIME",
  "REPORTED_YEAR",
  "REPORTED_DATE",
  "REPORTED_TIME",
  "DIVISION",
  "LOCATION_TYPE",
  "AGE_BIAS",
  "MENTAL_OR_PHYSICAL_DISABILITY",
  "RACE_BIAS",
  "ETHNICITY_BIAS",
  "LANGUAGE_BIAS",
  "RELIGION_BIAS",
  "SEXUAL_ORIENTATION_BIAS",
  "GENDER_BIAS",
  "MULTIPLE_BIAS",
  "PRIMARY_OFFENCE",
  "HOOD_158",
  "NEIGHBOURHOOD_158",
  "HOOD_140",
  "NEIGHBOURHOOD_140",
  "ARREST_MADE",
];
const derived = ["OCCURRENCE_YEAR", "REPORTED_YEAR", "HOOD_140", "NEIGHBOURHOOD_140"];

/** Occurrences that the Service classed as hate crimes since 2018: one row per occurrence. */
export const hateCrimes = defineDataset({
  id: "hate_crimes",
  title: "Hate Crimes Open Data",
  portalPackage: "hate-crimes-open-data",
  portalPage: "https://open.toronto.ca/dataset/hate-crimes-open-data/",
  publisher: torontoPolice,
  licence: openGovernmentLicenceToronto,
  attribution:
    "Contains information licensed under the Open Government Licence – Toronto: " +
    "Hate Crimes Open Data, Toronto Police Service, City of Toronto Open Data.",
  cadence: "yearly",
  columns: header
    .filter((name) => !derived.includes(name))
    .map((name) => ({ name: name.toLowerCase(), published: [name], required: name !== "MULTIPLE_BIAS" })),
  rowId: ["_id", "OBJECTID"],
  derived,
  dateColumns: ["occurrence_date", "reported_date"],
  reportDate: "reported_date",
  layouts: [
    { id: "L4", served: "open.toronto.ca, since August 2024", header: ["_id", ...header], defects: [] },
    {
      id: "T4",
      served: "the Toronto Police Service's own portal, 2026",
      header: ["OBJECTID", ...header],
      defects: [],
    },
  ],
  plausible: { minimumRows: 1_350, rowCaps: [100, 32_000] },
  warnAfterDays: { publisher: 400, data: 640 },
  sample: {
    file: "datasets/samples/hate_crimes.csv",
    description: "the complete publication of September 2024: 1,350 occurrences, 2018 to 2023",
  },
});
