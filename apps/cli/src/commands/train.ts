import type { Command } from "commander";
import { commandLine } from "../command-line";
import { readConfig } from "../config";
import { checkDictionaries, resolveChecked } from "../config-faults";
import { asUsage } from "../errors";
import { knownDictionaries } from "../known-dictionaries";
import { runAndShow } from "../run-and-show";
import { addRunFlags, givenFields, type StructureFlags } from "../run-flags";
import { mergeRun } from "../run-input";
import type { World } from "../world";
import { addRunnerOptions, type RunnerOptions } from "./run-options";

/** `weightcast train`: one network, from a configuration file, flags, or both. */
export function addTrain(parent: Command, world: World): void {
  const command = parent
    .command("train")
    .summary("train one network")
    .description(
      "Trains one network from a configuration file, flags, or both: flags win. A run that is already in the record is " +
        "not done again; one that was interrupted goes on from its checkpoint.",
    )
    .argument("[config]", "YAML or JSON file with the fields of a run");
  addRunFlags(command);
  addRunnerOptions(command);
  command
    .addHelpText("after", examples)
    .action(async (config: string | undefined, options: RunnerOptions & StructureFlags) => {
      const experiments = await world.services.experiments();
      const file = config === undefined ? {} : await readConfig(config, world.folder);
      const input = mergeRun(file, options, givenFields(command), experiments.hiddenLayers);
      const spec = await resolveChecked(input, config ?? "train", experiments);
      const known = await knownDictionaries(experiments, spec.use, world);
      checkDictionaries(spec, [...known.keys()], experiments);
      await asUsage(() => experiments.checkNeeds(spec));
      const { engine, execution, folder, report, json } = options;
      const plan = {
        specs: [spec],
        title: `Training ${spec.label}`,
        command: commandLine(world, parent.args),
        engine,
        execution,
        folder,
        ...(report !== undefined && { report }),
        ...(json && { json }),
      };
      await runAndShow(plan, experiments, world);
    });
}

const examples = `
Examples:
  $ weightcast train                                          the dense network 784-500-500-10 on MNIST
  $ weightcast train --method SE-Emp --proportion 0.05        learn 5% of its weights, predict the others
  $ weightcast train --dictionary kernel,covariance           the same, layer by layer
  $ weightcast train --use ./my-dictionary --dictionary mine  a dictionary of your own
  $ weightcast train --data ./fashion-mnist --epochs 20       images in a folder
  $ weightcast train run.yaml --seed 2 --json                 a configuration file, another seed

A configuration file holds what flags say, and options of dictionaries:
  label: wide kernel
  hidden:
    - { weights: factorized, units: 500, dictionary: kernel, options: { lengthScale: 2 }, proportion: 0.05 }
    - { weights: dense, units: 500 }
  training: { epochs: 20, rate: 0.1 }
  seed: 1

Or one of the networks convnet, lenet5, all-convolutional, resnet20, whose layers are named:
  data: { name: cifar10 }
  network:
    model: convnet
    layers:
      conv_1: { weights: factorized, dictionary: kernel, proportion: 0.25 }
      fc_1: { weights: factorized, dictionary: kernel, proportion: 0.25, columns: 5 }
  training: { epochs: 12, weightDecay: 0.001, augment: { crop: 4, flip: true } }
`;
