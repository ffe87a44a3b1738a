const kestra = require("../kestra/engine/jest.config.js");

/** @type {import("jest").Config} */
module.exports = { ...kestra, rootDir: "../..", testMatch: ["<rootDir>/__tests__/e2e/*.test.ts"] };
