import type { Command } from "commander";
import type { World } from "../../world";
import { addFigure } from "./figure-command";

/** `weightcast reproduce`: a command for each experiment of @weightcast/experiments. */
export function addReproduce(parent: Command, world: World): void {
  const reproduce = parent
    .command("reproduce")
    .summary("reproduce an experiment of the paper")
    .description(
      "Reproduces an experiment of the paper (Denil et al. 2013, Predicting Parameters in Deep Learning), or one that " +
        "extends it. Each experiment prints a table and writes a report; runs that are already in the record are not repeated.",
    );
  for (const figure of world.services.figures) addFigure(reproduce, world, figure);
}
