const base = require("../../jest.config.js");

/** @type {import("jest").Config} */
module.exports = {
  ...base,
  rootDir: "../..",
  testMatch: ["<rootDir>/__tests__/faults/*.faults.ts"],
  testPathIgnorePatterns: [],
  collectCoverageFrom: [],
  coverageThreshold: {},
};
