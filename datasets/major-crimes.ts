import { defineDataset } from "./dataset";
import { openGovernmentLicenceToronto, torontoPolice } from "./publisher";

const parts = (prefix: string, names: string): string[] =>
  names.split(" ").map((name) => `${prefix}_${name}`);
const reportParts = parts("REPORT", "YEAR MONTH DAY DOY DOW");
const occurrenceParts = parts("OCC", "YEAR MONTH DAY DOY DOW");

/** Header from the event id to the last column that all layouts share, with the category under its name of the time. */
const body = (category: string): string[] => [
  "EVENT_UNIQUE_ID",
  "REPORT_DATE",
  "OCC_DATE",
  ...reportParts,
  "REPORT_HOUR",
  ...occurrenceParts,
  "OCC_HOUR",
  "DIVISION",
  "LOCATION_TYPE",
  "PREMISES_TYPE",
  "UCR_CODE",
  "UCR_EXT",
  "OFFENCE",
  category,
  "HOOD_158",
  "NEIGHBOURHOOD_158",
  "HOOD_140",
  "NEIGHBOURHOOD_140",
];
const coordinates = ["LONG_WGS84", "LAT_WGS84"];

const required = (name: string, ...published: string[]) => ({
  name,
  published: published.length > 0 ? published : [name.toUpperCase()],
  required: true,
});
const optional = (name: string) => ({ name, published: [name.toUpperCase()], required: false });

/** Offences against person and property since 2014: one row per offence and victim. */
export const majorCrimes = defineDataset({
  id: "major_crimes",
  title: "Community Safety Indicators (Major Crime Indicators)",
  portalPackage: "major-crime-indicators",
  portalPage: "https://open.toronto.ca/dataset/major-crime-indicators/",
  publisher: torontoPolice,
  licence: openGovernmentLicenceToronto,
  attribution:
    "Contains information licensed under the Open Government Licence – Toronto: " +
    "Community Safety Indicators (Major Crime Indicators), Toronto Police Service, City of Toronto Open Data.",
  cadence: "quarterly",
  columns: [
    required("event_unique_id"),
    required("report_date"),
    required("report_hour"),
    required("occ_date"),
    required("occ_hour"),
    required("division"),
    required("location_type"),
    required("premises_type"),
    required("ucr_code"),
    required("ucr_ext"),
    required("offence"),
    required("category", "CSI_CATEGORY", "MCI_CATEGORY", "MCI"),
    required("hood_158"),
    required("neighbourhood_158"),
    optional("long_wgs84"),
    optional("lat_wgs84"),
  ],
  rowId: ["_id", "OBJECTID"],
  derived: [...reportParts, ...occurrenceParts, "HOOD_140", "NEIGHBOURHOOD_140", "X", "Y"],
  dateColumns: ["report_date", "occ_date"],
  reportDate: "report_date",
  layouts: [
    {
      id: "L2",
      served: "open.toronto.ca, April 2023 to October 2024",
      header: ["_id", ...body("MCI_CATEGORY")],
      defects: [
        "no coordinates are published",
        "midnight is written as a blank hour; blank hours are read as 00",
      ],
    },
    {
      id: "L3",
      served: "open.toronto.ca, October 2024 to February 2026",
      header: ["_id", ...body("MCI_CATEGORY"), ...coordinates],
      defects: [],
    },
    {
      id: "L4",
      served: "open.toronto.ca, since February 2026",
      header: ["_id", ...body("CSI_CATEGORY"), ...coordinates],
      defects: [],
    },
    {
      id: "T4",
      served: "the Toronto Police Service's own portal, 2026",
      header: ["OBJECTID", ...body("CSI_CATEGORY"), ...coordinates, "x", "y"],
      defects: [],
    },
  ],
  plausible: { minimumRows: 400_000, rowCaps: [100, 32_000] },
  warnAfterDays: { publisher: 100, data: 210 },
  sample: {
    file: "datasets/samples/major_crimes.csv",
    description: "a random 10,000 of the 474,819 rows published for the first quarter of 2026",
  },
});
