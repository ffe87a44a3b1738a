const base = require("../../jest.config.js");

/** @type {import("jest").Config} */
module.exports = {
  ...base,
  rootDir: "../..",
  testMatch: ["<rootDir>/__tests__/faults/*.faults.ts"],
  testPathIgnorePatterns: [],
  globalSetup: "<rootDir>/__tests__/faults/support/global-setup.ts",
  globalTeardown: "<rootDir>/__tests__/faults/support/global-teardown.ts",
  collectCoverageFrom: [],
  coverageThreshold: {},
};
