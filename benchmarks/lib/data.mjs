import { stream } from "@weightcast/random";

/**
 * Samples that a network can learn: each class has a pattern, uniform on [0, 1), and a sample is its class's pattern times
 * noise. One label in ten is wrong, so that the loss stays away from zero no matter how long a contender trains.
 *
 * @returns `{ inputs, labels }`: Float32Array [count, size], Int32Array [count]
 */
export function samples(count, size, classes) {
  const { uniform, integer } = stream(1, "benchmark");
  const patterns = Array.from({ length: classes }, () => Float32Array.from({ length: size }, uniform));
  const inputs = new Float32Array(count * size);
  const labels = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const label = integer(classes);
    for (let k = 0; k < size; k++) inputs[i * size + k] = patterns[label][k] * uniform();
    labels[i] = uniform() < 0.1 ? integer(classes) : label;
  }
  return { inputs, labels };
}
