import type { Dictionary, SelectionRule } from "../contract";
import { builtInSelections } from "../selection";
import { law, must, refuses } from "./law";

/** A layer takes the index sets as they are, so each must name `rank` different atoms. */
export const selectionsLaw = law("gives valid index sets by each selection of its module", (dictionary, { module }) => {
  for (const [name, rule] of Object.entries(module?.selections ?? {})) {
    must(
      /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) && !builtInSelections.includes(name),
      `a selection's name must be lower-case words joined by hyphens, other than ${builtInSelections.join(", ")}; got "${name}"`,
    );
    must(typeof rule === "function", `selection "${name}" must be a function; got ${typeof rule}`);
    const { size } = dictionary;
    for (const rank of new Set([1, Math.min(size, 5), size]))
      for (const columns of [1, 3]) checkSets(name, rule, dictionary, rank, columns);
    for (const rank of [0, 1.5, size + 1])
      refuses(
        () => rule(dictionary, rank, { seed: 7, columns: 1 }),
        `ranks such as ${rank} in selection "${name}"`,
        "begin it with checkCount(name, rank, dictionary.size) of @weightcast/dictionary",
      );
  }
});

function checkSets(name: string, rule: SelectionRule, dictionary: Dictionary, rank: number, columns: number): void {
  const choose = () => rule(dictionary, rank, { seed: 7, columns });
  const sets = choose();
  must(
    sets?.length === columns,
    `selection "${name}" for ${columns} columns must give as many index sets; got ${sets?.length}`,
  );
  for (const indices of sets) {
    const inRange = indices.every((index) => Number.isInteger(index) && index >= 0 && index < dictionary.size);
    must(
      inRange && indices.length === rank && new Set(indices).size === rank,
      `selection "${name}" of rank ${rank} must give ${rank} distinct integers in [0, ${dictionary.size - 1}]; got [${indices}]`,
    );
  }
  const again = choose();
  must(
    sets.every((indices, column) => indices.join() === again[column]?.join()),
    `selection "${name}" must give the same index sets for the same seed; got [${sets[0]}], then [${again[0]}]`,
  );
}
