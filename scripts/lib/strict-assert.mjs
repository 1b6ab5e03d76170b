// Loaded before the code of a document: there, console.assert states a fact, so a false one must fail.

import assert from "node:assert/strict";

console.assert = (condition, ...message) =>
  assert.ok(condition, message.length ? message.join(" ") : "console.assert failed");
