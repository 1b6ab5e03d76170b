import { masked } from "@weightcast/types";
import { Command } from "commander";
import picocolors from "picocolors";
import { version } from "../package.json";
import { addAdapt } from "./commands/adapt/adapt";
import { addBoard } from "./commands/board/board";
import { addCompress } from "./commands/compress/compress";
import { addData } from "./commands/data/data";
import { addDictionary } from "./commands/dictionary/dictionary";
import { addDoctor } from "./commands/doctor/doctor";
import { addEvaluate } from "./commands/evaluate/evaluate";
import { addExport } from "./commands/export/export";
import { addInspect } from "./commands/inspect/inspect";
import { addMerge } from "./commands/merge/merge";
import { addPredict } from "./commands/predict/predict";
import { addQuantize } from "./commands/quantize/quantize";
import { addReproduce } from "./commands/reproduce/reproduce";
import { addRuns } from "./commands/runs/runs";
import { addSchema } from "./commands/schema/schema";
import { addSweep } from "./commands/sweep/sweep";
import { addTrain } from "./commands/train/train";
import { addWorker } from "./commands/worker/worker";
import { services } from "./services";
import { colorsFor } from "./terminal/colors";
import { processWorld, type World } from "./world";

/**
 * Command line: every command with its options, defaults and help. The documentation is generated from it.
 * Parsing throws a `CommanderError` if the command line is wrong, and otherwise the command's own errors.
 */
export function program(world: World = processWorld(services)): Command {
  const { bold } = picocolors.createColors(true);
  const colored = (output: World["stdout"]) => colorsFor(output, world.environment).isColorSupported;
  const command = new Command("weightcast")
    .description(
      "Train networks that predict most of their weights: W = U V, where U comes from a fixed dictionary and only V is " +
        "learned.",
    )
    .version(version)
    .option("--debug", "print the stack of an error")
    .exitOverride()
    .showHelpAfterError("(add --help to see all commands and options)")
    .configureHelp({ styleTitle: bold })
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => world.stderr.write(masked(text)),
      getOutHelpWidth: () => world.stdout.columns ?? 100,
      getErrHelpWidth: () => world.stderr.columns ?? 100,
      getOutHasColors: () => colored(world.stdout),
      getErrHasColors: () => colored(world.stderr),
    })
    .addHelpText("after", epilogue);
  addTrain(command, world);
  addPredict(command, world);
  addEvaluate(command, world);
  addInspect(command, world);
  addCompress(command, world);
  addQuantize(command, world);
  addAdapt(command, world);
  addMerge(command, world);
  addExport(command, world);
  addReproduce(command, world);
  addSweep(command, world);
  addWorker(command, world);
  addRuns(command, world);
  addBoard(command, world);
  addDictionary(command, world);
  addData(command, world);
  addSchema(command, world);
  addDoctor(command, world);
  return command;
}

const epilogue = `
Examples:
  $ weightcast doctor                               is everything installed that training needs?
  $ weightcast reproduce fig4                       the paper's main result, with a report
  $ weightcast train --method SE-Emp                one network that learns 5% of its weights
  $ weightcast train --network resnet20             another network
  $ weightcast train run.yaml --epochs 20           a run from a configuration file
  $ weightcast predict digits.safetensors 7.png     the class of an image, by a network that train has saved
  $ weightcast evaluate digits.safetensors          its error, by class
  $ weightcast inspect digits.safetensors           what is in the file, layer by layer
  $ weightcast sweep --method SE-Emp --rate 0.1,0.2 --seed 1,2,3   settings varied
  $ weightcast runs list 'testError<2%'             recorded runs, by what they are or measured
  $ weightcast board                                runs as they train, in a browser
  $ weightcast train run.yaml --dry-run             what would be run, and what it needs
  $ weightcast export digits.safetensors --to onnx  a model file for any ONNX runtime
  $ weightcast dictionary check ./my-dictionary     does a dictionary keep the contract?

Exit codes:
  0    success
  1    something failed, or a check found a fault
  2    the command line or a configuration file is wrong
  130  interrupted; the same command continues from the checkpoint

Environment:
  WEIGHTCAST_ENGINE        default of --engine
  WEIGHTCAST_FOLDER        default of --folder
  WEIGHTCAST_QUEUE         default of --queue, and the queue of worker; keeps its password off the command line
  WEIGHTCAST_CACHE         folder for downloaded data sets (default: weightcast in the user's cache folder)
  WEIGHTCAST_COMMAND       for wrappers: the command to print when a command is to be repeated
  NO_COLOR                 turns colors off
  TF_NUM_INTRAOP_THREADS   threads of the native engine
`;
