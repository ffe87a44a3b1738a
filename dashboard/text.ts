/** 12345 -> "12,345". */
export function integer(n: number): string {
  return String(Math.round(n))
    .replace(/\B(?=(\d{3})+(?!\d))/g, ",")
    .replace("-", "−");
}

/** "+1,234" or "−56". */
export function signed(n: number): string {
  return n > 0 ? `+${integer(n)}` : integer(n);
}

/** 0.386 -> "39%"; shares below a tenth, and below one percent, with one decimal. */
export function percent(share: number): string {
  const value = share * 100;
  return `${(Math.abs(value) < 9.95 ? value.toFixed(1) : value.toFixed(0)).replace("-", "−")}%`;
}

export function signedPercent(share: number): string {
  return `${share > 0 ? "+" : ""}${percent(share)}`;
}

/** Two or three significant figures: 134, 13.4, 2.42, 0.16, 0.044. */
export function rate(n: number): string {
  const decimals = n >= 100 ? 0 : n >= 10 ? 1 : n >= 0.1 || n === 0 ? 2 : 3;
  return n.toFixed(decimals);
}

/** 2026-03-31 -> "31 March 2026". */
export function longDate(day: string): string {
  const [year, month, date] = day.split("-").map(Number);
  return `${date} ${MONTHS[month! - 1]} ${year}`;
}

/** 1 -> "1st". */
export function ordinal(n: number): string {
  const ending =
    n % 10 === 1 && n !== 11
      ? "st"
      : n % 10 === 2 && n !== 12
        ? "nd"
        : n % 10 === 3 && n !== 13
          ? "rd"
          : "th";
  return `${n}${ending}`;
}

/** 9 -> "09:00–09:59". */
export function wholeHour(hour: number): string {
  return `${clock(hour)}–${String(hour).padStart(2, "0")}:59`;
}

/** 9 -> "09:00". */
export function clock(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "2014–2025", or one year. */
export function span(from: number, to: number): string {
  return from === to ? String(from) : `${from}–${to}`;
}

export const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** Monday first, as `weekday` 1 to 7 counts. */
export const WEEKDAYS = [
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
  "Sunday",
] as const;
