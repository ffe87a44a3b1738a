const base = require("../../jest.config.js");

/** @type {import("jest").Config} */
module.exports = {
  ...base,
  rootDir: "../..",
  testMatch: ["<rootDir>/__tests__/warehouse/*.test.ts"],
  testPathIgnorePatterns: [],
  globalSetup: "<rootDir>/__tests__/warehouse/support/global-setup.ts",
  // The emulator does one thing at a time.
  maxWorkers: 1,
};
