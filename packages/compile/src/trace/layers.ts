import * as tf from "@tensorflow/tfjs-core";

/** Layer of tf.layers, or anything else that is applied and has a name. */
export interface NamedLayer {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: only passed through
  apply(...args: any[]): any;
}

/** Record of the layers at work during a trace, for errors to name them. */
export interface LayerStack {
  /** Names of the layers that are being applied, or whose gradients are being computed, innermost last. */
  readonly running: string[];
  /** Name of the innermost layer that threw. */
  failed?: string | undefined;
}

/** Layer that keeps its states between calls, by the property in which tf.layers holds them. */
interface Stateful extends NamedLayer {
  states_?: readonly tf.Tensor[] | null;
}

/** Layer under watch. */
export interface Watched {
  readonly name: string;
  /** Whether the layer has other states than before. */
  readonly hasChanged: () => boolean;
  /** Ends the watch, and gives the layer its states back. */
  readonly undo: () => void;
}

/** Keeps the states of a layer, which a traced call replaces and disposes. */
function keepStates(layer: Stateful): Omit<Watched, "name"> {
  const { states_: states } = layer;
  const copies = states?.map((state) => tf.keep(tf.clone(state)));
  const hasChanged = () => layer.states_ !== states || (states ?? []).some(({ isDisposed }) => isDisposed);
  return {
    hasChanged,
    undo: () => {
      if (!hasChanged()) {
        tf.dispose(copies ?? []);
        return;
      }
      tf.dispose([...(layer.states_ ?? [])]);
      layer.states_ = copies ?? null;
    },
  };
}

/** Records when a layer is applied and when its gradients are computed. */
export function watch(layer: NamedLayer, stack: LayerStack): Watched {
  const descriptor = Object.getOwnPropertyDescriptor(layer, "apply");
  const { apply } = layer;
  const states = keepStates(layer);
  const within = <T>(body: () => T): T => {
    stack.running.push(layer.name);
    try {
      return body();
    } catch (error) {
      stack.failed ??= layer.name;
      throw error;
    } finally {
      stack.running.pop();
    }
  };
  layer.apply = function (this: NamedLayer, ...args) {
    const before = tape().length;
    const result = within(() => apply.apply(this, args));
    for (const node of tape().slice(before)) watchGradient(node, within);
    return result;
  };
  return {
    name: layer.name,
    hasChanged: states.hasChanged,
    undo: () => {
      states.undo();
      if (descriptor) Object.defineProperty(layer, "apply", descriptor);
      else delete (layer as Partial<NamedLayer>).apply;
    },
  };
}

/** Operations that TensorFlow.js has recorded so far in order to compute gradients. */
export const tape = () => tf.engine().state.activeTape ?? [];

function watchGradient(node: ReturnType<typeof tape>[number], within: <T>(body: () => T) => T): void {
  const { gradient } = node;
  if (!gradient) return;
  node.gradient = (dys) => {
    const byInput = within(() => gradient(dys));
    return Object.fromEntries(Object.entries(byInput).map(([name, by]) => [name, () => within(by)]));
  };
}
