/** Whole numbers below `sides`; the same sequence for the same seed on every machine. */
export type Roll = (sides: number) => number;

/** Mulberry32. */
export function dice(seed: number): Roll {
  let state = seed >>> 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

export const pick = <T>(roll: Roll, list: readonly T[]): T => list[roll(list.length)]!;
