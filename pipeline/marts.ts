/**
 * The marts in the order of their publication: dimensions, facts, aggregates. A reader who sees a new
 * aggregate finds the new facts already there.
 */
export const MARTS = [
  "dim_dates",
  "dim_neighbourhoods",
  "fct_offences",
  "fct_hate_crimes",
  "hate_crime_biases",
  "crime_by_period",
  "crime_by_weekday_hour",
  "crime_trends",
  "crime_by_member",
  "crime_drivers",
  "crime_by_neighbourhood",
  "report_lag",
  "hate_crimes_by_year",
  "hate_crimes_by_bias",
] as const;

export type Mart = (typeof MARTS)[number];
