const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?$/;
/** The Police portal writes the UTC instant of Toronto's midnight, 4 or 5 AM of the same day. */
const US = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (?:0?[1-9]|1[0-2]):[0-5]\d:[0-5]\d [AP]M$/;

/** The day that one of the publisher's date texts names, as `YYYY-MM-DD`; `undefined` when it is none. */
export function isoDate(text: string): string | undefined {
  const iso = ISO.exec(text);
  const us = iso ? null : US.exec(text);
  const [year, month, day] = iso ? [iso[1], iso[2], iso[3]] : us ? [us[3], us[1], us[2]] : [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  const parsed = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date) ? date : undefined;
}

/** Today's day in Toronto, `YYYY-MM-DD`. */
export function torontoDay(now: Date): string {
  return new Intl.DateTimeFormat("en-CA", { timeZone: "America/Toronto", dateStyle: "short" }).format(now);
}

/** Whole days from one `YYYY-MM-DD` (or later instant) to another. */
export function daysBetween(from: string, to: string): number {
  return Math.floor((Date.parse(to) - Date.parse(from)) / 86_400_000);
}
