const base = require("../../../jest.config.js");

/** @type {import("jest").Config} */
module.exports = {
  ...base,
  rootDir: "../../..",
  testMatch: ["<rootDir>/__tests__/kestra/engine/*.test.ts"],
  testPathIgnorePatterns: [],
  globalSetup: "<rootDir>/__tests__/kestra/engine/support/global-setup.ts",
  collectCoverageFrom: [],
  coverageThreshold: {},
  testTimeout: 120_000,
  // Each file has an engine of its own, and the machine two cores.
  maxWorkers: 1,
};
