/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  // One less than the cores, which is the default, leaves half of a small machine idle.
  maxWorkers: "100%",
  // Enough for a machine that has other things to do: a test fails for what it finds, not for when.
  testTimeout: 60_000,
  globalSetup: "<rootDir>/__tests__/support/global-setup.ts",
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  testPathIgnorePatterns: [
    "<rootDir>/__tests__/warehouse/",
    "<rootDir>/__tests__/kestra/engine/",
    "<rootDir>/__tests__/e2e/",
  ],
  modulePathIgnorePatterns: ["<rootDir>/\\.", "<rootDir>/cdktf.out"],
  // Counted with --coverage: what builds the infrastructure has no line that a test does not run.
  collectCoverageFrom: ["constructs/**/*.ts", "compose/**/*.ts", "!compose/write-laptop.ts"],
  coverageThreshold: { global: { statements: 100, branches: 100, functions: 100, lines: 100 } },
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: { parser: { syntax: "typescript" }, target: "es2022" },
        module: { type: "commonjs" },
      },
    ],
  },
};
