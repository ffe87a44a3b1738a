import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import pc from "picocolors";
import { version } from "../package.json";
import { messageOf, UserError } from "../errors";
import { isoDate } from "../pipeline/iso-date";
import { doctorCommand } from "./doctor-command";
import { addKestraCommands } from "./kestra-commands";
import { lookerCommand } from "./looker-command";
import { openCommand } from "./open-command";
import { exportCommand, queryCommand, statusCommand } from "./read-commands";
import { restoreCommand, runCommand } from "./run-commands";
import { addUpCommands } from "./up-commands";

const DATA_DIR = ".data";

/** Parses the command line, runs one command, and sets the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // The reader of a pipe has left, as `head` does.
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  try {
    await program().parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode;
      return;
    }
    const debug = argv.includes("--debug");
    const text = debug && error instanceof Error ? error.stack : messageOf(error).replace(/\s*\n\s*/g, " ");
    const bug = error instanceof UserError || debug ? "" : " (--debug shows where)";
    process.stderr.write(`${pc.red("error:")} ${text}${bug}\n`);
    process.exitCode = error instanceof UserError ? error.exitCode : 1;
  }
}

/** The command line, with every command and option. */
export function program(): Command {
  const crime = new Command("crime")
    .description("When, where and what crime happens in Toronto, and what is driving it.")
    .version(version)
    .option("--debug", "show where an error comes from")
    .exitOverride()
    .showHelpAfterError("(crime --help shows how)")
    .configureHelp({ showGlobalOptions: true });
  const dataDir = (): Option =>
    new Option("--data-dir <dir>", "folder for lake, warehouse and answers")
      .default(DATA_DIR)
      .env("CRIME_DATA_DIR");
  const contract = new Option("--schema-contract <mode>", "what to do about a column that nothing knows")
    .choices(["evolve", "freeze"])
    .default("evolve");

  crime
    .command("run")
    .description("fetch what is new, check it, build and test the marts, publish them, print the answers")
    .option("--source <source>", "for both datasets: auto, portal or sample", sourceWord, "auto")
    .option("--major-crimes <source>", "auto, portal, sample, a path or an http(s) address")
    .option("--hate-crimes <source>", "auto, portal, sample, a path or an http(s) address")
    .option(
      "--accept-smaller <reason>",
      "accept a file that is smaller or older than the last one; the reason is kept",
    )
    .addOption(contract)
    .option("--latest", "lift the pin that crime restore has set")
    .option("--json", "print the answers as JSON")
    .addOption(dataDir())
    .action(runCommand);
  crime
    .command("restore")
    .description("publish again from what the lake held on a day, and stay there until crime run --latest")
    .argument("<date>", "YYYY-MM-DD", day)
    .option("--json", "print the answers as JSON")
    .addOption(dataDir())
    .action(restoreCommand);
  crime
    .command("query")
    .description("ask the warehouse in SQL, read-only (DuckDB; the marts need no schema name)")
    .argument("<sql>")
    .addOption(new Option("--json", "print JSON").conflicts("csv"))
    .option("--csv", "print CSV")
    .addOption(dataDir())
    .action(queryCommand);
  crime
    .command("export")
    .description("write every mart as CSV and Parquet")
    .argument("<dir>")
    .addOption(dataDir())
    .action(exportCommand);
  crime
    .command("status")
    .description("tell what is published, how old it is, and what the last attempts came to")
    .option("--json", "print JSON")
    .addOption(dataDir())
    .action(statusCommand);
  crime
    .command("doctor")
    .description("look whether this machine has all that is needed; exit code 1 when something is at fault")
    .option("--cloud", "judge a deployment to Google Cloud, too, also without settings")
    .option("--json", "print JSON")
    .action(doctorCommand);
  addUpCommands(crime);
  addKestraCommands(crime, day);
  crime
    .command("open")
    .description("open the page of what is published in the browser, or print where it is")
    .option("--print", "only print where it is")
    .addOption(dataDir())
    .action(openCommand);
  crime
    .command("looker")
    .description("print links that make Looker Studio data sources of the deployed marts, one for each")
    .option("--project <id>", "project of the marts")
    .option("--dataset <name>", "dataset of the published marts")
    .option(
      "--outputs <file>",
      "infrastructure outputs as JSON, - for standard input; Terraform is asked otherwise",
    )
    .option("--host <host>", "host of Looker Studio", "lookerstudio.google.com")
    .option("--json", "print JSON")
    .action(lookerCommand);
  return crime;
}

function sourceWord(text: string): string {
  if (["auto", "portal", "sample"].includes(text)) return text;
  throw new InvalidArgumentError(
    "choose auto, portal or sample; a path goes with --major-crimes or --hate-crimes.",
  );
}

function day(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && isoDate(text) === text) return text;
  throw new InvalidArgumentError("write it as YYYY-MM-DD.");
}
