import { stream } from "@weightcast/random";

/**
 * Images that can be classified: each class is a sum of two plane waves, and an image is its class's, shifted, with noise.
 * @param shape height, width, channels
 * @returns `{ pixels, labels }`
 */
export function images(count, [height, width, channels], classes) {
  const { uniform, normal, integer } = stream(1, "images");
  const waves = Array.from({ length: classes }, () =>
    Array.from({ length: 2 }, () => [3 * uniform(), 3 * uniform(), 6 * uniform()]),
  );
  const labels = Array.from({ length: count }, () => integer(classes));
  const pixels = labels.flatMap((label) => {
    const shift = uniform();
    return Array.from({ length: height * width * channels }, (_, i) => {
      const [y, x, c] = [
        Math.floor(i / channels / width) / height,
        (Math.floor(i / channels) % width) / width,
        i % channels,
      ];
      const value = waves[label].reduce(
        (sum, [u, v, phase]) => sum + Math.sin(6 * (u * (x + shift / 5) + v * y) + phase + c),
        0,
      );
      return value / 2 + 0.3 * normal();
    });
  });
  return { pixels, labels };
}
