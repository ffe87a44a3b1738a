#!/usr/bin/env node
// TypeScript runs in this process, without a build: see docs/decisions/0002-run-typescript-directly.md
require("tsx/cjs");
require("./main").main(process.argv);
