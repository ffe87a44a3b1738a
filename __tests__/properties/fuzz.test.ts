import { fuzz } from "./support/fuzz";

const FILES = 500;

it("no mutation of a real file is accepted that another reader reads differently", async () => {
  const { accepted, refused } = await fuzz(1, FILES);
  expect(accepted + refused).toBe(FILES);
  expect(accepted).toBeGreaterThan(FILES / 20);
  expect(refused).toBeGreaterThan(FILES / 4);
});
