import { printable } from "@weightcast/types";

/** Characters of a reason at most: names in a file can be of any length. */
const longest = 400;

/** Errors that JavaScript throws by itself; this project throws some of them, too. */
const builtIn: readonly unknown[] = [TypeError, RangeError, SyntaxError, ReferenceError];

/**
 * Reason why a model can't be made, in a line: a message of this project as it is, of TensorFlow.js its first sentence. Where code failed
 * on a value that it does not expect, its message would be of the code, not of the file.
 */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const isBuiltIn = error instanceof Error && builtIn.includes(error.constructor);
  if (isBuiltIn && /^[\w@/-]+( \(layer .*?\))?: |; got /s.test(message)) return printable(message.slice(0, longest));
  if (isBuiltIn) return "TensorFlow.js can't read an entry of its topology; save the model again";
  const [sentence = ""] = message.split(/\. |\n/);
  return `TensorFlow.js: ${printable(sentence.slice(0, longest))}`;
}
