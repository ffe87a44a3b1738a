import { fuzz } from "../properties/support/fuzz";

// The everyday suite runs the first ones.
const FILES = 10_000;

jest.setTimeout(300_000);

it("no mutation of a real file is accepted that another reader reads differently", async () => {
  const { accepted, refused } = await fuzz(1, FILES);
  expect(accepted + refused).toBe(FILES);
  expect(accepted).toBeGreaterThan(FILES / 20);
  expect(refused).toBeGreaterThan(FILES / 4);
});
