import { Command } from "commander";
import picocolors from "picocolors";
import { version } from "../package.json";
import { colorsFor } from "./colors";
import { addData } from "./commands/data";
import { addDictionary } from "./commands/dictionary";
import { addDoctor } from "./commands/doctor";
import { addReproduce } from "./commands/reproduce";
import { addTrain } from "./commands/train";
import { services } from "./services";
import { processWorld, type World } from "./world";

/**
 * The command line: every command with its options, defaults and help. Documentation is generated from it.
 * Parsing throws a `CommanderError` for a wrong command line, and what the command itself throws.
 */
export function program(world: World = processWorld(services)): Command {
  const { bold } = picocolors.createColors(true);
  const colored = (output: World["stdout"]) => colorsFor(output, world.environment).isColorSupported;
  const command = new Command("weightcast")
    .description(
      "Train networks that predict most of their weights: W = U V, U from a fixed dictionary, only V learned.",
    )
    .version(version)
    .option("--debug", "print the stack of an error")
    .exitOverride()
    .showHelpAfterError("(add --help for what there is)")
    .configureHelp({ styleTitle: bold })
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => world.stderr.write(text),
      getOutHelpWidth: () => world.stdout.columns ?? 100,
      getErrHelpWidth: () => world.stderr.columns ?? 100,
      getOutHasColors: () => colored(world.stdout),
      getErrHasColors: () => colored(world.stderr),
    })
    .addHelpText("after", epilogue);
  addTrain(command, world);
  addReproduce(command, world);
  addDictionary(command, world);
  addData(command, world);
  addDoctor(command, world);
  return command;
}

const epilogue = `
Examples:
  $ weightcast doctor                               is everything here that training needs?
  $ weightcast reproduce fig4                       the paper's main result, with a report
  $ weightcast train --method SE-Emp                one network, 5% of its weights learned
  $ weightcast train run.yaml --epochs 20           from a configuration file
  $ weightcast dictionary check ./my-dictionary     does a dictionary keep the contract?

Exit codes:
  0    done
  1    something failed, or a check found a fault
  2    the command line or a configuration file is wrong
  130  interrupted; the same command goes on from the checkpoint

Environment:
  WEIGHTCAST_ENGINE        default of --engine
  WEIGHTCAST_FOLDER        default of --folder
  WEIGHTCAST_CACHE         folder that data sets are downloaded to (default: weightcast in the user's cache folder)
  WEIGHTCAST_COMMAND       for wrappers: the command to print where one is to be repeated
  NO_COLOR                 no colors
  TF_NUM_INTRAOP_THREADS   threads of the native engine
`;
