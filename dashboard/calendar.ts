export interface Day {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** 1 is Monday, 7 is Sunday. */
  readonly weekday: number;
}

const MS_PER_DAY = 86_400_000;

/** Every day of the years, up to the last day (`YYYY-MM-DD`) that the data cover. */
export function daysOf(years: readonly number[], lastDay: string): Day[] {
  const end = Date.parse(lastDay);
  return years.flatMap((year) => {
    const days: Day[] = [];
    for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1) && at <= end; at += MS_PER_DAY) {
      const date = new Date(at);
      days.push({
        year,
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        weekday: ((date.getUTCDay() + 6) % 7) + 1,
      });
    }
    return days;
  });
}

/** How many of the days have each of the keys. */
export function countDays(
  days: readonly Day[],
  key: (day: Day) => number,
  keys: readonly number[],
): number[] {
  const counts = new Map<number, number>();
  for (const day of days) counts.set(key(day), (counts.get(key(day)) ?? 0) + 1);
  return keys.map((one) => counts.get(one) ?? 0);
}
