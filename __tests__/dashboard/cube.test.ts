import { fill, tally, total } from "../../dashboard/cube";

const cube = fill(
  { year: [2014, 2015], category: ["a", "b", "c"] },
  [
    { at: [2014, "a"], n: 1 },
    { at: [2014, "b"], n: 2 },
    { at: [2015, "c"], n: 4 },
    { at: undefined, n: 100 },
    { at: [2015, "c"], n: 8 },
  ],
  ({ at }) => at,
  ({ n }) => n,
);

it.each([
  [["year"], {}, [3, 12]],
  [["category"], {}, [1, 2, 12]],
  [["category"], { year: [2014] }, [1, 2, 0]],
  [["category", "year"], {}, [1, 0, 2, 0, 0, 12]],
  [["year", "category"], { category: ["b", "c"] }, [0, 2, 0, 0, 0, 12]],
  [[], {}, [15]],
] as const)("sums along %j where %j", (along, where, sums) => {
  expect(tally(cube, along, where)).toEqual(sums);
});

it("sums all, and leaves out rows that have no place", () => expect(total(cube)).toBe(15));

it("names the axis and the member that is not on it", () => {
  expect(() =>
    fill(
      { year: [2014] },
      [2013],
      (year) => [year],
      () => 1,
    ),
  ).toThrow(new RangeError("unknown year 2013"));
});
