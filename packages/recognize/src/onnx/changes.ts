import { valuesIn } from "../expression/value";
import type { Finding } from "../find/finding";
import type { NumberType } from "../tensors/number-type";
import { emitOnnx } from "./emit";
import { definedIn, type OnnxFile, type OnnxTensor, scopesIn } from "./read";
import type { Scope } from "./scopes";
import type { Changes, NewNode } from "./write";

/** Graph that defines a tensor in the file that is written, and its name there. */
interface Home {
  readonly scope: Scope;
  readonly name: string;
}

/** Changes of an ONNX file that findings call for. */
export function changesBy(
  findings: readonly Finding[],
  known: (name: string) => OnnxTensor,
  { model: { graph }, tensors }: OnnxFile,
): Changes {
  const scopes = scopesIn(graph);
  const free = freeNames(scopes);
  const byTensor = new Map(findings.map((finding) => [finding.tensor, finding]));
  const homes = homesOf(findings, known, graph, free);
  const homeOf = (tensor: OnnxTensor): Home => homes.get(tensor.name) ?? { scope: tensor.scope, name: tensor.local };
  const dropped = new Map<Scope, Set<string>>();
  const preludes = new Map<Scope, NewNode[]>();
  const renames = new Map<Scope, Map<string, string>>();
  const done = new Set<string>();

  const define = (tensor: OnnxTensor, home: Home): void => {
    if (done.has(tensor.name)) return;
    done.add(tensor.name);
    const formula = byTensor.get(tensor.name)?.formula;
    const around = {
      free,
      tensor: (name: string) => {
        const other = known(name);
        if (byTensor.has(name) || homes.has(name)) define(other, homeOf(other));
        return { name: homeOf(other).name, type: other.type as NumberType };
      },
    };
    entry(dropped, tensor.scope, () => new Set()).add(tensor.local);
    // What another one gives comes first.
    const nodes = formula ? emitOnnx(formula, home.name, tensor.type as NumberType, around) : [held(tensor, home.name)];
    entry(preludes, home.scope, () => []).push(...nodes);
  };
  const rename = (tensor: OnnxTensor, home: Home): void => {
    entry(dropped, tensor.scope, () => new Set()).add(tensor.local);
    entry(renames, tensor.scope, () => new Map()).set(tensor.local, home.name);
    if (tensor.scope.outputs.includes(tensor.local))
      entry(preludes, tensor.scope, () => []).push({ op: "Identity", inputs: [home.name], output: tensor.local });
  };

  for (const tensor of tensors) {
    const finding = byTensor.get(tensor.name);
    const home = homeOf(tensor);
    const isMoved = home.scope !== tensor.scope || home.name !== tensor.local;
    if (finding?.formula.kind === "tensor") {
      const original = known(finding.formula.name);
      if (byTensor.has(original.name) || homes.has(original.name)) define(original, homeOf(original));
      rename(tensor, homeOf(original));
    } else if (finding || homes.has(tensor.name)) {
      if (finding || isMoved) define(tensor, home);
      if (isMoved) rename(tensor, home);
    }
  }
  return {
    dropped: (scope) => dropped.get(scope) ?? new Set(),
    prelude: (scope) => preludes.get(scope) ?? [],
    replaced: () => undefined,
    renamed(scope, name) {
      const home = definedIn(scope, name);
      return (home && renames.get(home)?.get(name)) ?? name;
    },
  };
}

/** Homes of tensors that others are made of, where they move. */
function homesOf(
  findings: readonly Finding[],
  known: (name: string) => OnnxTensor,
  graph: Scope,
  free: () => string,
): ReadonlyMap<string, Home> {
  const readers = new Map<string, OnnxTensor[]>();
  for (const { tensor, formula } of findings)
    for (const value of valuesIn(formula))
      if (value.kind === "tensor") entry(readers, value.name, () => []).push(known(tensor));
  const scopes = scopesIn(graph);
  return new Map(
    [...readers].flatMap(([name, copies]): [string, Home][] => {
      const { scope, local } = known(name);
      const isHidden = scopes.some((other) => other !== scope && other.defines.has(local));
      const isShared = copies.some((copy) => copy.scope !== scope);
      return (isShared && scope !== graph) || isHidden ? [[name, { scope: graph, name: free() }]] : [];
    }),
  );
}

/** Names that nothing in a model has. */
export function freeNames(scopes: readonly Scope[]): () => string {
  const taken = new Set(scopes.flatMap(({ defines, outputs }) => [...defines, ...outputs]));
  let count = 0;
  return () => {
    for (;;) {
      const name = `wc${count++}`;
      if (!taken.has(name)) return name;
    }
  };
}

/** Constant as a node, which needs no version of the format. */
const held = ({ type, shape, data }: OnnxTensor, output: string): NewNode => ({
  ...{ op: "Constant", inputs: [], output },
  attributes: { value: { type: type as NumberType, shape, data: data()! } },
});

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key) ?? make();
  map.set(key, found);
  return found;
}
