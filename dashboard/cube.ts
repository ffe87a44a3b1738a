/** Counts over the product of its axes, the last axis running fastest. Plain data, so that it travels as JSON. */
export interface Cube<A extends string = string> {
  readonly axes: Readonly<Record<A, readonly Member[]>>;
  readonly cells: readonly number[];
}

export type Member = string | number;

/** For some axes, the members to keep. An axis that is not named is summed over. */
export type Where<A extends string> = { readonly [axis in A]?: readonly Member[] };

/**
 * A cube of the counts that `rows` carry.
 *
 * @param place the members of a row in the order of the axes, or undefined for a row that has no place
 * @throws RangeError naming the axis and the member that is not on it
 */
export function fill<A extends string, R>(
  axes: Readonly<Record<A, readonly Member[]>>,
  rows: readonly R[],
  place: (row: R) => readonly Member[] | undefined,
  count: (row: R) => number,
): Cube<A> {
  const names = Object.keys(axes) as A[];
  const positions = names.map((name) => new Map(axes[name].map((member, at) => [member, at])));
  const cells = new Array<number>(names.reduce((size, name) => size * axes[name].length, 1)).fill(0);
  for (const row of rows) {
    const members = place(row);
    if (!members) continue;
    let at = 0;
    names.forEach((name, axis) => {
      const position = positions[axis]!.get(members[axis]!);
      if (position === undefined) throw new RangeError(`unknown ${name} ${String(members[axis])}`);
      at = at * axes[name].length + position;
    });
    cells[at]! += count(row);
  }
  return { axes, cells };
}

/** Sums along some axes, flat, the last of them running fastest. */
export function tally<A extends string>(
  cube: Cube<A>,
  along: readonly NoInfer<A>[],
  where: Where<NoInfer<A>> = {},
): number[] {
  const names = Object.keys(cube.axes) as A[];
  const kept = names.map((name) => {
    const wanted = where[name];
    return cube.axes[name].map((member) => wanted === undefined || wanted.includes(member));
  });
  const strides = names.map((name) => {
    const after = along.slice(along.indexOf(name) + 1);
    return along.includes(name) ? after.reduce((size, next) => size * cube.axes[next].length, 1) : 0;
  });
  const sums = new Array<number>(along.reduce((size, name) => size * cube.axes[name].length, 1)).fill(0);
  let cell = 0;
  const walk = (axis: number, keep: boolean, at: number): void => {
    if (axis === names.length) {
      if (keep) sums[at]! += cube.cells[cell]!;
      cell += 1;
      return;
    }
    const flags = kept[axis]!;
    for (let member = 0; member < flags.length; member++) {
      walk(axis + 1, keep && flags[member]!, at + member * strides[axis]!);
    }
  };
  walk(0, true, 0);
  return sums;
}

/** The sum of what `where` keeps. */
export function total<A extends string>(cube: Cube<A>, where: Where<NoInfer<A>> = {}): number {
  return tally(cube, [], where)[0]!;
}
