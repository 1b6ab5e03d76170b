import type { RunSpec } from "@weightcast/runs/spec";
import type { Command } from "commander";
import { type CodeFlags, checkAllowed } from "../../input/allowed-code";
import { readConfig } from "../../input/config";
import { resolveChecked } from "../../input/config-faults";
import { addRunFlags, givenFields } from "../../input/run-flags";
import { mergeRun, type StructureFlags } from "../../input/run-input";
import { addRunnerOptions, type RunnerOptions } from "../../input/runner-options";
import { asList } from "../../input/unchecked";
import { commandLine, type World } from "../../world";

type TrainOptions = RunnerOptions &
  StructureFlags &
  CodeFlags & { readonly save?: string; readonly from?: string; readonly printConfig?: true };

/** `weightcast train`: one network, from a configuration file, flags, or both. */
export function addTrain(parent: Command, world: World): void {
  const command = parent
    .command("train")
    .summary("train one network")
    .description(
      "Trains one network from a configuration file, flags, or both; flags win. A run that is already in the record is " +
        "not repeated; an interrupted one continues from its checkpoint. The trained network is kept beside the record, as " +
        "models/<id>.safetensors in --folder, or .safetensors.gz if it is compressed.",
    )
    .argument("[config]", "YAML or JSON file with the fields of a run");
  addRunFlags(command);
  addRunnerOptions(command);
  command
    .option("--save <file>", "save the trained network as this file, too; trains again if it was not kept")
    .option("--print-config", "print the complete configuration of the run as YAML (with --json as JSON), and exit")
    .option("--allow-use", "load the packages that the configuration file names in `use`, which runs their code")
    .addHelpText("after", examples)
    .action(async (config: string | undefined, options: TrainOptions) => {
      const written = config === undefined ? {} : await readConfig(config, world.folder);
      const from = options.from ?? written.from;
      const { withOrigin } = await import("../../input/model-input");
      const file = typeof from === "string" ? await withOrigin(written, options, from, world) : written;
      const spec = resolveChecked(mergeRun(file, options, givenFields(command)), config ?? "train");
      if (options.printConfig) {
        world.stdout.write(await printed(spec, options, world));
        return;
      }
      if (config !== undefined) await checkAllowed(asList(written.use).map(String), options, config, world);
      const { availableDictionaries, checkDictionaries } = await import("../../input/dictionaries");
      checkDictionaries(spec, [...(await availableDictionaries(spec.use, world)).keys()]);
      const { engine, execution, folder, report, json, threads, queue, store, force, events } = options;
      const plan = {
        specs: [spec],
        title: `Training ${spec.label}`,
        command: commandLine(world, parent.args),
        engine,
        execution,
        folder,
        events,
        models: options.save === undefined ? ("keep" as const) : ("require" as const),
        ...(options.save !== undefined && { save: options.save }),
        ...(report !== undefined && { report }),
        ...(json && { json }),
        ...(force && { force }),
        ...(threads !== undefined && { threads }),
        ...(queue && { queue }),
        ...(store && { store }),
      };
      if (options.dryRun) return (await import("../show-plan")).showPlan(plan, world);
      await (await import("../run-and-show")).runAndShow(plan, world);
    });
}

/** Configuration of a run, complete, which gives the same run again. */
async function printed(spec: RunSpec, { json }: TrainOptions, { folder }: World): Promise<string> {
  const { configOf, yamlOf } = await import("../../input/written-config");
  return json ? `${JSON.stringify(configOf(spec, folder), null, 2)}\n` : yamlOf(spec, folder);
}

const examples = `
Examples:
  $ weightcast train                                          the dense network 784-500-500-10 on MNIST
  $ weightcast train --method SE-Emp --proportion 0.05        learn 5% of its weights, predict the others
  $ weightcast train --dictionary kernel,covariance           the same, with a dictionary for each layer
  $ weightcast train --network convnet --data cifar10         a convolutional network on CIFAR-10
  $ weightcast train --network resnet20 --data cifar10 --method SE --proportion 3/9
  $ weightcast train --use ./my-dictionary --dictionary mine  a dictionary of your own
  $ weightcast train --data ./fashion-mnist --epochs 20       images in a folder
  $ weightcast train --data houses.csv --target price         a number for each row of a table
  $ weightcast train --data houses.csv --target price --dictionary covariance --proportion 0.2
  $ weightcast train run.yaml --seed 2 --json                 a configuration file, with another seed
  $ weightcast train --method SE-Emp --print-config > run.yaml   the same run as a file, every field written out
  $ weightcast train --method SE-Emp --save digits.safetensors   the trained network as a file of this name, too
  $ weightcast train --from digits.safetensors --epochs 3     trains the network of a file on
  $ weightcast train --method SE-Emp --teacher dense.safetensors learns the outputs of another network, too
  $ weightcast train --network resnet20 --method PCA --proportion 3/9 --teacher dense.safetensors --distill 0
  $ weightcast train run.yaml --dry-run                       what would be run, and what it needs
  $ weightcast train run.yaml --allow-use                     the same, if it names packages that you trust in its field use

A configuration file contains the same fields as the flags, and options of dictionaries. In a network the layers that are
not named are dense:
  label: kernel and Fourier
  data: { name: cifar10 }
  network:
    model: convnet
    layers:
      conv_1: { weights: factorized, dictionary: kernel, options: { lengthScale: 1 }, proportion: 0.25 }
      fc_1: { weights: factorized, dictionary: fourier, proportion: 0.25, columns: 5 }
  training: { epochs: 12, weightDecay: 0.001, augment: { crop: 4, flip: true } }
  seed: 1

A teacher is a model file, or a network that is trained first, with the same data, seed and training:
  network: { model: resnet20, layers: { conv_1: { weights: factorized, dictionary: fourier, proportion: 3/9 } } }
  teacher: { network: resnet20, distill: 0.9, temperature: 4 }

For the network mlp, hidden is a shorthand that lists its hidden layers:
  hidden:
    - { weights: factorized, units: 500, dictionary: kernel, options: { lengthScale: 2 }, proportion: 0.05 }
    - { weights: dense, units: 500 }
  training: { epochs: 20, rate: 0.1 }
`;
