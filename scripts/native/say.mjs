/** Something a person has to put right: its message says what and how. */
export class Failure extends Error {}

export const say = (text) => console.log(`native: ${text}`);

/** Does a step and prints it with the time it took. */
export async function step(name, action) {
  const start = performance.now();
  const result = await action();
  say(`${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  return result;
}
